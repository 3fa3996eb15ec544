"""Looking an organisation up by its name, so that nobody types a number.

The registers that a town has loaded stand in a room above this one: it names here how they are
asked, when it starts (decision 0035). Where none is loaded nothing is found, and nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST = 4
# The fields of a partner that an entry fills in.
NUMBERS = ("company_number", "charity_number", "mutual_number")


@dataclass(frozen=True)
class RegisterEntry:
    """An organisation as public registers have it: its name there, what tells it from others of the
    same name, and its numbers by the partner's field."""

    name: str
    place: str
    numbers: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        return " ".join(number for _, number in self.numbers)


LOOKS: list[Callable[[str], Sequence[RegisterEntry]]] = []


def look_up(name: str) -> list[RegisterEntry]:
    """The entries of loaded registers that a name may mean, the likeliest first."""
    entries = [entry for look in LOOKS for entry in look(name) if entry.numbers]
    return entries[:MOST]
