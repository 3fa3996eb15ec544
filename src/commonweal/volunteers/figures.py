"""What volunteers gave, counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from .models import Task


def hours_given(first: date, last: date) -> Decimal:
    """Hours of the tasks that were done between two days, the ends included, to a tenth."""
    tasks = Task.objects.filter(state="done", done_at__date__range=(first, last))
    minutes = tasks.aggregate(total=Sum("minutes_given"))["total"] or 0
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))
