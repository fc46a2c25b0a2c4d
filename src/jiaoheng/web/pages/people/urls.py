"""Addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from jiaoheng.web.pages.people import views

urlpatterns = [
    path("log-in/", views.LogIn.as_view(), name="log_in"),
    path("log-out/", LogoutView.as_view(), name="log_out"),
    path("people/", views.index, name="people"),
]
