"""From whom a resident is kept, and who is at risk: asked here, answered by the rooms above.

Whose cases are restricted only the cases know. They say it when they are loaded; where nobody has
said it, asking is a fault of the set-up, never a yes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet

from commonweal.accounts.models import Person

from .models import Resident

PERSON_KEPT = (
    "How to reach this person is with a named colleague of the desk. Write what you need from them "
    "as a note into your case and ring your desk manager, who gets in touch for you."
)


@dataclass(frozen=True)
class Guard:
    """What a room above knows of residents.

    ``visible_to`` is a condition for ``Resident.objects.filter``: whom a person may be offered.
    ``restricted`` are the keys of those, of some residents, who have a case of a restricted kind.
    """

    visible_to: Callable[[Person], Q]
    restricted: Callable[[set[int]], QuerySet[Any, int]]


GUARDS: list[Guard] = []


def guard() -> Guard:
    if not GUARDS:
        raise ImproperlyConfigured("No room says from whom residents are kept.")
    return GUARDS[-1]


def may_see(person: Person, resident: Resident) -> bool:
    """Whether this person may meet this resident. Of a merged record the kept one decides."""
    pk = resident.merged_into_id or resident.pk
    return Resident.objects.filter(guard().visible_to(person), pk=pk).exists()
