"""What pages show of shocks."""

from __future__ import annotations

from commonweal.accounts.models import Person


def public() -> list[object]:
    return []


def at_desk(person: Person) -> list[object]:
    del person
    return []
