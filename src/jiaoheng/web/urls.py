"""All addresses: those of every page in ``PAGES``, and Django's switch of language, and the sign of health."""

from django.urls import include, path
from django.views.i18n import set_language

from jiaoheng.web.health import health
from jiaoheng.web.pages import PAGES

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("health/", health, name="health"),
    *(path("", include(f"jiaoheng.web.pages.{page}.urls")) for page in PAGES),
]
