"""The workspace's addresses, and one that does nothing: what Django and its middleware cost by themselves."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from jiaoheng.web import urls


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nothing")


urlpatterns = [path("nothing/", nothing), *urls.urlpatterns]
