"""Metrics that the town watches no more: what was counted stays, and nothing is expected."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..models import Metric, Observation


@transaction.atomic
def end(*, metric: Metric, ended_on: date, because: str, author: Actor) -> None:
    """Watch a metric no more, from a day on.

    Raises
    ------
    Refused
        No reason is given, the day is still to come, there are figures after it, or it has ended.
    """
    if not because.strip():
        raise Refused("Say why it is watched no more.")
    if ended_on > timezone.localdate():
        raise Refused("A metric ends today or on an earlier day.")
    figures = Observation.objects.filter(series__metric=metric, ends_on__gte=ended_on)
    if last := figures.order_by("ends_on").last():
        raise Refused(f"There is a figure until {last.ends_on:%-d %B %Y}: it ends after that day.")
    ended = Metric.objects.filter(pk=metric.pk, ended_on=None)
    if not ended.update(ended_on=ended_on, ended_because=because):
        raise Refused("This metric has ended already.")
    record(
        "metric ended",
        about=metric,
        by=author.person,
        as_role=author.role,
        on=str(ended_on),
        because=because,
    )


@transaction.atomic
def go_on(*, metric: Metric, author: Actor) -> None:
    """Watch a metric again that was ended by mistake. The record keeps that it was."""
    ended = Metric.objects.filter(pk=metric.pk, ended_on__isnull=False)
    if not ended.update(ended_on=None, ended_because=""):
        raise Refused("This metric has not ended.")
    record("metric goes on", about=metric, by=author.person, as_role=author.role)
