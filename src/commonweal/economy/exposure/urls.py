from django.urls import URLPattern, URLResolver, path

from . import desk, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("economy/groups/<slug:code>/", views.group, name="group"),
    path("desk/economy/exposure/", desk.overview, name="desk-exposure"),
    path("desk/economy/exposure/<slug:section>/", desk.section_rate, name="section-rate"),
    path("desk/economy/groups/", desk.group_add, name="group-add"),
    path("desk/economy/groups/<slug:code>/", desk.group, name="desk-group"),
    path("desk/economy/groups/<slug:code>/change/", desk.group_change, name="group-change"),
    path("desk/economy/groups/<slug:code>/publish/", desk.group_publish, name="group-publish"),
    path("desk/economy/groups/<slug:code>/private/", desk.group_take_back, name="group-private"),
]
