from django.urls import URLPattern, URLResolver, path

from . import desk, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("economy/series/", views.series_list, name="series-list"),
    path("economy/series/<slug:code>/", views.series_page, name="series"),
    path("economy/series/<slug:code>/figures.csv", views.figures_csv, name="series-csv"),
    path("economy/figures.csv", views.figures_csv, name="economy-csv"),
    path("economy/structure/", views.structure_page, name="economy-structure"),
    path("economy/wards/", views.wards_page, name="economy-wards"),
    path("economy/wards/yours/", views.ward_find, name="economy-ward-find"),
    path("economy/wards/<slug:code>/", views.ward_page, name="economy-ward"),
    path("desk/economy/figures/", desk.bring, name="desk-series-bring"),
    path("desk/economy/figures/<slug:code>/", desk.release, name="desk-series-release"),
    path("desk/economy/figures/<slug:code>/undo/", desk.undo, name="desk-series-undo"),
    path("desk/economy/beside/", desk.comparator_add, name="desk-comparator-add"),
    path("desk/economy/beside/<int:pk>/drop/", desk.comparator_drop, name="desk-comparator-drop"),
    path("desk/economy/bearings/", desk.bearing_add, name="desk-bearing-add"),
    path("desk/economy/bearings/<int:pk>/drop/", desk.bearing_drop, name="desk-bearing-drop"),
    path("desk/economy/wards/", desk.wards_load, name="desk-wards-load"),
]
