"""The programme: pillars, workstreams, actions with milestones, risks; and its metrics."""

from __future__ import annotations

from .actions import Acceleration, Action, Change, Milestone
from .brought import ImportRun
from .figures import Binding, Observation, ObservationQuerySet
from .metrics import Comparator, Metric, Series, TargetPoint
from .pillars import Pillar, Workstream
from .priorities import Citation, Priority
from .risks import CHOICES_OF_FIVE, Risk, RiskBefore

__all__ = [
    "CHOICES_OF_FIVE",
    "Acceleration",
    "Action",
    "Binding",
    "Change",
    "Citation",
    "Comparator",
    "ImportRun",
    "Metric",
    "Milestone",
    "Observation",
    "ObservationQuerySet",
    "Pillar",
    "Priority",
    "Risk",
    "RiskBefore",
    "Series",
    "TargetPoint",
    "Workstream",
]
