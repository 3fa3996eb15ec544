"""Following a metric of the national list: it becomes one of the town's own."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import outcomes, starting
from .models import Metric


@transaction.atomic
def follow(*, code: str, author: Actor) -> Metric:
    """Make a metric of the list one of the town's, with its name, unit and source as listed.

    Raises
    ------
    Refused
        The list has none of this code, or the town follows it already.
    """
    if outcomes.listed(code) is None:
        raise Refused("There is no metric of this code in the list.")
    if known := Metric.objects.filter(code=code).first():
        if known.ended_on is not None:
            raise Refused("The town has ended this metric; on its page it can go on.")
        raise Refused("The town follows this metric already.")
    order = Metric.objects.count() + 1
    metric = starting.bring_metric({"code": code}, order, timezone.localdate())
    record("metric followed", about=metric, by=author.person, as_role=author.role)
    return metric
