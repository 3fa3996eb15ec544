"""What a town still lacks before it can open, in its administrators' digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from commonweal.accounts.models import Role
from commonweal.pledges import role_queues
from commonweal.pledges.role_queues import RoleQueue, Waits

from . import reads


def _lacks(on: date) -> Iterator[Waits]:
    """Told once for each thing, and again where something else of it is missing."""
    for step in reads.missing():
        path = reverse(step.page or "desk-town")
        yield Waits(f"set-up-{step.title}", f"{step.title}: {step.state}", date.min, path)


role_queues.add(
    RoleQueue(
        "set-up",
        "thing that the town still lacks,things that the town still lacks",
        (Role.ADMINISTRATOR,),
        "desk-town",
        _lacks,
    )
)
