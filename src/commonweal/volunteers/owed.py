"""Volunteers who wait to be looked at, in the desk manager's digest: by day, never by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Role
from commonweal.pledges import role_queues
from commonweal.pledges.role_queues import RoleQueue, Waits

from .models import Volunteer


def _signed_up(on: date) -> Iterator[Waits]:
    new = Volunteer.objects.filter(state=Volunteer.State.NEW).order_by("joined_at", "pk")
    for volunteer in new:
        path = reverse("desk-volunteer", args=[volunteer.pk])
        signed_up_on = timezone.localdate(volunteer.joined_at)
        yield Waits(f"volunteer-{volunteer.pk}", "an offer of time", signed_up_on, path)


role_queues.add(
    RoleQueue(
        "volunteers",
        "volunteer waits to be looked at,volunteers wait to be looked at",
        (Role.DESK_MANAGER,),
        "desk-manage",
        _signed_up,
        at="#volunteers",
    )
)
