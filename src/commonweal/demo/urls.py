from django.urls import path

from . import views

urlpatterns = [
    path("", views.roles, name="demo"),
    path("as/<slug:role>/", views.sign_in, name="demo-sign-in"),
]
