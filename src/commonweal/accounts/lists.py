"""A pasted list, one line each, of people and their roles: read whole, or refused line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from commonweal.design.words import many

from .inviting import Invited
from .models import Role

MOST_LINES = 100
ADDRESS = re.compile(r"<?([^\s<>,;]+@[^\s<>,;]+)>?")
NO_ADDRESS, NO_ROLE = "no e-mail address in it", "no role that is known here"
BETWEEN = re.compile(r"[\t;,]")

Line = TypeVar("Line")


class Unread(ValueError):
    """A list can't be read. ``of_whole`` has the faults that are of none of its lines, ``wrong``
    the fault of each line by its number, and ``listed`` what the lines say that can be read."""

    def __init__(
        self,
        of_whole: Sequence[str] = (),
        *,
        wrong: dict[int, str] | None = None,
        listed: dict[int, Any] | None = None,
    ) -> None:
        self.of_whole = of_whole
        self.wrong = wrong or {}
        self.listed = listed or {}
        super().__init__(" ".join(self.faults))

    @property
    def faults(self) -> list[str]:
        """One sentence for each, those of lines in their order."""
        return [
            *self.of_whole,
            *(f"Line {at}: {fault}" for at, fault in sorted(self.wrong.items())),
        ]


class Called(NamedTuple):
    """What no two lines of a list may share, and by which name the second is refused."""

    key: str
    name: str


def read(text: str) -> list[Invited]:
    """The people of a pasted list, in its order. A line is a name, an e-mail address and a role,
    with commas, semicolons or tabs between them, in any order; empty lines count for nothing.

    Raises
    ------
    Unread
        A line lacks its address, name or role, or has two; an address stands with two names; there
        are too many lines, or none.
    """
    names: dict[str, str] = {}

    def read_line(line: str) -> Invited:
        invited = _read_line(line)
        first = names.setdefault(invited.email, invited.name)
        if first.casefold() != invited.name.casefold():
            raise ValueError(f"its address stands above with another name, “{first}”")
        return invited

    return each(text, read_line, most=MOST_LINES)


def each(
    text: str,
    read_line: Callable[[str], Line],
    *,
    most: int,
    called: Callable[[Line], Called] | None = None,
) -> list[Line]:
    """What each line of a pasted list says, in its order; ``read_line`` raises ``ValueError`` with
    the fault of a line, and ``called`` says what may stand in one line only.

    Raises
    ------
    Unread
        Some lines can't be read, or say what an earlier one says; there are more than ``most``, or
        none.
    """
    lines = [(place, line) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise Unread(["Paste at least one line"])
    if len(lines) > most:
        raise Unread([f"These are {many(len(lines), 'line')}. Paste {most} at most, then the rest"])
    listed, wrong, places = dict[int, Line](), dict[int, str](), dict[str, int]()
    for place, line in lines:
        try:
            listed[place] = read_line(line)
            if called is not None:
                _stands_once(called(listed[place]), place, places)
        except ValueError as fault:
            wrong[place] = str(fault)
    if wrong:
        raise Unread(wrong=wrong, listed=listed)
    return list(listed.values())


def _stands_once(called: Called, place: int, places: dict[str, int]) -> None:
    first = places.setdefault(called.key, place)
    if first != place:
        raise ValueError(f"“{called.name}” stands in line {first} already")


def address_in(line: str) -> tuple[str, list[str]]:
    """The one e-mail address of a line, in small letters, and the other parts of it.

    Raises
    ------
    ValueError
        There is none, or more than one, or it can't be an address.
    """
    addresses = ADDRESS.findall(line)
    if len(addresses) != 1:
        raise ValueError("more than one e-mail address in it" if addresses else NO_ADDRESS)
    try:
        validate_email(addresses[0])
    except ValidationError:
        raise ValueError("an e-mail address looks like name@example.org") from None
    parts = [part.strip(' "') for part in BETWEEN.split(ADDRESS.sub(",", line))]
    return addresses[0].lower(), [part for part in parts if part]


def behind_address(line: str) -> list[str]:
    """The parts of a line that stand behind its e-mail address."""
    [*_, behind] = ADDRESS.split(line)
    return [part for each in BETWEEN.split(behind) if (part := each.strip(' "'))]


def _read_line(line: str) -> Invited:
    address, parts = address_in(line)
    roles = [role for part in parts if (role := role_called(part))]
    names = [part for part in parts if not role_called(part)]
    if len(roles) != 1:
        raise ValueError("more than one role that is known here" if roles else NO_ROLE)
    if len(names) > 1:
        raise ValueError(f"“{names[-1]}” is no role that is known here")
    if not names:
        raise ValueError("the name of the person is missing")
    if len(names[0]) > 120:
        raise ValueError("the name is longer than 120 signs")
    return Invited(email=address, name=names[0], role=roles[0])


def role_called(role_name: str) -> Role | None:
    """The role that these words name, as the product names it, in any spelling of case and of
    what stands between the words; None where it is none."""
    plain = _plain(role_name)
    for role in Role:
        label = str(role.label)
        if plain in (_plain(role.value), _plain(label), _plain(label.partition("(")[0])):
            return role
    return None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.casefold()))
