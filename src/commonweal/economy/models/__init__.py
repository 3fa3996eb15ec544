"""What the room keeps, a file for each of its parts."""

from .bearings import Bearing
from .exposure import SECTION_CHOICES, EmployerGroup, Vulnerability
from .pulse import ASKED_OF, Feeling, HelpMost, PulseAnswer, PulseWave, Who
from .scenarios import Scenario, ScenarioVersion, ScenarioVersionQuerySet, Structure
from .series import Comparator, Kind, Series, SeriesFigure, SeriesRelease, WardShape
from .shocks import Level, Outcome, Shock, ShockAsk, ShockDraw, ShockTask

__all__ = [
    "ASKED_OF",
    "SECTION_CHOICES",
    "Bearing",
    "Comparator",
    "EmployerGroup",
    "Feeling",
    "HelpMost",
    "Kind",
    "Level",
    "Outcome",
    "PulseAnswer",
    "PulseWave",
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
    "Who",
]
