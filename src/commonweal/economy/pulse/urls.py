from django.urls import URLPattern, URLResolver, path

from . import desk, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("economy/pulse/", views.pulse, name="pulse"),
    path("economy/pulse/<slug:code>/", views.wave, name="pulse-wave"),
    path("economy/pulse/<slug:code>/results.csv", views.wave_csv, name="pulse-csv"),
    path("economy/pulse/<slug:code>/<slug:who>/", views.answer, name="pulse-answer"),
    path("desk/economy/pulse/", desk.waves, name="desk-pulse"),
    path("desk/economy/pulse/add/", desk.add, name="pulse-add"),
    path("desk/economy/pulse/<slug:code>/", desk.change, name="pulse-change"),
    path("desk/economy/pulse/<slug:code>/close/", desk.close, name="pulse-close"),
    path("desk/economy/pulse/<slug:code>/<slug:who>/", desk.type_in, name="pulse-type-in"),
]
