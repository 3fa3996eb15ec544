"""Looking an organisation up by its name, so that nobody types a number.

The registers that a town has loaded stand in a room above this one: it names here how they are
asked, when it starts (decision 0035). Where none is loaded nothing is found, and nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .numbers import is_written_well

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
    """The entries of loaded registers that a name may mean, the likeliest first; of their numbers
    those that can be entered here."""
    entries = (_that_can_be_entered(entry) for look in LOOKS for entry in look(name))
    return [entry for entry in entries if entry.numbers][:MOST]


def _that_can_be_entered(entry: RegisterEntry) -> RegisterEntry:
    written_well = (pair for pair in entry.numbers if is_written_well(*pair))
    # One of each kind: the first.
    first_of_each = {field: number for field, number in reversed(list(written_well))}
    return replace(entry, numbers=tuple(reversed(first_of_each.items())))
