"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.runs import views

urlpatterns = [path("runs/", views.index, name="runs")]
