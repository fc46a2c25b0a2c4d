"""All addresses: those of every page in ``PAGES``, and Django's switch of language, and the sign of health."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from jiaoheng.web.health import health
from jiaoheng.web.pages import PAGES

urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    path("health/", health, name="health"),
    *(path("", include(f"jiaoheng.web.pages.{page}.urls")) for page in PAGES),
]
handler400, handler403, handler404, handler500 = (
    f"jiaoheng.web.errors.{name}" for name in ("bad_request", "permission_denied", "not_found", "server_error")
)
