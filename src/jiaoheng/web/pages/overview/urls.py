"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.overview import views

urlpatterns = [
    path("", views.index, name="overview"),
    path("map/", views.county_map_page, name="map"),
    path("matrix/", views.matrix_page, name="matrix"),
    path("matrix/excel/", views.matrix_excel, name="matrix_excel"),
    path("figures/<str:check>/", views.explain_item, name="explain_county"),
    path("figures/<str:check>/<slug:stage>/", views.explain_coefficient, name="explain_county"),
    path("assess/", views.assess_now, name="assess_now"),
]
