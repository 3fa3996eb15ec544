"""The periods of a metric, and which of them wait for their figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from commonweal.partners.models import months_later

from .. import outcomes
from ..models import Metric, Series


def period_of(metric: Metric, day: date) -> tuple[date, date]:
    """First and last day of the calendar period (month, quarter, half, year) that holds a day."""
    months = metric.every_months
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, months_later(first, months) - timedelta(days=1)


def periods_due(metric: Metric, series: Series, on: date) -> Iterator[tuple[date, date]]:
    """The whole periods of a series that are over on a day, oldest first; of a metric that has
    ended those before its end."""
    on = min(on, metric.ended_on or on)
    first, last = period_of(metric, series.starts_on)
    while last < on:
        if first >= series.starts_on:
            yield first, last
        first = last + timedelta(days=1)
        last = months_later(first, metric.every_months) - timedelta(days=1)


def no_period_yet(metric: Metric, on: date) -> str:
    """Why no figure can be given on a day, in words; "" where one can."""
    series = newest_series(metric)
    if series is None:
        return "It has no definition yet."
    if any(periods_due(metric, series, on)):
        return ""
    if metric.has_ended(on):
        return "It ended before a period was over, so there is no figure to give."
    first, last = period_of(metric, series.starts_on)
    if first < series.starts_on:
        last = months_later(last + timedelta(days=1), metric.every_months) - timedelta(days=1)
    return f"Its first figure can be given after {last:%-d %B %Y}, when its period is over."


@dataclass(frozen=True)
class Late:
    """A metric without the figure that should be there: who answers for it, for how many days."""

    metric: Metric
    starts_on: date
    ends_on: date
    days: int

    @property
    def owner(self) -> str:
        name = self.metric.owner_title or "nobody named"
        return f"{name}, {self.metric.partner.name}" if self.metric.partner else name


def lateness(metric: Metric, on: date, *, known: date | None = None) -> Late | None:
    """The oldest of the last four periods whose figure is missing after its release date.

    Earlier gaps are history, not something to wait for; for a period that was over when the series
    was entered the days count from then. ``known`` is the day until which figures
    that came count; so many days late they were on ``on``.
    """
    series = series_on(metric, on)
    if series is None or outcomes.is_placeholder(metric.code) or metric.has_ended(on):
        return None
    reported = _reported(series, known or date.max)
    for first, last in list(periods_due(metric, series, on))[-4:]:
        days = (on - max(last, series.entered_on or last)).days - metric.release_days
        if days > 0 and last not in reported:
            return Late(metric, first, last, days)
    return None


def _reported(series: Series, known: date) -> set[date]:
    """The ends of the periods for which a figure of the whole town had come by a day."""
    return {
        observation.ends_on
        for observation in series.observations.all()
        if observation.area_id is None and observation.recorded_on <= known
    }


def newest_series(metric: Metric) -> Series | None:
    return max(metric.series.all(), key=lambda series: series.number, default=None)


def series_on(metric: Metric, on: date) -> Series | None:
    """The newest series that has begun on a day."""
    begun = [series for series in metric.series.all() if series.starts_on <= on]
    return max(begun, key=lambda series: series.number, default=None)
