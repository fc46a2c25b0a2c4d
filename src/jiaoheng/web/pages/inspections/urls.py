"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.inspections import views

urlpatterns = [
    path("visits/", views.index, name="visits"),
    path("visits/new/", views.new, name="visit_new"),
    path("visits/<int:pk>/", views.page, name="visit"),
    path("visits/<int:pk>/again/", views.again, name="visit_again"),
]
