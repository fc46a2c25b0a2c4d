"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.schools import views

urlpatterns = [
    path("schools/", views.index, name="schools"),
    path("schools/<str:code>/", views.school, name="school"),
    path("schools/<str:code>/figures/<path:check>/", views.explanation, name="explain"),
]
