from django.urls import path

from . import desk

urlpatterns = [
    path("desk/town/", desk.steps, name="desk-town"),
    path("desk/town/open/", desk.open_town, name="desk-open"),
    path("desk/town/name/", desk.town, name="desk-town-name"),
    path("desk/town/look/", desk.look, name="desk-look"),
    path("desk/town/logo/", desk.logo, name="desk-logo"),
    path("desk/town/logo/off/", desk.logo_off, name="desk-logo-off"),
    path("desk/town/notices/", desk.notices, name="desk-notices"),
]
