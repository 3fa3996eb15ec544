"""Who works at the economy desk."""

from __future__ import annotations

from commonweal.accounts.access import held_roles
from commonweal.accounts.models import Person, Role

DESK = (Role.ANALYST, Role.PROGRAMME_LEAD, Role.CHARTER_MANAGER)
# Who brings figures in, and chooses what stands beside them.
FIGURES = (Role.ANALYST, Role.PROGRAMME_LEAD)


def role_of(person: Person | None) -> str:
    """In which of the desk's roles somebody acts here, for the record; "" where in none."""
    held = held_roles(person) if person else set()
    return next((str(role) for role in DESK if role in held), "")


def brings_figures(person: Person) -> bool:
    return not held_roles(person).isdisjoint(FIGURES)
