"""A machine whose clock somebody sets."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from commonweal.jobs import clock


@pytest.fixture(autouse=True)
def _nobody_set_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test before, of this process, may have moved the time."""
    monkeypatch.setattr(clock._Beside, "apart", None)
    monkeypatch.setattr(clock._Beside, "set_at", None)


@pytest.fixture
def clock_set(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the clock ahead (or back) of what it is; by that which nobody sets, ``steady_s`` seconds
    have gone by."""
    right = timezone.now
    clock.is_steady()

    def set_by(*, steady_s: float = 0, **ahead: float) -> None:
        by = timedelta(**ahead)
        monkeypatch.setattr(timezone, "now", lambda: right() + by)
        clocks = SimpleNamespace(
            time=lambda: time.time() + by.total_seconds(),
            monotonic=lambda: time.monotonic() + steady_s,
        )
        monkeypatch.setattr(clock, "time", clocks)

    return set_by


@pytest.fixture
def clock_stands(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """No time goes by. Called with a moment, it is that moment from then on."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(timezone.now())
    return at
