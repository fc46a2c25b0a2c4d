"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.audit import views

urlpatterns = [path("audit/", views.index, name="audit")]
