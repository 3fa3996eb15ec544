"""What people and functions do with metrics: figures, revisions, series, measured pledges."""

from __future__ import annotations

from .binding import bind, differences, measure
from .computing import compute, compute_all
from .ending import end, go_on
from .figures import Status, observe, redefine, release, target_on
from .periods import Late, lateness, newest_series, no_period_yet, period_of, periods_due, series_on

__all__ = [
    "Late",
    "Status",
    "bind",
    "compute",
    "compute_all",
    "differences",
    "end",
    "go_on",
    "lateness",
    "measure",
    "newest_series",
    "no_period_yet",
    "observe",
    "period_of",
    "periods_due",
    "redefine",
    "release",
    "series_on",
    "target_on",
]
