"""Figures: given, released, under a new definition, beside the target."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.places.models import Area

from .. import outcomes, units
from ..models import Metric, Observation, Series
from .binding import tell_pledges
from .periods import newest_series

Status = Observation.Status


@transaction.atomic
def observe(
    *,
    series: Series,
    starts_on: date,
    ends_on: date,
    figure: Decimal | None,
    status: str,
    note: str,
    author: Actor,
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
        The period is not over, or ends before the series begins or after the metric's end; a
        revision or a gap without its reason; the definition is not the newest.
    """
    today = on or timezone.localdate()
    _check_period(series, ends_on, today)
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
                given_by_title=title or author.role_told,
                given_by_organisation=author.organisation,
                given_by=author.person,
                recorded_on=today,
                released_on=today if release else None,
            )
    except IntegrityError:
        raise Refused("Somebody else gave a figure for this period at the same moment.") from None
    detail = {"ends_on": str(ends_on), "version": observation.version}
    record("figure given", about=series.metric, by=author.person, as_role=author.role, **detail)
    if release:
        tell_pledges(observation)
    return observation


def _check_period(series: Series, ends_on: date, today: date) -> None:
    if ends_on >= today:
        raise Refused("This period is not over yet.")
    ended_on = series.metric.ended_on
    if ended_on is not None and ends_on >= ended_on:
        raise Refused(f"This metric ended on {ended_on:%-d %B %Y}.")
    if ends_on < series.starts_on:
        raise Refused("This period lies before the series begins.")
    if series.metric.series.filter(number__gt=series.number, starts_on__lte=ends_on).exists():
        raise Refused("A newer definition holds for this period. Give the figure there.")


def _check_figure(series: Series, figure: Decimal | None, note: str) -> None:
    if figure is None and not note.strip():
        raise Refused("Say why there is no figure: it will be shown as not shown, with your words.")
    if figure is not None and outcomes.is_placeholder(series.metric.code):
        raise Refused(
            "This metric is a placeholder: the ministry has not settled what is counted, so it "
            "takes no figure."
        )
    if figure is not None and (fault := _fault(series, figure)):
        raise Refused(f"{fault[0].upper()}{fault[1:]}.")


def _fault(series: Series, figure: Decimal) -> str:
    """Why a series can't have a figure. One that has such figures goes on with them."""
    metric = series.metric
    fault = units.fault(figure, kind=metric.kind, code=metric.code)
    if not fault:
        return ""
    known = [series.baseline, *series.observations.values_list("value", flat=True)]
    stands = any(
        units.fault(earlier, kind=metric.kind, code=metric.code)
        for earlier in known
        if earlier is not None
    )
    return "" if stands else fault


def _check_revision(last: Observation, figure: Decimal | None, note: str) -> None:
    if last.value == figure:
        raise Refused("This very figure is there already.")
    if not note.strip():
        raise Refused("There is a figure for this period. Say why it is revised.")


@transaction.atomic
def release(*, observation: Observation, author: Actor) -> None:
    """Let a figure out. Until then nobody outside the desk sees it."""
    done = Observation.objects.filter(pk=observation.pk, released_on=None).update(
        released_on=timezone.localdate()
    )
    if not done:
        raise Refused("Somebody else has released this figure already.")
    observation.refresh_from_db()
    record("figure released", about=observation, by=author.person, as_role=author.role)
    tell_pledges(observation)


@transaction.atomic
def redefine(
    *,
    metric: Metric,
    definition: str,
    unit: str,
    starts_on: date,
    because: str,
    author: Actor,
    decision: Decision | None = None,
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
) -> Series:
    """Begin a new series, because what is counted changes."""
    last = newest_series(metric)
    if metric.ended_on is not None:
        raise Refused("This metric has ended: nothing is counted by it any more.")
    if last is not None:
        if not because.strip():
            raise Refused("Say why the definition changes.")
        if starts_on <= last.starts_on:
            raise Refused("A new definition begins after the one before it.")
        if last.observations.filter(ends_on__gte=starts_on).exists():
            raise Refused("There are figures after that day under the old definition.")
    if (baseline is None) != (baseline_on is None):
        raise Refused("A baseline needs its figure and its day.")
    if baseline and (fault := units.fault(baseline, kind=metric.kind, code=metric.code)):
        raise Refused(f"The baseline can't be so: {fault}.")
    series = Series.objects.create(
        metric=metric,
        number=last.number + 1 if last else 1,
        definition=definition,
        unit=unit,
        starts_on=starts_on,
        entered_on=timezone.localdate(),
        because=because,
        decision=decision,
        baseline=baseline,
        baseline_on=baseline_on,
    )
    record("definition changed", about=metric, by=author.person, as_role=author.role)
    return series


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
