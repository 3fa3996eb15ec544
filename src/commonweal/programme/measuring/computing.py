"""Figures that the system works out itself."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date

from commonweal.accounts.actors import SYSTEM, Actor

from .. import computed
from ..models import Metric, Observation, Series
from .figures import Status, observe
from .periods import newest_series, periods_due


def compute(metric: Metric, *, on: date, author: Actor | None = None) -> list[Observation]:
    """Work out every figure of a computed metric that is owed on a day and not there yet."""
    function = computed.REGISTERED.get(metric.computed)
    series = newest_series(metric)
    if function is None or series is None:
        return []
    ordered = series.observations.filter(area=None).order_by("version")
    known = {observation.ends_on: observation.value for observation in ordered}
    added = []
    for first, last in _owed(function, metric, series, known, on):
        worked = function.work_out(computed.MetricPeriod(first, last, metric.partner))
        if worked is None or worked.figure == known.get(last):
            continue
        note = f"{worked.note} {REVISED}".strip() if last in known else worked.note
        added.append(
            observe(
                series=series,
                starts_on=first,
                ends_on=last,
                figure=worked.figure,
                status=Status.FINAL,
                note=note,
                author=author or BY_ITSELF,
                release=True,
                function=metric.computed,
                of_what=worked.of_what,
                title="Worked out by the system",
                on=on,
            )
        )
    return added


def _owed(
    function: computed.Function, metric: Metric, series: Series, known: Container[date], on: date
) -> Iterator[tuple[date, date]]:
    """The periods to look at: all of a function whose figures are revised, else those without."""
    for first, last in periods_due(metric, series, on):
        if function.revises or last not in known:
            yield first, last


BY_ITSELF = Actor(None, SYSTEM)
REVISED = "What it is counted from has been corrected since."


def compute_all(on: date) -> int:
    """Every computed metric; returns how many figures were added."""
    metrics = (
        Metric.objects.exclude(computed="")
        .select_related("partner")
        .prefetch_related("series__observations")
    )
    return sum(len(compute(metric, on=on)) for metric in metrics)
