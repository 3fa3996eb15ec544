from django.urls import URLPattern, URLResolver, path

from . import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("have-your-say/wards/", views.letters, name="ward-letters"),
    path("have-your-say/wards/<slug:code>/", views.letter, name="ward-letter"),
]
