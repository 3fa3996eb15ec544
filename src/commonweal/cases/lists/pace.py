"""How many rows a step of a list has, and how long it lets others in."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# So many people are written while others wait, a third of a second. Where a step took less the
# next one is larger, and smaller where the machine is busy.
STEP, MOST, WAIT_S = 50, 2000, 0.3
# Whoever waits for SQLite asks again after a tenth of a second at most: so long nobody holds it.
PAUSE_S = 0.11


def next_size(size: int, took_s: float) -> int:
    """How many rows the next step has, by how long others waited for this one."""
    fitting = round(size * WAIT_S / max(took_s, 0.001))
    return min(max(fitting, size // 2, STEP), size * 2, MOST)


def let_others(free_since: float | None) -> None:
    """Hold nothing for so long that whoever waits for SQLite comes in between two steps."""
    if connection.vendor == "sqlite" and free_since is not None:
        time.sleep(max(0.0, PAUSE_S - (time.monotonic() - free_since)))


@contextmanager
def collecting_later() -> Iterator[None]:
    """Of the many small things of a list nothing leads in a circle: looking for circles among
    them, and among all its rows, would be a tenth of the work, and between two steps a thirtieth.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
