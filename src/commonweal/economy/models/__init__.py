"""What the room keeps, a file for each of its parts."""

from .series import Comparator, Kind, Series, SeriesFigure, SeriesRelease, WardShape

__all__ = [
    "Comparator",
    "Kind",
    "Series",
    "SeriesFigure",
    "SeriesRelease",
    "WardShape",
]
from .shocks import Level, Outcome, Shock, ShockAsk, ShockDraw, ShockTask

__all__ = ["Level", "Outcome", "Shock", "ShockAsk", "ShockDraw", "ShockTask"]
from .scenarios import Scenario, ScenarioVersion, ScenarioVersionQuerySet, Structure

__all__ = ["Scenario", "ScenarioVersion", "ScenarioVersionQuerySet", "Structure"]
