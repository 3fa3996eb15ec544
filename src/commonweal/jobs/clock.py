"""Whether the clock can be believed, for jobs that write what nothing takes back.

A machine whose clock runs ahead for one minute would else publish figures of quarters that have
not been, write to everybody that they are late, close the help desk because all roles have ended,
and take every case from its owner. One that was put back writes to people about what was owed a
year ago, and draws up figures of then. So a job that repeats rests when the clock is further from
the last time a worker was at work, on either side, than any pause of a town should be, until the
clock is right again or somebody has said that it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from .models import Schedule

# A town may be away for a week and lose nothing; so long, and somebody should look.
AWAY_MOST = timedelta(days=14)
# Whoever waits for a sign of life waits so long after the clock was set: until then the signs of
# those who live may be of the time before.
SETTLES_WITHIN_S = 240
# Clocks are drawn right by seconds all the time.
SET_BY_LEAST_S = 30
# What somebody does who has looked.
CONFIRM = "./commonweal doctor --clock-right"
# The jobs that rest, by their paths; `queue.every` names them.
RESTING: set[str] = set()


class _Beside:
    """The machine's clock beside one that nobody sets, as this process saw them last."""

    apart: float | None = None
    set_at: float | None = None


def is_steady() -> bool:
    """Whether the machine's clock ran on as usual while this process looked: nobody set it within
    the last minutes. A clock that was set makes everything look as if it were long ago, also the
    work that is being done at this moment."""
    steady = time.monotonic()
    apart = time.time() - steady
    if _Beside.apart is not None and abs(apart - _Beside.apart) > SET_BY_LEAST_S:
        _Beside.set_at = steady
    _Beside.apart = apart
    return _Beside.set_at is None or steady - _Beside.set_at > SETTLES_WITHIN_S


def whatever_the_clock(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a job that harms nobody when the clock is wrong, or must not wait for it."""
    function.runs_whatever_the_clock = True  # type: ignore[attr-defined]
    return function


def last_worked_at(paths: Iterable[str] | None = None) -> datetime | None:
    """When a worker last began a job that rests while the clock is wrong; None: never yet."""
    rows = Schedule.objects.filter(task_path__in=RESTING if paths is None else paths)
    last: datetime | None = (
        rows.exclude(last_at=None).order_by("-last_at").values_list("last_at", flat=True).first()
    )
    return last


def why_rest(now: datetime | None = None) -> str:
    """Why jobs rest, in a sentence; "" while they need not."""
    now = now or timezone.now()
    last = last_worked_at()
    # While it was ahead jobs rested, and none said that it ran: a last time that lies ahead of now
    # was right when it was written.
    if last is None or abs(now - last) <= AWAY_MOST:
        return ""
    is_right_if = "the town was away for so long" if now > last else "it was wrong only then"
    return (
        f"The clock says {timezone.localtime(now):%-d %B %Y}, and jobs last ran on "
        f"{timezone.localtime(last):%-d %B %Y}. If the clock is wrong, set it right; nothing was "
        f"done meanwhile. If {is_right_if}, say so: '{CONFIRM}'."
    )


def confirm(now: datetime | None = None) -> int:
    """Somebody has looked: the clock is right, and jobs go on."""
    return Schedule.objects.filter(task_path__in=RESTING).update(last_at=now or timezone.now())
