"""Voting goes by whole days of the town: from the first minute of one to the end of another."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def beginning_of(day: date) -> datetime:
    """Midnight by the town's clock, in summer time as in winter."""
    return timezone.make_aware(datetime.combine(day, time()))


def end_of(day: date) -> datetime:
    """Midnight at the end of a day: the first moment at which it is too late."""
    return beginning_of(day + timedelta(days=1))


def first_day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def last_day(closes_at: datetime | None) -> date | None:
    """The last day on which ballots are taken."""
    return timezone.localdate(closes_at) - timedelta(days=1) if closes_at else None
