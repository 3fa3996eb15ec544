"""What rooms do when somebody's role ends: each says it once, here, and is called when it happens.

This room stands below the others and imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable

from .models import Person

AFTERWARDS: list[Callable[[Person], object]] = []


def when_a_role_ends(act: Callable[[Person], object]) -> None:
    """Have a function called with the person, inside the transaction that ended the role."""
    if act not in AFTERWARDS:
        AFTERWARDS.append(act)


def role_ended(person: Person) -> None:
    for act in AFTERWARDS:
        act(person)
