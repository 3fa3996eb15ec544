from django.urls import path

from . import desk, views
from .consultations.urls import urlpatterns as of_consultations
from .proposals.urls import urlpatterns as of_proposals
from .rounds.urls import urlpatterns as of_rounds

urlpatterns = [
    path("have-your-say/", views.have_your_say, name="have-your-say"),
    path("desk/voice/", desk.day, name="desk-voice"),
    *of_rounds,
    *of_proposals,
    *of_consultations,
]
