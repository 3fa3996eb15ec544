"""Where a page about a person leads back to."""

from __future__ import annotations

from django.urls import reverse

from commonweal.accounts.models import Person
from commonweal.cases.access import link_to
from commonweal.cases.models import Case
from commonweal.residents.models import Resident


def way_back(person: Person, resident: Resident) -> tuple[str, str]:
    """(address, words): of the cases that this person may open, one of their own before others, an
    open one before closed ones, the newest; else the desk. Of no other case the page leads on to
    the glass."""
    cases = sorted(
        resident.cases.order_by("-opened_at", "-pk"),
        key=lambda case: (case.assigned_to_id != person.pk, case.state == Case.State.CLOSED),
    )
    nearest = next((case for case in cases if link_to(person, case)), None)
    if nearest is None:
        return reverse("desk-help"), "Help desk"
    return nearest.get_absolute_url(), f"Case {nearest.code}"
