"""The hour at which a fictional town is told: nothing that it says was done lies ahead of it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now_on(today: date) -> datetime:
    """This very hour, on the day that the town takes for today."""
    return timezone.now() + (today - timezone.localdate())
