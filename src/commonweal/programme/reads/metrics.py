"""Metrics with their newest figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commonweal.partners.models import Partner
from commonweal.places import formerly
from commonweal.places.clock import Clock

from .. import measuring
from ..models import Metric, Observation, Series


@dataclass
class MetricLine:
    """A metric with its newest released figure, the one before, and where it should be."""

    metric: Metric
    series: Series | None
    newest: Observation | None
    before: Observation | None
    target: Decimal | None
    late: measuring.Late | None

    @property
    def is_behind(self) -> bool:
        """The newest figure is worse than the target path on its day."""
        if self.newest is None or self.newest.value is None or self.target is None:
            return False
        return self.metric.better(self.target, self.newest.value)

    @property
    def is_red(self) -> bool:
        return self.is_behind or self.late is not None

    @property
    def state(self) -> str:
        """In words, without colour."""
        if self.newest is None:
            return "Late" if self.late else "Not yet measured"
        if self.newest.value is None:
            return "Not shown"
        if self.late:
            return "Late"
        if self.target is None:
            return "No target"
        return "Behind the target path" if self.is_behind else "On the target path"

    def write(self, observation: Observation | None) -> str:
        if observation is None or self.series is None:
            return "not yet measured"
        if observation.value is None:
            return "not shown"
        return self.series.write(observation.value)

    @property
    def is_now(self) -> str:
        return self.write(self.newest)

    @property
    def was(self) -> str:
        return self.write(self.before) if self.before else "no earlier figure"

    @property
    def should_be(self) -> str:
        if self.target is None or self.series is None:
            return "no target"
        return self.series.write(self.target)


def metric_lines(on: date, *, as_at: Clock | None = None) -> list[MetricLine]:
    """Every metric that the town watches on a day, as it is known then: neither those that have
    ended nor those that begin later.

    Only figures about periods that ended by ``on`` count. With ``as_at`` that is the last day
    of its stretch of time: figures about it may have been released later, until it is known;
    and what is late is so many days late on the last day.
    """
    metrics = Metric.objects.select_related("partner", "theme").prefetch_related(
        "series__observations", "series__targets", "pillars"
    )
    if as_at is None:
        return _watched((metric_line(metric, on, on) for metric in metrics), on)
    then = sorted(formerly.as_at(metrics, as_at.last), key=lambda m: (m.order, m.name))
    formerly.as_at([m.partner for m in then if m.partner], as_at.last, with_new=True)
    lines = (metric_line(metric, as_at.last, as_at.known_on, as_at=as_at) for metric in then)
    return _watched(lines, as_at.last)


def ended_lines(on: date, *, partner: Partner | None = None) -> list[MetricLine]:
    """Those that the town watches no more, each with its last figure, the last ended first."""
    ended = Metric.objects.filter(ended_on__lte=on).order_by("-ended_on", "name", "id")
    if partner is not None:
        ended = ended.filter(partner=partner)
    ended = ended.prefetch_related("series__observations", "series__targets")
    return [metric_line(metric, on, on) for metric in ended]


def _watched(lines: Iterable[MetricLine], on: date) -> list[MetricLine]:
    """Those that have begun by a day, and have not ended."""
    return [line for line in lines if line.series is not None and not line.metric.has_ended(on)]


def metric_line(metric: Metric, on: date, known: date, *, as_at: Clock | None = None) -> MetricLine:
    series = measuring.series_on(metric, on)
    if series is None:
        return MetricLine(metric, None, None, None, None, None)
    series.metric = metric
    figures = latest_versions(series, on, known)
    newest = figures[-1] if figures else None
    before = figures[-2] if len(figures) > 1 else None
    target = measuring.target_on(series, newest.ends_on) if newest else None
    late = measuring.lateness(metric, on if as_at else known, known=known)
    return MetricLine(metric, series, newest, before, target, late)


def latest_versions(series: Series, on: date, known: date) -> list[Observation]:
    """The figures for the whole town in the order of their periods, each as last revised."""
    newest: dict[date, Observation] = {}
    for observation in series.observations.all():
        if (
            observation.area_id is None
            and observation.ends_on <= on
            and observation.released_on is not None
            and observation.released_on <= known
        ):
            newest[observation.ends_on] = observation
    return [newest[day] for day in sorted(newest)]
