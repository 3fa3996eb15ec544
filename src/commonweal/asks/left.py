"""How much of a pledge is left to offer: to asks, and for shocks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from commonweal.pledges.models import Direction, Pledge

from .models import Draw


def left_of(pledge: Pledge) -> Decimal:
    """How much of a pledge can still be offered, in its unit, and never less than nought.

    What it promises (its target above its baseline), less what is reached by its last report, less
    what it offered to asks. What of the offers was used before the day of that report is in it,
    so it is taken off once.
    """
    if pledge.target is None:
        return Decimal(0)
    baseline = pledge.baseline or Decimal(0)
    reached, used = _reached(pledge, baseline), Decimal(0)
    if reached and pledge.drawn:
        draws = Draw.objects.filter(answer__pledge=pledge, drawn_on__lt=_reached_on(pledge))
        used = draws.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
    taken = max(reached, used) + pledge.offered - used
    return max(abs(pledge.target - baseline) - taken, Decimal(0))


def _reached(pledge: Pledge, baseline: Decimal) -> Decimal:
    """How far above its baseline a pledge says it has come, or was found to have come."""
    values = [figure for figure in (pledge.claimed, pledge.verified) if figure is not None]
    is_up = pledge.measure.direction == Direction.UP
    come = [figure - baseline if is_up else baseline - figure for figure in values]
    return max([*come, Decimal(0)])


def _reached_on(pledge: Pledge) -> date:
    """The day up to which the report counts."""
    return max(day for day in (pledge.claimed_on, pledge.verified_on) if day is not None)
