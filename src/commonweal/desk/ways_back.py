"""Where a page about a person leads back to."""

from __future__ import annotations

from django.urls import reverse

from commonweal.accounts.models import Person
from commonweal.cases.access import nearest_case
from commonweal.residents.models import Resident


def way_back(person: Person, resident: Resident) -> tuple[str, str]:
    """(address, words): the nearest case that this person may open, which their reading is written
    down in; else the desk. Any other case would lead on to the glass."""
    nearest = nearest_case(person, resident)
    if nearest is None:
        return reverse("desk-help"), "Help desk"
    return nearest[0].get_absolute_url(), f"Case {nearest[0].code}"
