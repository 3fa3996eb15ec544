"""All of a row of a list that can be worked out without the database: how somebody new is written
down, sealed, and by which numbers they and whoever is like them are found. Nobody waits meanwhile,
and another process may do it (`ahead`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from commonweal.office.fields import closed
from commonweal.office.strokes import Row
from commonweal.residents import finding, keys, people
from commonweal.residents.keys import Described
from commonweal.residents.models.key_kinds import number_of
from commonweal.residents.models.people import new_resident_code

from .persons import Listed

PERSONAL = (
    "first_name",
    "last_name",
    "born",
    "nhs_number",
    "phones",
    "email",
    "address",
    "postcode",
    "uprn",
)
# What is worked out here of somebody new, in the order in which it stands in `Drawn.row`.
OF_A_RESIDENT = ("code", *PERSONAL)
CANDIDATES = frozenset(keys.CANDIDATE_KINDS)


class Near(NamedTuple):
    """By which (digest, kind) whoever may be somebody is found, and by which digests whoever has
    this birth with first and last name swapped."""

    wanted: list[tuple[int, str]]
    swapped: list[int]

    @property
    def digests(self) -> Iterator[int]:
        """All of them."""
        return chain((digest for digest, _ in self.wanted), self.swapped)


class Drawn(NamedTuple):
    """A row of a list, worked out. ``is_as_listed``: somebody new is found by just what the list
    says of them; ``digests`` go with the number of their kind."""

    row: Row
    is_as_listed: bool
    digests: list[tuple[int, int]]
    near: Near
    note: str


def draw(listed: Listed) -> Drawn:
    """Work out how somebody is written down where nobody like them is here."""
    d = listed.described
    facts = d.first, d.last, d.born, d.nhs, "\n".join(listed.phones), d.email
    values = people.cleaned(
        dict(zip(PERSONAL, (*facts, d.address, d.postcode, d.uprn), strict=True))
    )
    described = Described(
        first=values["first_name"],
        last=values["last_name"],
        born=values["born"],
        phones=tuple(filter(None, map(str.strip, values["phones"].splitlines()))),
        email=values["email"],
        nhs=values["nhs_number"],
        address=values["address"],
        postcode=values["postcode"],
        uprn=values["uprn"],
    )
    is_as_listed = described == d
    by_digest = dict(keys.digests(keys.facts_of(described)))
    near = near_of(d, by_digest if is_as_listed else None)
    by_digest.update(keys.digests(pair for pair in finding.facts_of(described) if pair[1]))
    digests = [(digest, number_of(kind)) for digest, kind in by_digest.items()]
    sealed = (closed(values[name]) if values[name] else "" for name in PERSONAL)
    note = closed(listed.notes) if listed.notes else ""
    return Drawn((new_resident_code(), *sealed), is_as_listed, digests, near, note)


def near_of(described: Described, by_digest: dict[int, str] | None = None) -> Near:
    """By what whoever may be this person is found; ``by_digest``: their keys, if worked out."""
    if by_digest is None:
        by_digest = dict(keys.digests(keys.facts_of(described)))
    wanted = sorted(pair for pair in by_digest.items() if pair[1] in CANDIDATES)
    return Near(wanted, list({digest for digest, _ in keys.digests(_swapped(described))}))


def _swapped(described: Described) -> Iterator[tuple[str, str]]:
    turned = (Described(first=last, born=described.born) for _, last in described.names)
    facts = chain.from_iterable(map(keys.facts_of, turned))
    return (pair for pair in facts if pair[0] == "first-born")
