"""How many rows a step of a list has, and how long it lets others in."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# So many people are written while others wait for WAIT_S at most, less where the machine is busy.
STEP, MOST, WAIT_S = 50, 2000, 0.4
# Whoever waits for SQLite asks again after a tenth of a second at most: so long nobody holds it.
PAUSE_S = 0.11


class Hold:
    """How long others wait for a step, from now on."""

    def __init__(self) -> None:
        self._began, self._worked = time.monotonic(), time.thread_time()

    def until_now(self) -> tuple[float, float]:
        """How long it took, and how long the processor worked for it. The one of PostgreSQL's
        server is not known: there a step keeps nobody from writing."""
        took_s = time.monotonic() - self._began
        is_sqlite = connection.vendor == "sqlite"
        return took_s, time.thread_time() - self._worked if is_sqlite else took_s


def next_size(size: int, took_s: float, worked_s: float) -> int:
    """How many rows the next step has, by how long others waited for this one. Where the
    processor was somebody else's meanwhile, whoever takes a call waits for that as well."""
    took_s = max(took_s, 0.001)
    wait_s = WAIT_S * min(worked_s / took_s, 1)
    return min(max(round(size * wait_s / took_s), size // 2, STEP), size * 2, MOST)


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
