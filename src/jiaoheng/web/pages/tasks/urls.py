"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.tasks import views

urlpatterns = [path("tasks/", views.index, name="tasks")]
