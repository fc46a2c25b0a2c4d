"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.sources import differences, order

urlpatterns = [
    path("data/differences/", differences.index, name="source_differences"),
    path("data/<int:pk>/differences/", differences.of_submission, name="submission_differences"),
    path("data/sources/", order.show, name="source_order"),
]
