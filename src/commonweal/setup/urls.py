from django.urls import path

from . import areas_desk, charter_desk, desk, tables_desk

urlpatterns = [
    path("desk/town/file/", tables_desk.town_file, name="desk-town-file"),
    path("desk/town/", desk.steps, name="desk-town"),
    path("desk/town/open/", desk.open_town, name="desk-open"),
    path("desk/town/name/", desk.town, name="desk-town-name"),
    path("desk/town/look/", desk.look, name="desk-look"),
    path("desk/town/logo/", desk.logo, name="desk-logo"),
    path("desk/town/logo/off/", desk.logo_off, name="desk-logo-off"),
    path("desk/town/notices/", desk.notices, name="desk-notices"),
    path("desk/town/helplines/", desk.helplines, name="desk-helplines"),
    path("desk/town/areas/", areas_desk.areas, name="desk-areas"),
    path("desk/town/areas/list/", areas_desk.area_list, name="desk-area-list"),
    path("desk/town/areas/<slug:code>/off/", areas_desk.area_off, name="desk-area-off"),
    path("desk/town/charter/", charter_desk.adopt, name="desk-charter-text"),
    path(
        "desk/town/charter/<int:number>/out/",
        charter_desk.version_out,
        name="desk-charter-version-out",
    ),
    path("desk/town/measures/", charter_desk.measures, name="desk-measures"),
    path("desk/town/measures/add/", charter_desk.measure_add, name="desk-measure-add"),
    path("desk/town/measures/<slug:code>/", charter_desk.measure, name="desk-measure"),
    path(
        "desk/town/measures/<slug:code>/delete/",
        charter_desk.measure_away,
        name="desk-measure-away",
    ),
    *tables_desk.urlpatterns,
]
