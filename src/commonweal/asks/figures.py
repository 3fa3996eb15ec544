"""Counts of asks, and what was drawn on the pledges that answered them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from commonweal.pledges.models import plain
from commonweal.programme import computed

from .actions import met_of
from .models import Ask, Draw


def asks(first: date, last: date) -> list[tuple[Ask, str, str]]:
    """Asks open at some time between two days, with what was offered and drawn by the last."""
    open_asks = Ask.objects.exclude(state="draft").filter(published_on__lte=last)
    open_asks = open_asks.exclude(closed_on__lt=first)
    rows = []
    for ask in open_asks:
        offered, drawn = met_of(ask, upto=last)
        rows.append((ask, plain(offered) or "0", plain(drawn) or "0"))
    return rows


@computed.metric(
    "hours-drawn",
    title="Hours of pledges used by the help desk",
    question="What partners offered: was it used?",
    definition="Hours drawn in the period on pledges that answered an ask of the help desk.",
    kind="hours",
    unit="hours",
)
def hours_drawn(period: computed.MetricPeriod) -> computed.Worked | None:
    draws = Draw.objects.filter(
        drawn_on__range=(period.first, period.last), answer__ask__unit="hours"
    )
    if not Draw.objects.filter(answer__ask__unit="hours").exists():
        return None
    total = draws.aggregate(s=Sum("quantity"))["s"] or Decimal(0)
    return computed.Worked(total, {"draws": draws.count()})
