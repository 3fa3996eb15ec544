"""What the room keeps, a file for each of its parts."""

from .exposure import SECTION_CHOICES, EmployerGroup, Vulnerability
from .scenarios import Scenario, ScenarioVersion, ScenarioVersionQuerySet, Structure
from .series import Comparator, Kind, Series, SeriesFigure, SeriesRelease, WardShape
from .shocks import Level, Outcome, Shock, ShockAsk, ShockDraw, ShockTask

__all__ = [
    "SECTION_CHOICES",
    "Comparator",
    "EmployerGroup",
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
    "Vulnerability",
    "WardShape",
]
