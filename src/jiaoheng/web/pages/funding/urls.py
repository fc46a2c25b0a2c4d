"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.funding import rules, views

urlpatterns = [
    path("funding/", views.index, name="funding"),
    path("funding/decide/", views.decide_now, name="funding_decide"),
    path("funding/excel/", views.excel, name="funding_excel"),
    path("funding/rules/", rules.show, name="funding_rules"),
    path("funding/rules/file/", rules.file, name="funding_rules_file"),
    path("funding/schools/<str:code>/", views.school, name="funding_school"),
]
