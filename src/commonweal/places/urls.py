from django.urls import path

from . import desk, views

urlpatterns = [
    path("town.css", views.look, name="town-css"),
    path("desk/rooms/", desk.rooms, name="desk-rooms"),
]
