"""What was typed, cut into clues: what is surest first, and what is left are words."""

from __future__ import annotations

import re
from datetime import date

from .. import keys
from ..finding import POSTCODE
from .births import born_of, take_birth
from .names import words_of
from .readings import Clue

EMAIL = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-/]*\d){4,}")
# With the space at another place: BF12 AG, BF1 2A G, BF 12AG.
SPACED_POSTCODE = re.compile(
    r"(?i)(?<!\w)(?:[a-z]{1,2}\d[a-z\d]?[\s.\-]*\d\s*[a-z]\s*[a-z]"
    r"|[a-z]{1,2}\s+\d[a-z\d]?\s*\d[abd-hjlnp-uw-z]{2})(?!\w)"
)
OUTWARD = re.compile(r"(?i)(?<!\w)[a-z]{1,2}\d{1,2}[a-z]?(?!\w)")
GLUED_HOUSE = re.compile(r"(?i)(?<!\w)(\d{1,4})(?!(?:st|nd|rd|th)(?!\w))(?=[^\W\d_]{2})")
HOUSE = re.compile(r"(?i)(?<!\w)\d{1,4}[a-z]?(?!\w)")


def clues_of(text: str, *, today: date) -> tuple[list[Clue], list[str]]:
    """(the clues in what was typed, the parts that say nothing)."""
    clues: list[Clue] = []
    text = _emails(text, clues)
    text = take_birth(text, clues, today)
    text, place = _cut(POSTCODE, text)
    if not place:
        text, place = _cut(SPACED_POSTCODE, text)
    text, numbers = _cut_all(NUMBER, text)
    left = [short for number in numbers if (short := _number(number, clues, today))]
    if not place:
        text, place = _cut(OUTWARD, text)
    before, house, after = _around_house(GLUED_HOUSE.sub(r"\1 ", text))
    if place:
        clues.append(_place(place, house))
    spare = "" if place else house
    left += words_of(before, after, house.lower(), spare, clues)
    return clues, left


def _around_house(text: str) -> tuple[str, str, str]:
    """(words before, the number of a house, words after); all are before where there is none."""
    houses = list(HOUSE.finditer(text))
    if not houses:
        return text, "", ""
    # Flat 2, 34 Abbey Street: the number that words follow is the house's.
    named = [house for house in houses if re.match(r"[\s,]+[^\W\d_]{2}", text[house.end() :])]
    house = (named or houses)[-1]
    return text[: houses[0].start()], house[0], text[house.end() :]


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    match = pattern.search(text)
    if match is None:
        return text, ""
    return f"{text[: match.start()]} {text[match.end() :]}", match[0]


def _cut_all(pattern: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    matches = [match[0] for match in pattern.finditer(text)]
    return pattern.sub(" ", text), matches


def _emails(text: str, clues: list[Clue]) -> str:
    text, emails = _cut_all(EMAIL, text)
    for email in emails:
        clue = Clue(email)
        clue.read(f"e-mail {email}", {("email", email.casefold())})
        clues.append(clue)
    return text


def _number(typed: str, clues: list[Clue], today: date) -> str:
    """A telephone, whole or its end; an NHS number; a date without signs between. What is too
    short for any of them is given back."""
    figures = re.sub(r"\D", "", typed.replace("(0)", ""))
    if len(figures) < 6:
        return typed.strip()
    clue = Clue(typed.strip())
    if len(figures) >= 7:
        clue.read(f"telephone {clue.typed}", {("phone", keys.phone(figures))})
    if len(figures) == 10:
        clue.read(f"NHS number {clue.typed}", {("nhs", figures)})
    parts = [{"day": figures[:2], "month": figures[2:4], "year": figures[4:]}]
    if len(figures) == 8:
        parts.append({"day": figures[6:], "month": figures[4:6], "year": figures[:4]})
    for date_parts in parts if len(figures) in (6, 8) else []:
        if born := born_of(clue.typed, dict(date_parts), today):
            clue.readings += [reading for reading in born.readings if not reading.is_weak]
    clue.read(f"telephone that ends in {figures[-6:]}", {("phone-end", figures[-6:])})
    clues.append(clue)
    return ""


def _place(typed: str, house: str) -> Clue:
    place = keys.postcode(typed)
    clue = Clue(f"{house} {typed}".strip())
    if house and len(place) > 4:
        clue.read(f"number {house} in {typed}", {("address", f"{place} {house.lower()}")})
    clue.read(f"postcode {typed}", {("postcode", place)}, weak=bool(house))
    return clue
