from django.urls import path

from . import desk, views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("share.png", views.share_picture, name="share-picture"),
    path("town.css", views.look, name="town-css"),
    path("town.png", views.logo, name="town-png"),
    path(".well-known/security.txt", views.security, name="security-txt"),
    path("desk/rooms/", desk.rooms, name="desk-rooms"),
]
