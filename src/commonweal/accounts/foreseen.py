"""What a list of roles would lead to, line by line, before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import actions
from .inviting import Invited, holds, person_at
from .models import Person, Role

NEW, KNOWN = "new: is invited", "known here"
HELD = "holds it already: stays as it is"
TWICE = "stands above already: is given once"


@dataclass(frozen=True)
class Foreseen:
    """A line with what would be done, or why nothing on the list can be."""

    line: Invited
    state: str
    refusal: str = ""

    @property
    def is_refused(self) -> bool:
        return bool(self.refusal)


def foresee(invited: Sequence[Invited], *, by: Person) -> list[Foreseen]:
    """Each line as it would be carried out behind those above it."""
    given: dict[str, set[Role]] = {}
    foreseen = []
    for line in invited:
        person = person_at(line.email)
        # Somebody may stand in the list with each of their addresses.
        above = given.setdefault(str(person.code) if person else line.email, set())
        foreseen.append(_foresee(line, person, above, by=by))
        above.add(line.role)
    return foreseen


def refusals(listed: dict[int, Invited], *, by: Person) -> dict[int, str]:
    """Why lines of a list can't be given, by their numbers."""
    rows = foresee(list(listed.values()), by=by)
    return {place: row.refusal for place, row in zip(listed, rows, strict=True) if row.refusal}


def _foresee(line: Invited, person: Person | None, above: set[Role], *, by: Person) -> Foreseen:
    if line.role in above:
        return Foreseen(line, TWICE)
    if holds(line.email, line.role):
        return Foreseen(line, HELD)
    refusal = actions.refusal_of(person=person, role=line.role, by=by) if person else ""
    if refusal:
        return Foreseen(line, f"can’t be given, and nothing on the list is: {refusal}", refusal)
    if clash := actions.clash_of(line.role, above):
        state = f"can’t be given beside a line above, and nothing is: {clash}"
        return Foreseen(line, state, f"it can’t be given beside a line above: {clash}")
    return Foreseen(line, KNOWN if person else NEW)
