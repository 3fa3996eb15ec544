"""A pasted list of people and roles, one a line: read whole, or refused line by line."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from commonweal.design.words import many

from .inviting import Invited
from .models import Role

MOST_LINES = 100
ADDRESS = re.compile(r"<?([^\s<>,;]+@[^\s<>,;]+)>?")
NO_ADDRESS, NO_ROLE = "no e-mail address in it", "no role that is known here"
BETWEEN = re.compile(r"[\t;,]")


class Unread(ValueError):
    """Some lines can't be read. ``faults`` has one sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def read(text: str) -> list[Invited]:
    """The people of a pasted list, in its order. A line is a name, an e-mail address and a role,
    with commas, semicolons or tabs between them, in any order; empty lines count for nothing.

    Raises
    ------
    Unread
        A line lacks its address, name or role, or has two; there are too many lines, or none.
    """
    lines = [(place, line) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise Unread(["Paste at least one line"])
    if len(lines) > MOST_LINES:
        raise Unread(
            [f"These are {many(len(lines), 'line')}. Paste {MOST_LINES} at most, then the rest"]
        )
    invited, faults = [], []
    for place, line in lines:
        try:
            invited.append(_read_line(line))
        except ValueError as fault:
            faults.append(f"Line {place}: {fault}")
    if faults:
        raise Unread(faults)
    return invited


def _read_line(line: str) -> Invited:
    addresses = ADDRESS.findall(line)
    if len(addresses) != 1:
        raise ValueError("more than one e-mail address in it" if addresses else NO_ADDRESS)
    try:
        validate_email(addresses[0])
    except ValidationError:
        raise ValueError("an e-mail address looks like name@example.org") from None
    parts = [part.strip(' "') for part in BETWEEN.split(ADDRESS.sub(",", line))]
    roles = [role for part in parts if (role := role_called(part))]
    names = [part for part in parts if part and not role_called(part)]
    if len(roles) != 1:
        raise ValueError("more than one role that is known here" if roles else NO_ROLE)
    if len(names) > 1:
        raise ValueError(f"“{names[-1]}” is no role that is known here")
    if not names:
        raise ValueError("the name of the person is missing")
    if len(names[0]) > 120:
        raise ValueError("the name is longer than 120 signs")
    return Invited(email=addresses[0].lower(), name=names[0], role=roles[0])


def role_called(words: str) -> Role | None:
    """The role that these words name, as the product names it, in any spelling of case and of
    what stands between the words; None where it is none."""
    plain = _plain(words)
    for role in Role:
        label = str(role.label)
        if plain in (_plain(role.value), _plain(label), _plain(label.partition("(")[0])):
            return role
    return None


def _plain(words: str) -> str:
    return " ".join(re.findall(r"[a-z]+", words.casefold()))
