"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.runs import views

urlpatterns = [
    path("runs/", views.index, name="runs"),
    path("runs/assess/", views.assess, name="run_assess"),
    path("runs/<int:key>/", views.run, name="run"),
    path("runs/<int:key>/progress/", views.progress, name="run_progress"),
    path("runs/<int:key>/cancel/", views.cancel, name="run_cancel"),
    path("runs/<int:key>/again/", views.again, name="run_again"),
]
