"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.forecast import asking, downloads, views

urlpatterns = [
    path("forecast/", views.latest, name="forecasts"),
    path("forecast/all/", views.index, name="forecast_list"),
    path("forecast/new/", asking.new, name="forecast_new"),
    path("forecast/<int:pk>/", views.page, name="forecast"),
    path("forecast/<int:pk>/map/", views.seats_map, name="forecast_map"),
    path("forecast/<int:pk>/schools/", views.schools, name="forecast_schools"),
    path("forecast/<int:pk>/schools/<str:code>/", views.school, name="forecast_school"),
    path("forecast/<int:pk>/check/", views.check, name="forecast_check"),
    path("forecast/<int:pk>/progress/", views.progress, name="forecast_progress"),
    path("forecast/<int:pk>/again/", asking.again, name="forecast_again"),
    path("forecast/<int:pk>/cancel/", asking.cancel, name="forecast_cancel"),
    path("forecast/<int:pk>/archive/", asking.archive, name="forecast_archive"),
    path("forecast/<int:pk>/excel/", downloads.excel, name="forecast_excel"),
]
