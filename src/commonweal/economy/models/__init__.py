"""What the room keeps, a file for each of its parts."""

from .scenarios import Scenario, ScenarioVersion, ScenarioVersionQuerySet, Structure
from .series import Comparator, Kind, Series, SeriesFigure, SeriesRelease, WardShape
from .shocks import Level, Outcome, Shock, ShockAsk, ShockDraw, ShockTask

__all__ = [
    "Comparator",
    "Kind",
    "Level",
    "Outcome",
    "Scenario",
    "ScenarioVersion",
    "ScenarioVersionQuerySet",
    "Series",
    "SeriesFigure",
    "SeriesRelease",
    "Shock",
    "ShockAsk",
    "ShockDraw",
    "ShockTask",
    "Structure",
    "WardShape",
]
