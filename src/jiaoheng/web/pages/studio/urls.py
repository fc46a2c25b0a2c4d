"""Addresses."""

from django.urls import path

from jiaoheng.web.pages.studio import adopting, asking, comparing, costs, downloads, listing, views
from jiaoheng.web.pages.studio.places import by_hand
from jiaoheng.web.pages.studio.places import downloads as places_downloads
from jiaoheng.web.pages.studio.places import views as places

urlpatterns = [
    path("scenarios/", listing.index, name="scenarios"),
    path("scenarios/new/", asking.new, name="scenario_new"),
    path("scenarios/compare/", comparing.compare, name="scenario_compare"),
    path("scenarios/costs/", costs.edit, name="cost_table"),
    path("scenarios/costs/reset/", costs.reset, name="cost_table_reset"),
    path("scenarios/<int:pk>/", views.page, name="scenario"),
    path("scenarios/<int:pk>/moves/", views.moves_page, name="scenario_moves"),
    path("scenarios/<int:pk>/schools/<str:code>/", views.school, name="scenario_school"),
    path("scenarios/<int:pk>/seats/", places.seats, name="scenario_seats"),
    path("scenarios/<int:pk>/places/", places.places, name="scenario_places"),
    path("scenarios/<int:pk>/mergers/", places.mergers, name="scenario_mergers"),
    path("scenarios/<int:pk>/by-hand/", by_hand.page, name="scenario_by_hand"),
    path("scenarios/<int:pk>/geojson/", places_downloads.geojson, name="scenario_geojson"),
    path("scenarios/<int:pk>/notice/", places_downloads.notice, name="scenario_notice"),
    path("scenarios/<int:pk>/curve/", views.curve, name="scenario_curve"),
    path("scenarios/<int:pk>/progress/<slug:which>/", views.progress, name="scenario_progress"),
    path("scenarios/<int:pk>/again/", asking.again, name="scenario_again"),
    path("scenarios/<int:pk>/cancel/<slug:which>/", asking.cancel, name="scenario_cancel"),
    path("scenarios/<int:pk>/rename/", asking.rename, name="scenario_rename"),
    path("scenarios/<int:pk>/archive/", asking.archive, name="scenario_archive"),
    path("scenarios/<int:pk>/adopt/", adopting.adopt, name="scenario_adopt"),
    path("scenarios/<int:pk>/excel/", downloads.excel, name="scenario_excel"),
    path("scenarios/<int:pk>/json/", downloads.plain, name="scenario_json"),
]
