"""Dates of birth, however they are typed."""

from __future__ import annotations

import re
from datetime import date
from operator import attrgetter

from .readings import Clue

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR = r"(?P<year>\d{4}|'?\d{2})(?!\d)"
DAY = r"(?<!\d)(?P<day>\d{1,2})"
# What may stand between a month's name and the figures beside it: 3 Sep 65, 03-Sep-1965.
BETWEEN = r"[\s./\-]*"
DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        rf"(?<!\d[ /.\-]){DAY}(?P<sep>[/.\- ])(?P<month>\d{{1,2}})(?P=sep){YEAR}(?![ ]?\d)",
        rf"{DAY}(?:st|nd|rd|th)?{BETWEEN}(?:of\s+)?{MONTH},?{BETWEEN}{YEAR}",
        rf"\b{MONTH}{BETWEEN}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|[\s./\-]+){YEAR}",
        rf"\b{MONTH}{BETWEEN}(?P<year>\d{{4}}|'\d{{2}})(?!\d)",
        r"(?<!\d)(?P<month>\d{1,2})[/.](?P<year>\d{4})(?!\d)",
        r"(?<![\d/.\-])(?P<year>(?:19|20)\d\d)(?![\d/.\-]\d|\d)",
    )
)


def take_birth(text: str, clues: list[Clue], today: date) -> str:
    """Cut the first date of birth out; what is left."""
    for pattern in DATES:
        match = pattern.search(text)
        if match is None:
            continue
        clue = born_of(match[0], match.groupdict(), today)
        if clue is not None:
            clues.append(clue)
            return f"{text[: match.start()]} {text[match.end() :]}"
    return text


def born_of(typed: str, date_parts: dict[str, str | None], today: date) -> Clue | None:
    """A date, or as much of one as was typed, in each year and order that it may be."""
    month_typed = date_parts.get("month") or ""
    month, day = _number_of(month_typed), int(date_parts.get("day") or 0)
    # Figures may have been written the other way round; the name of a month can't.
    orders = [(month, day), (day, month)] if month_typed.isdecimal() else [(month, day)]
    years = years_of(date_parts.get("year") or "", today)
    clue = Clue(typed.strip())
    for year in years:
        if day or month:
            _read_in(clue, year, orders)
        else:
            clue.read(f"born in {year}", {("born", str(year))})
    for swapped in orders[1:]:
        _read_swapped(clue, years, *swapped)
    clue.readings.sort(key=attrgetter("is_weak"))
    return clue if clue.readings else None


def _number_of(month: str) -> int:
    """Of a month in figures or letters; 0 for none."""
    if month.isdecimal():
        return int(month)
    return MONTHS.index(month[:3].lower()) + 1 if month else 0


def _read_in(clue: Clue, year: int, orders: list[tuple[int, int]]) -> None:
    """Read a month or a day of one year, in the first order that is one; no day is 0."""
    month, day = orders[0]
    if not day and month <= 12:
        when = f"{year}-{month:02}"
        clue.read(f"born in {date(year, month, 1):%B %Y}", {("born", when)})
    order = next((order for order in orders if day and _is_day(year, *order)), None)
    if order is not None:
        born = date(year, *order)
        clue.read(f"born {born.day} {born:%B %Y}", {("born", str(born))})
    clue.read(f"born in {year}, another day", {("born", str(year))}, weak=True)


def _read_swapped(clue: Clue, years: list[int], month: int, day: int) -> None:
    """The other order, where both are days."""
    for year in years:
        if day != month and _is_day(year, month, day) and _is_day(year, day, month):
            born = date(year, month, day)
            meaning = f"born {born.day} {born:%B %Y} (day and month swapped)"
            clue.read(meaning, {("born", str(born))})


def years_of(typed: str, today: date) -> list[int]:
    """1965 for 1965; for two figures each year within the last hundred and ten."""
    figures = typed.strip("'")
    if not figures.isdecimal():
        return []
    if len(figures) == 4:
        return [int(figures)] if 1900 <= int(figures) <= today.year else []
    return [
        year
        for year in (1900 + int(figures), 2000 + int(figures))
        if today.year - 110 <= year <= today.year
    ]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
