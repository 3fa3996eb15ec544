from django.urls import path

from . import desk, views
from .exposure.urls import urlpatterns as of_exposure
from .pulse.urls import urlpatterns as of_pulse
from .scenarios.urls import urlpatterns as of_scenarios
from .series.urls import urlpatterns as of_series
from .shocks.urls import urlpatterns as of_shocks

urlpatterns = [
    path("economy/", views.economy, name="economy"),
    path("desk/economy/", desk.day, name="desk-economy"),
    *of_series,
    *of_scenarios,
    *of_exposure,
    *of_shocks,
    *of_pulse,
]
