"""Every address of the product; each app keeps its own list."""

from django.conf import settings
from django.urls import include, path
from django.urls.resolvers import RoutePattern

from .resolving import ByFirstWords

lists = [
    path("", include("commonweal.accounts.urls")),
    path("", include("commonweal.design.urls")),
    path("", include("commonweal.places.urls")),
    path("", include("commonweal.partners.urls")),
    path("", include("commonweal.following.urls")),
    path("", include("commonweal.charter.urls")),
    path("", include("commonweal.pledges.urls")),
    path("", include("commonweal.programme.urls")),
    path("", include("commonweal.spend.urls")),
    path("", include("commonweal.desk.urls")),
    path("", include("commonweal.economy.urls")),
    path("", include("commonweal.voice.urls")),
    path("", include("commonweal.balance.urls")),
    path("", include("commonweal.opendata.urls")),
    path("", include("commonweal.setup.urls")),
]
if settings.DEMO:
    lists.append(path("demo/", include("commonweal.demo.urls")))
by_first_words = ByFirstWords(RoutePattern(""), lists)
urlpatterns = [by_first_words]

handler400 = "commonweal.design.views.bad_request"
handler403 = "commonweal.design.views.refused"
handler404 = "commonweal.design.views.not_found"
handler500 = "commonweal.health.failing.broken"
handler429 = "commonweal.design.views.too_often"
