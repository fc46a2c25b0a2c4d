"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.schools import views

urlpatterns = [path("schools/", views.index, name="schools")]
