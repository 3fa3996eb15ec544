"""References as people say, hear and type them: with or without hyphens, in any case, misheard.

A reference is a letter and three or four groups of three signs (H-4K7-PX3-TMQ). Its alphabet has
no sign that is easily taken for another one on the telephone, so a sign outside of it was
misread or misheard; it is read as each sign that it may have been, and taken where just one of
these readings is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from django.db import models

from .models.people import SIGNS

T = TypeVar("T", bound=models.Model)

# First letter: (what it is the reference of, groups of three signs).
STARTS = {
    "F": ("form", 3),
    "H": ("case", 3),
    "G": ("grant", 3),
    "R": ("resident", 4),
    "D": ("household", 4),
    "T": ("task", 3),
    "X": ("referral", 3),
    "A": ("ask", 3),
}
MISHEARD = {
    "O": "QD",
    "0": "QD",
    "I": "TJ7",
    "1": "7TJ",
    "L": "T7",
    "B": "DPE3",
    "8": "3A6",
    "S": "F",
    "5": "F9",
    "Z": "7C",
    "2": "7Q",
    "G": "C6J",
}
# So many readings of one typed reference are looked up at most.
MOST_READINGS = 64
MOST_WORDS = 24
MOST_CODES = 2000


@dataclass(frozen=True)
class Span:
    """A part of a text that may be a reference, and all the references that it may stand for."""

    typed: str
    start: int
    end: int
    codes: tuple[str, ...]
    is_plain: bool  # It has the shape of a reference and of nothing else.


def readings(typed: str) -> list[str]:
    """Every reference that something typed may stand for; none when it has not their length."""
    squeezed = re.sub(r"[^A-Z0-9]", "", typed.upper())
    codes = []
    for start, (_, groups) in STARTS.items():
        for signs in {squeezed.removeprefix(start), squeezed}:
            if len(signs) == 3 * groups:
                codes += [f"{start}-{code}" for code in _spelled(signs)]
    return list(dict.fromkeys(codes))


def grouped(typed: str, start: str) -> str:
    """A reference of this first letter as it is kept, from any spelling in which no sign is
    another: g4k7 px3tmq is G-4K7-PX3-TMQ; "" when it has not its length."""
    signs = re.sub(r"[^A-Z0-9]", "", typed.upper())
    length = 3 * STARTS[start][1]
    signs = signs.removeprefix(start) if len(signs) == length + 1 else signs
    if len(signs) != length:
        return ""
    return "-".join([start, *(signs[at : at + 3] for at in range(0, length, 3))])


def _spelled(signs: str) -> Iterator[str]:
    choices = [sign if sign in SIGNS else MISHEARD.get(sign, "") for sign in signs]
    many = 1
    for choice in choices:
        many *= len(choice)
    if 0 < many <= MOST_READINGS:
        for drawn in product(*choices):
            yield "-".join("".join(drawn[n : n + 3]) for n in range(0, len(drawn), 3))


def spans(text: str) -> Iterator[Span]:
    """Every part of a text that may be a reference, the longest first from each place."""
    room = MOST_CODES
    tokens = list(re.finditer(r"[^\s\-‐-―_./]+", text))[:MOST_WORDS]
    for first in range(len(tokens)):
        for last in range(min(len(tokens), first + 13) - 1, first - 1, -1):
            start, end = tokens[first].start(), tokens[last].end()
            typed = text[start:end]
            squeezed = re.sub(r"[^A-Za-z0-9]", "", typed)
            if not squeezed.isascii() or not 9 <= len(squeezed) <= 13:
                continue
            codes = readings(typed)[:room]
            room -= len(codes)
            if codes:
                yield Span(typed, start, end, tuple(codes), _is_plain(typed))


def _is_plain(typed: str) -> bool:
    grouped = r"(?i)[a-z]([\s\-‐-―_.]*[a-z0-9]{3}){3,4}"
    figures = any(sign.isdecimal() for sign in typed) and any(sign.isalpha() for sign in typed)
    return bool(re.fullmatch(grouped, typed)) and figures and not _has_word(typed)


def _has_word(typed: str) -> bool:
    """Fridays 1pm has the length; but whoever breaks a reference up breaks it after each group."""
    first, *further = re.split(r"[\s\-‐-―_.]+", typed)
    if further and any(len(part) > 4 and part.isalpha() for part in (first, *further)):
        return True
    # "fund 123456": a word before a number, where nobody would break a reference.
    return len(first) == 4 and first.isalpha() and "".join(further).isdecimal()


def get_one(among: models.QuerySet[T], typed: str) -> T | None:
    """The only row of these whose code something typed may stand for; None when there is none,
    or more than one reading is there."""
    matches = list(among.filter(code__in=readings(typed))[:2])
    return matches[0] if len(matches) == 1 else None


def figures(typed: str) -> str:
    """The figures of a number that was read out: 926 280 and 926-280 are 926280."""
    read = typed.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return re.sub(r"\D", "", read)
