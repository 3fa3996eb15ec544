"""What a town has answered since it began to serve, counted by all its processes together.

Monitoring that asks one address meets one process, and another the next time: what each counted
for itself would go up and down between two looks, and never tell the whole. So each process
counts in a place of its own in memory that all of them share, and whoever is asked adds up. One
that died leaves its place to the one that follows, so no count goes back.

Where processes are started by something else (gunicorn) nothing is shared. Then nothing is
counted, rather than a part of it.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
import threading
import time
from dataclasses import dataclass

STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
# Upper ends, in seconds; the last is whatever took longer.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# In a place: a count for each status and each upper end, and the seconds in all.
_PLACE = len(STATUSES) + len(BUCKETS) + 1
_NUMBER = struct.calcsize("d")


@dataclass(frozen=True)
class Counts:
    """What was answered: by status, within each upper end in seconds, and the seconds of all.
    ``since`` is when serving began, as a Unix time."""

    since: float
    answered: dict[str, int]
    took_at_most: dict[float, int]
    took_s: float


def _size(places: int) -> int:
    # Before the places stands when serving began.
    return (1 + places * _PLACE) * _NUMBER


def open_memory(places: int) -> int:
    """Memory with so many places, as an open file that processes are handed.

    Raises
    ------
    OSError
        There is no room for it.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("commonweal-counts")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    # Written out, not only made longer: a full disk is met here and not while somebody counts.
    os.write(descriptor, struct.pack("d", time.time()).ljust(_size(places), b"\0"))
    return descriptor


class Counting:
    """The shared memory, and which place of it is this process's."""

    def __init__(self, descriptor: int, place: int) -> None:
        size = os.fstat(descriptor).st_size
        self._numbers = memoryview(mmap.mmap(descriptor, size)).cast("d")
        self._first = 1 + place * _PLACE
        self._lock = threading.Lock()

    def note(self, status: int, seconds: float) -> None:
        with self._lock:
            self._numbers[self._first + status // 100 - 1] += 1
            for number, bound in enumerate(BUCKETS):
                if seconds <= bound:
                    self._numbers[self._first + len(STATUSES) + number] += 1
            self._numbers[self._first + _PLACE - 1] += seconds

    def counts(self) -> Counts:
        """What all processes counted."""
        since, *numbers = self._numbers.tolist()
        sums = [sum(numbers[nth::_PLACE]) for nth in range(_PLACE)]
        took = sums[len(STATUSES) : -1]
        return Counts(
            since=since,
            answered=dict(zip(STATUSES, map(int, sums), strict=False)),
            took_at_most=dict(zip(BUCKETS, map(int, took), strict=True)),
            took_s=sums[-1],
        )


_counting: Counting | None = None


def begin(descriptor: int | None = None, place: int = 0) -> None:
    """Count from now on, in a place of memory that is shared, or where there is none alone."""
    global _counting
    _counting = Counting(open_memory(1) if descriptor is None else descriptor, place)


def note(status: int, seconds: float) -> None:
    if _counting is not None:
        _counting.note(status, seconds)


def counts() -> Counts | None:
    """What was answered; None where this process can't know of the others."""
    return _counting.counts() if _counting is not None else None
