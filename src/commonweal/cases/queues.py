"""The queue of open cases, and how far it is counted."""

from __future__ import annotations

from typing import Any

from commonweal.accounts.models import Person

from . import named, urgency
from .models import Case

# A queue is counted and shown as far as this: nobody pages further, and no page waits for it.
COUNTED = 1000


def counted(cases: Any) -> int:
    """How many requests, counted to one more than :data:`COUNTED` at most."""
    return int(cases.order_by()[: COUNTED + 1].count())


def queue_for(person: Person) -> Any:
    """Open requests that a person may see in the queue, the most urgent first."""
    cases = Case.objects.open()
    if not named.is_manager(person):
        cases = cases.exclude(named.closed_to(person))
    return cases.order_by(*urgency.in_order())
