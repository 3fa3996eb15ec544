from django.urls import path

from . import desk, views
from .consultations.urls import urlpatterns as of_consultations
from .proposals.urls import urlpatterns as of_proposals
from .rounds.urls import urlpatterns as of_rounds
from .wards.urls import urlpatterns as of_wards
from .ways.urls import urlpatterns as of_ways

urlpatterns = [
    path("have-your-say/", views.have_your_say, name="have-your-say"),
    path("desk/voice/", desk.day, name="desk-voice"),
    *of_wards,
    *of_rounds,
    *of_ways,
    *of_proposals,
    *of_consultations,
]
