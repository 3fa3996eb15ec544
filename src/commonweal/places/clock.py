"""The one clock by which a statement is read: which days it is about, and until when it listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


@dataclass(frozen=True)
class Clock:
    """A stretch of time as it stood on its last day.

    What happened after ``last`` is as if it had not been. A figure *about* the stretch, and an
    entry about one of its days, may come later: those that came by ``known`` are read, and a
    page that shows such a figure prints the day on which it came beside it.
    """

    first: date
    last: date
    known: datetime

    @property
    def known_on(self) -> date:
        """The day of ``known``, where the town is."""
        zone = timezone.get_default_timezone()
        assert isinstance(zone, ZoneInfo)
        return self.known.astimezone(zone).date()
