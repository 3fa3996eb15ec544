from django.urls import URLPattern, URLResolver, path

from . import desk, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("economy/scenarios/<slug:code>/", views.scenario, name="scenario"),
    path("economy/scenarios/<slug:code>/<int:number>/", views.version, name="scenario-version"),
    path("economy/scenarios/<slug:code>/<int:number>.csv", views.version_csv, name="scenario-csv"),
    path("desk/economy/structures/", desk.structure_add, name="structure-add"),
    path("desk/economy/scenarios/", desk.scenario_add, name="scenario-add"),
    path("desk/economy/scenarios/<slug:code>/", desk.scenario_revise, name="scenario-revise"),
    path("desk/economy/scenarios/<slug:code>/<int:number>/", desk.scenario, name="desk-scenario"),
    path(
        "desk/economy/scenarios/<slug:code>/<int:number>.csv",
        desk.scenario_csv,
        name="desk-scenario-csv",
    ),
    path(
        "desk/economy/scenarios/<slug:code>/<int:number>/publish/",
        desk.scenario_publish,
        name="scenario-publish",
    ),
    path(
        "desk/economy/scenarios/<slug:code>/<int:number>/check/",
        desk.scenario_check,
        name="scenario-check",
    ),
]
