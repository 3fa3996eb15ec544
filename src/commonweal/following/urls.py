from django.urls import path

from . import views

urlpatterns = [
    path("follow/yes/<slug:token>/", views.confirm, name="follow-confirm"),
    path("follow/stop/<slug:token>/", views.stop, name="follow-stop"),
    path("follow/<slug:kind>/<slug:key>/", views.follow, name="follow"),
    path("desk/followers/", views.erase, name="follower-erase"),
]
