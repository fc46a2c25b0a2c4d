"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.facts import views

urlpatterns = [path("data/", views.index, name="submissions")]
