"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.inspections import views

urlpatterns = [path("visits/", views.index, name="visits")]
