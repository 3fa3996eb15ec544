"""Residents as a list is compared with them: by the thousand, each field opened only when asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from django.db import connection

from commonweal.office.fields import opened
from commonweal.residents.keys import Described
from commonweal.residents.models import Resident

FIELDS = (
    "first_name",
    "last_name",
    "also_known_as",
    "born",
    "phones",
    "email",
    "nhs_number",
    "address",
    "postcode",
    "uprn",
)
PLACES = {name: place for place, name in enumerate(FIELDS)}
AT_ONCE = 500


class Here:
    """Somebody who is here, as the columns stand: closed."""

    def __init__(self, pk: int, state: str, closed: Sequence[str]) -> None:
        self.pk, self.state, self.closed = pk, state, closed

    def _open(self, name: str) -> str:
        closed = self.closed[PLACES[name]]
        return opened(closed) if closed else ""

    @property
    def has_other_names(self) -> bool:
        return bool(self.closed[PLACES["also_known_as"]])

    @cached_property
    def born(self) -> str:
        return self._open("born")

    @cached_property
    def named(self) -> Described:
        """Names, birth and NHS number alone: what may speak against somebody."""
        return Described(
            first=self._open("first_name"),
            last=self._open("last_name"),
            others=_lines(self._open("also_known_as")),
            born=self.born,
            nhs=self._open("nhs_number"),
        )

    @cached_property
    def described(self) -> Described:
        """As `people.described` has it."""
        return Described(
            first=self.named.first,
            last=self.named.last,
            others=self.named.others,
            born=self.born,
            phones=tuple(number.strip() for number in _lines(self._open("phones"))),
            email=self._open("email"),
            nhs=self.named.nhs,
            address=self._open("address"),
            postcode=self._open("postcode"),
            uprn=self._open("uprn"),
        )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


def here(pks: Iterable[int]) -> dict[int, Here]:
    """Residents by their keys, without those who were merged into others."""
    ordered = sorted(set(pks))
    columns, table = ", ".join(FIELDS), Resident._meta.db_table
    people: dict[int, Here] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), AT_ONCE):
            step = ordered[start : start + AT_ONCE]
            marks = ", ".join(["%s"] * len(step))
            cursor.execute(f"SELECT id, state, {columns} FROM {table} WHERE id IN ({marks})", step)
            for pk, state, *closed in cursor.fetchall():
                if state != Resident.State.MERGED:
                    people[pk] = Here(pk, state, closed)
    return people
