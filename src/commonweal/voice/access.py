"""Who works at the desk of participation."""

from __future__ import annotations

from commonweal.accounts.access import held_roles
from commonweal.accounts.models import Person, Role

DESK = (Role.CHARTER_MANAGER, Role.PROGRAMME_LEAD)


def role_of(person: Person | None) -> str:
    """In which of the desk's roles somebody acts here, for the record; "" where in none."""
    held = held_roles(person) if person else set()
    return next((str(role) for role in DESK if role in held), "")
