"""A day and a time by the town's clock, as a moment.

On two nights a year that takes care: when clocks go forward an hour is missing, and when they go
back one is there twice. Python compares and subtracts two times of one zone by what the clock
shows, so moments are compared in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def moment_of(day: date, clock: time, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which a zone's clock shows a time on a day.

    Of a time that is there twice it is the first. A time that is skipped is as long after
    midnight as it says: an hour later by the clock.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def whole_days(first: date, last: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From which moment, and before which, a zone's days from ``first`` to ``last`` lie.

    An index of moments answers that. For a moment's date SQLite calls Python, once for each row.
    """
    return moment_of(first, time(), zone), moment_of(last + timedelta(days=1), time(), zone)


def is_skipped(day: date, clock: time, zone: tzinfo) -> bool:
    """Whether a day has no such time, because the clocks go forward over it."""
    return moment_of(day, clock, zone).astimezone(zone).time() != clock
