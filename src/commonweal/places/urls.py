from django.urls import path

from . import views

urlpatterns = [path("town.css", views.look, name="town-css")]
