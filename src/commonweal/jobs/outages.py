"""What the log says of a database that is away: once, then seldom, and when it is back.

Each lane looks every few seconds and each pulse every second; a night without a database would
else be ten thousand lines in which nobody finds the next fault.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import InterfaceError, InternalError, OperationalError

logger = logging.getLogger("commonweal.jobs")
# The database is away, or only read.
OUTAGES = (OperationalError, InterfaceError, InternalError)
SAID_EVERY_S = 300


class Outage:
    """One of a process, shared by its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_on = False
        self._said_at: float | None = None

    def tell(self, failure: Exception) -> None:
        """Say that jobs wait, unless that was said a moment ago."""
        with self._lock:
            now = time.monotonic()
            is_new = self._said_at is None or now - self._said_at >= SAID_EVERY_S
            if is_new:
                self._said_at, self._is_on = now, True
        if is_new:
            logger.warning(
                "Jobs wait: the database does not answer, or takes nothing in (%s). They look "
                "again every few seconds.",
                type(failure).__name__,
            )

    def is_over(self) -> None:
        """Something was written: say so where it was said that jobs wait."""
        with self._lock:
            was_on, self._is_on = self._is_on, False
        if was_on:
            logger.warning("Jobs go on: the database answers.")


OUTAGE = Outage()
