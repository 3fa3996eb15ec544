"""How many rows a step of a list has, and how long it lets others in."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection

# So many people are written while others wait, a third of a second. Where a step took less the
# next one is larger, and smaller where the machine is busy.
STEP, MOST, WAIT_S = 50, 2000, 0.3
# Whoever waits for SQLite asks again after a tenth of a second at most: so long nobody holds it.
PAUSE_S = 0.11
# All pages that the largest step touches: else SQLite writes some of them twice, and reads those
# anew that were looked at before.
PAGES_KB = 200_000
# How SQLite is set on this connection while a list is carried out.
MEANWHILE = {"cache_size": -PAGES_KB, "wal_autocheckpoint": 0, "journal_size_limit": -1}


def next_size(size: int, took_s: float) -> int:
    """How many rows the next step has, by how long others waited for this one."""
    if took_s > WAIT_S:
        return max(size // 2, STEP)
    return min(size * 2, MOST) if took_s < WAIT_S / 2 else size


def let_others(free_since: float | None) -> None:
    """Hold nothing for so long that whoever waits for SQLite comes in between two steps."""
    if connection.vendor == "sqlite" and free_since is not None:
        time.sleep(max(0.0, PAUSE_S - (time.monotonic() - free_since)))


@contextmanager
def collecting_later() -> Iterator[None]:
    """Of the many small things of a step nothing leads in a circle: looking for circles among
    them, and among all rows of the list, would be a tenth of the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def write_back() -> None:
    """Bring what was committed from SQLite's log into its file, while nobody waits for it: done as
    part of the commit it would count as waiting, and whoever came next might have to do it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            cursor.fetchall()


@contextmanager
def room_for_pages() -> Iterator[None]:
    """Let SQLite hold all pages of a step meanwhile, write them back when it is told to, and keep
    the room that its log takes on the disk from step to step."""
    if connection.vendor != "sqlite":
        yield
        return
    with ExitStack() as stack:
        for name, number in MEANWHILE.items():
            stack.enter_context(_set_meanwhile(name, number))
        yield


@contextmanager
def _set_meanwhile(name: str, number: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        [usual] = cursor.fetchone()
        cursor.execute(f"PRAGMA {name} = {number}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA {name} = {usual}")
