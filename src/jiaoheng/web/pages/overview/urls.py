"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.overview import views

urlpatterns = [path("", views.index, name="overview")]
