"""Reports of lost jobs, in the early warning: how many were told each day, never of whom."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from commonweal.asks.series import Counted, source
from commonweal.economy.models import Shock

from .plan import HITS

KIND = "told"


@source
def told(first: date, last: date) -> list[Counted]:
    """Reports by the day of telling. Some are in confidence, so their count is secret."""
    reports = Shock.objects.exclude(state=Shock.State.DRAFT)
    reports = reports.filter(kind__in=HITS, told_on__range=(first, last))
    by_day = dict(reports.order_by().values_list("told_on").annotate(Count("pk")))
    name = "Reports of lost jobs"
    return [Counted(KIND, "", name, by_day, is_secret=True)] if by_day else []
