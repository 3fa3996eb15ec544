"""What pages, exports and the balance sheet read about the programme and its metrics."""

from __future__ import annotations

from .decisions import Effects, counts_of_effects, effects_of, settings_by
from .metrics import MetricLine, ended_lines, latest_versions, metric_line, metric_lines
from .plan import (
    ActionLine,
    Part,
    Programme,
    WholeAction,
    accelerations,
    programme,
    risks,
    whole_action,
)
from .priorities import Answering, answering, citations_of

__all__ = [
    "ActionLine",
    "Answering",
    "Effects",
    "MetricLine",
    "Part",
    "Programme",
    "WholeAction",
    "accelerations",
    "answering",
    "citations_of",
    "counts_of_effects",
    "effects_of",
    "ended_lines",
    "latest_versions",
    "metric_line",
    "metric_lines",
    "programme",
    "risks",
    "settings_by",
    "whole_action",
]
