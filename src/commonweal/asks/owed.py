"""Asks that wait to be published and alarms that wait for an answer, in the manager's digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from commonweal.accounts.models import Role
from commonweal.pledges import role_queues
from commonweal.pledges.role_queues import RoleQueue, Waits

from .models import Alarm, Ask


def _drafts(on: date) -> Iterator[Waits]:
    """Nothing says since when one is a draft. Its title names nobody: that is looked for."""
    for ask in Ask.objects.filter(state=Ask.State.DRAFT).order_by("pk"):
        yield Waits(f"ask-{ask.code}", ask.title, date.min, reverse("desk-ask", args=[ask.code]))


def _alarms(on: date) -> Iterator[Waits]:
    open_ones = Alarm.objects.filter(closed_at=None).exclude(kind="told").order_by("on", "pk")
    for alarm in open_ones:
        path = reverse("alarm-close", args=[alarm.pk])
        yield Waits(f"alarm-{alarm.pk}", f"Requests rose: {alarm.name}", alarm.on, path)


MANAGER, DESK = (Role.DESK_MANAGER,), "desk-manage"
role_queues.add(
    RoleQueue("asks", "ask to publish,asks to publish", MANAGER, DESK, _drafts, at="#asks"),
    RoleQueue(
        "alarms",
        "alarm without an answer,alarms without an answer",
        MANAGER,
        DESK,
        _alarms,
        at="#alarms",
    ),
)
