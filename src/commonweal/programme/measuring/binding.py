"""Pledges whose progress a metric measures."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places import formerly
from commonweal.places.clock import Clock
from commonweal.pledges import ledger
from commonweal.pledges.measured import Measured, measured_of
from commonweal.pledges.models import MeasureKind, Pledge, plain
from commonweal.pledges.standing import OPEN, Kind
from commonweal.pledges.wording import worded_as_then

from ..models import Binding, Metric, Observation
from .periods import newest_series


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
    if metric.ended_on is not None:
        raise Refused("This metric has ended.")
    if not metric.computed:
        raise Refused("Only a metric that the system works out itself can measure a pledge.")
    if pledge.measure.kind not in MEASURES.get(metric.kind, {MeasureKind.COUNT, "keep"}):
        raise Refused("The pledge and the metric count different kinds of things.")
    if pledge.accepted_on is None or pledge.standing not in OPEN:
        raise Refused("Only an open pledge in the register can be measured.")
    if tolerance < 0:
        raise Refused("The tolerance can't be below nought.")


def tell_pledges(observation: Observation) -> None:
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
    pledges = list(bound.order_by("code"))
    if as_at is not None:
        worded_as_then(pledges, as_at.last)
        formerly.as_at([pledge.measure for pledge in pledges], as_at.last, with_new=True)
    measured = [measured_of(pledge, as_at=as_at) for pledge in pledges]
    return [
        difference for difference in measured if difference is not None and difference.is_beyond
    ]
