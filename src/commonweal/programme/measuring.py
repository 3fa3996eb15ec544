"""What people and functions do with metrics: figures, revisions, series, measured pledges."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.partners.models import months_later
from commonweal.places.clock import Clock
from commonweal.places.models import Area
from commonweal.pledges import ledger
from commonweal.pledges.measured import Measured, measured_of
from commonweal.pledges.models import MeasureKind, Pledge, plain
from commonweal.pledges.standing import OPEN, Kind

from . import computed
from .actions import Author
from .models import Binding, Metric, Observation, Series

Status = Observation.Status


# --- Periods of a metric ----------------------------------------------------------------------


def period_of(metric: Metric, day: date) -> tuple[date, date]:
    """First and last day of the calendar period (month, quarter, half, year) that holds a day."""
    months = metric.every_months
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, months_later(first, months) - timedelta(days=1)


def periods_due(metric: Metric, series: Series, on: date) -> Iterator[tuple[date, date]]:
    """The whole periods of a series that are over on a day, oldest first."""
    first, last = period_of(metric, series.starts_on)
    while last < on:
        if first >= series.starts_on:
            yield first, last
        first = last + timedelta(days=1)
        last = months_later(first, metric.every_months) - timedelta(days=1)


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

    Earlier gaps are history, not something to wait for. ``known`` is the day until which figures
    that came count; so many days late they were on ``on``.
    """
    series = series_on(metric, on)
    if series is None:
        return None
    reported = _reported(series, known or date.max)
    for first, last in list(periods_due(metric, series, on))[-4:]:
        days = (on - last).days - metric.release_days
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


# --- Figures ----------------------------------------------------------------------------------


@transaction.atomic
def observe(
    *,
    series: Series,
    starts_on: date,
    ends_on: date,
    figure: Decimal | None,
    status: str,
    note: str,
    author: Author,
    area: Area | None = None,
    release: bool = False,
    function: str = "",
    of_what: dict[str, Any] | None = None,
    title: str = "",
    on: date | None = None,
) -> Observation:
    """Write down a figure. Another one for the same period is a revision; the first stays.

    Raises
    ------
    Refused
        The period is not over, or ends before the series begins; a revision or a gap without
        its reason; the definition is not the newest.
    """
    today = on or timezone.localdate()
    if ends_on >= today:
        raise Refused("This period is not over yet.")
    _check_period(series, ends_on)
    _check_figure(series, figure, note)
    same = series.observations.filter(starts_on=starts_on, ends_on=ends_on, area=area)
    last = same.order_by("-version").first()
    if last is not None:
        _check_revision(last, figure, note)
        status = Status.REVISED
    try:
        with transaction.atomic():
            observation = Observation.objects.create(
                series=series,
                starts_on=starts_on,
                ends_on=ends_on,
                area=area,
                version=last.version + 1 if last else 1,
                status=status,
                value=figure,
                note=note,
                of_what=of_what or {},
                function=function,
                given_by_title=title or author.role,
                given_by_organisation=author.organisation,
                given_by=author.person,
                recorded_on=today,
                released_on=today if release else None,
            )
    except IntegrityError:
        raise Refused("Somebody else gave a figure for this period at the same moment.") from None
    record(
        "figure given",
        about=series.metric,
        by=author.person,
        as_role=author.role,
        ends_on=str(ends_on),
        version=observation.version,
    )
    if release:
        _tell_pledges(observation)
    return observation


def _check_period(series: Series, ends_on: date) -> None:
    if ends_on < series.starts_on:
        raise Refused("This period lies before the series begins.")
    if series.metric.series.filter(number__gt=series.number, starts_on__lte=ends_on).exists():
        raise Refused("A newer definition holds for this period. Give the figure there.")


def _check_figure(series: Series, figure: Decimal | None, note: str) -> None:
    if figure is None and not note:
        raise Refused("Say why there is no figure: it will be shown as not shown, with your words.")
    if figure is not None and series.metric.kind == "share" and not 0 <= figure <= 100:
        raise Refused("A share lies between 0 and 100 per cent.")


def _check_revision(last: Observation, figure: Decimal | None, note: str) -> None:
    if last.value == figure:
        raise Refused("This very figure is there already.")
    if not note:
        raise Refused("There is a figure for this period. Say why it is revised.")


@transaction.atomic
def release(*, observation: Observation, author: Author) -> None:
    """Let a figure out. Until then nobody outside the desk sees it."""
    done = Observation.objects.filter(pk=observation.pk, released_on=None).update(
        released_on=timezone.localdate()
    )
    if not done:
        raise Refused("Somebody else has released this figure already.")
    observation.refresh_from_db()
    record("figure released", about=observation, by=author.person, as_role=author.role)
    _tell_pledges(observation)


@transaction.atomic
def redefine(
    *,
    metric: Metric,
    definition: str,
    unit: str,
    starts_on: date,
    because: str,
    author: Author,
    decision: Decision | None = None,
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
) -> Series:
    """Begin a new series, because what is counted changes."""
    last = newest_series(metric)
    if last is not None:
        if not because:
            raise Refused("Say why the definition changes.")
        if starts_on <= last.starts_on:
            raise Refused("A new definition begins after the one before it.")
        if last.observations.filter(ends_on__gte=starts_on).exists():
            raise Refused("There are figures after that day under the old definition.")
    if (baseline is None) != (baseline_on is None):
        raise Refused("A baseline needs its figure and its day.")
    series = Series.objects.create(
        metric=metric,
        number=last.number + 1 if last else 1,
        definition=definition,
        unit=unit,
        starts_on=starts_on,
        because=because,
        decision=decision,
        baseline=baseline,
        baseline_on=baseline_on,
    )
    record("definition changed", about=metric, by=author.person, as_role=author.role)
    return series


def compute(metric: Metric, *, on: date, author: Author | None = None) -> list[Observation]:
    """Work out every figure of a computed metric that is owed on a day and not there yet."""
    function = computed.REGISTERED.get(metric.computed)
    series = newest_series(metric)
    if function is None or series is None:
        return []
    known = {
        observation.ends_on: observation.value
        for observation in series.observations.filter(area=None).order_by("version")
    }
    added = []
    for first, last in periods_due(metric, series, on):
        if last in known and not function.revises:
            continue
        worked = function.work_out(computed.Asked(first, last, metric.partner))
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
                author=author or SYSTEM,
                release=True,
                function=metric.computed,
                of_what=worked.of_what,
                title="Worked out by the system",
                on=on,
            )
        )
    return added


SYSTEM = Author(None, "system")
REVISED = "What it is counted from has been corrected since."


def compute_all(on: date) -> int:
    """Every computed metric; returns how many figures were added."""
    metrics = (
        Metric.objects.exclude(computed="")
        .select_related("partner")
        .prefetch_related("series__observations")
    )
    return sum(len(compute(metric, on=on)) for metric in metrics)


# --- Target path ------------------------------------------------------------------------------


def target_on(series: Series, day: date) -> Decimal | None:
    """Where the series should be on a day: straight lines from the baseline through the targets.

    None before the first and after the last of them.
    """
    points = [(target.on, target.value) for target in series.targets.all()]
    if series.baseline is not None and series.baseline_on is not None:
        points.append((series.baseline_on, series.baseline))
    points.sort()
    for (from_on, from_value), (to_on, to_value) in itertools.pairwise(points):
        if from_on <= day <= to_on:
            gone = Decimal((day - from_on).days) / Decimal((to_on - from_on).days)
            step = Decimal(1) if series.metric.kind == "count" else Decimal("0.1")
            return (from_value + (to_value - from_value) * gone).quantize(step)
    return next((figure for on, figure in points if on == day), None)


# --- Measured pledges -------------------------------------------------------------------------


@transaction.atomic
def bind(
    *, pledge: Pledge, metric: Metric, tolerance: Decimal, because: str, by: Person, role: str
) -> Binding:
    """Let the system measure a pledge's progress by a computed metric.

    Raises
    ------
    Refused
        The metric is not computed or counts another kind of thing; the pledge is not open or is
        bound already.
    """
    _check_binding(pledge, metric, tolerance)
    try:
        with transaction.atomic():
            binding = Binding.objects.create(
                pledge=pledge,
                metric=metric,
                tolerance=tolerance,
                because=because,
                bound_on=timezone.localdate(),
                bound_by=by,
            )
    except IntegrityError:
        raise Refused("This pledge is measured already.") from None
    record("pledge bound", about=pledge, by=by, as_role=role, metric=metric.code)
    series = newest_series(metric)
    last = (
        series.observations.released().filter(area=None).order_by("ends_on", "version").last()
        if series
        else None
    )
    if last is not None and pledge.made_on <= last.ends_on:
        measure(binding, last)
    return binding


# The kinds of measures that a metric of a kind can stand for; others stand for counts.
MEASURES = {"share": {"share", "keep"}, "money": {"money"}, "hours": {"hours"}}


def _check_binding(pledge: Pledge, metric: Metric, tolerance: Decimal) -> None:
    if not metric.computed:
        raise Refused("Only a metric that the system works out itself can measure a pledge.")
    if pledge.measure.kind not in MEASURES.get(metric.kind, {MeasureKind.COUNT, "keep"}):
        raise Refused("The pledge and the metric count different kinds of things.")
    if pledge.accepted_on is None or pledge.standing not in OPEN:
        raise Refused("Only an open pledge in the register can be measured.")
    if tolerance < 0:
        raise Refused("The tolerance can't be below nought.")


def _tell_pledges(observation: Observation) -> None:
    """A released figure goes into the ledger of each pledge that it measures."""
    if observation.area_id is not None or observation.value is None:
        return
    bindings = Binding.objects.filter(metric=observation.series.metric).select_related(
        "pledge", "metric"
    )
    for binding in bindings:
        if binding.pledge.standing in OPEN and binding.pledge.made_on <= observation.ends_on:
            measure(binding, observation)


def measure(binding: Binding, observation: Observation, *, at: datetime | None = None) -> None:
    """Write a figure into the ledger of the pledge that it measures."""
    body = {
        "metric": binding.metric.code,
        "series": observation.series.number,
        "value": plain(observation.value),
        "starts_on": observation.starts_on.isoformat(),
        "ends_on": observation.ends_on.isoformat(),
        "status": observation.status,
        "version": observation.version,
        "tolerance": plain(binding.tolerance),
    }
    ledger.append(
        ledger.NewEntry(binding.pledge, Kind.MEASURED, observation.recorded_on, body, written_at=at)
    )


def differences(*, as_at: Clock | None = None) -> list[Measured]:
    """Every measured pledge whose partner reports something else, beyond the tolerance.

    ``as_at`` reads their ledgers as they stood on the last day of a clock.
    """
    bound = Pledge.objects.filter(binding__isnull=False).select_related("partner", "measure")
    if as_at is not None:
        bound = bound.filter(binding__bound_on__lte=as_at.last)
    measured = [measured_of(pledge, as_at=as_at) for pledge in bound.order_by("code")]
    return [
        difference for difference in measured if difference is not None and difference.is_beyond
    ]
