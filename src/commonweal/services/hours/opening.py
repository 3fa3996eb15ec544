"""One line of opening hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True)
class OpeningHours:
    """When a service is open, as far as its source says so.

    ``days`` are iCalendar's letters, ``MO,TU``; with a figure, ``1MO,-1FR``, they are weekdays of
    a month. ``freq`` is DAILY, WEEKLY, MONTHLY or YEARLY, "" where nothing recurs by a rule, and
    ``interval`` says every how many of these. ``month_days`` are days of the month, -1 the last;
    ``months`` are figures from 1 to 12. ``words`` say what none of the others can.
    """

    freq: str = ""
    interval: int = 1
    days: str = ""
    month_days: str = ""
    months: str = ""
    opens_at: time | None = None
    closes_at: time | None = None
    all_day: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    words: str = ""

    def is_over(self, on: date) -> bool:
        """Whether it ended before a day."""
        return self.valid_to is not None and self.valid_to < on
