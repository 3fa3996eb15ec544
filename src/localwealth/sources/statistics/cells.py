"""What a cell of a published table says: a figure, or why there is none; and which period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from localwealth.tables import amounts, dates, marks

# What publishers write in place of a figure, in small letters.
SUPPRESSED = frozenset({"*", "[c]", "c", "s", "x", "[s]", "suppressed", "!", "#", "~", "$"})
UNKNOWN = frozenset({":", "..", ".", "[x]", "[z]", "[u]", "[n]", "[m]", "z", "-", "–", "—"})
LOW = frozenset({"[low]", "low"})
# What stands beside a figure and says how firm it is.
_FIRMNESS = {
    "p": "provisional",
    "r": "revised",
    "e": "estimated",
    "u": "not reliable",
}
_BESIDE = re.compile(r"\s*(?:\[([preu])\]|\(([preu])\)|(?<=\d)\s?([preu]))\s*$", re.IGNORECASE)
_FEWER = re.compile(r"(?:<|fewer than|less than|under)\s*\d+", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\.0)?")
_FIRMNESS_WORDS = {
    "suppressed": "suppressed",
    "confidential": "suppressed",
    "missing": "not available",
    "unreliable": "not reliable",
    "provisional": "provisional",
    "revised": "revised",
    "estimated": "estimated",
}


@dataclass(frozen=True)
class Cell:
    """A figure, or None and why not; ``mark`` is how firm it is, "" where nothing is said."""

    number: Decimal | None
    mark: str = ""


def cell(text: str, status: str = "") -> Cell | None:
    """What a cell says; None where it is neither a figure nor a mark for none.

    Nothing is never nought: a dash and an empty cell are "not available".

    >>> cell("1,990"), cell("*").mark, cell("<5").mark, cell("340 [p]"), cell("a note")
    (Cell(number=Decimal('1990'), mark=''), 'suppressed', 'small', \
Cell(number=Decimal('340'), mark='provisional'), None)
    """
    text, mark = _without_mark(text, status)
    small = text.strip().casefold()
    if small in SUPPRESSED or mark == "suppressed":
        return Cell(None, "suppressed")
    if small in LOW or _FEWER.fullmatch(small):
        return Cell(None, "small")
    if small in UNKNOWN or marks.is_nothing(text):
        return Cell(None, "not available")
    number = amounts.amount(small.removesuffix("%").strip())
    return None if number is None else Cell(_noiseless(number), mark)


def _without_mark(text: str, status: str) -> tuple[str, str]:
    """A cell without the letter beside it, and how firm that or its status says it is."""
    beside = _BESIDE.search(text)
    if beside is None:
        return text, _mark_of(status)
    letter = next(part for part in beside.groups() if part)
    return text[: beside.start()], _FIRMNESS[letter.casefold()]


def _mark_of(status: str) -> str:
    small = status.casefold()
    return next((mark for word, mark in _FIRMNESS_WORDS.items() if word in small), "")


def _noiseless(number: Decimal) -> Decimal:
    """Without the noise of binary numbers: 0.28000000000000003 is 0.28; at most six places."""
    return number.quantize(Decimal("0.000001")).normalize() + 0


@lru_cache(maxsize=1000)
def period(text: str) -> tuple[date, date] | None:
    """The first and last day of what a cell names: a day, month, year, or months to months.

    >>> [day.isoformat() for day in period("Jan 2012-Dec 2012")]
    ['2012-01-01', '2012-12-31']
    >>> [day.isoformat() for day in period("2015.0")], period("Count")
    (['2015-01-01', '2015-12-31'], None)
    """
    text = text.strip()
    if _YEAR.fullmatch(text):
        year = int(text[:4])
        return date(year, 1, 1), date(year, 12, 31)
    days = dates.days_any(text, "dmy")
    return (days.first, days.last) if days else None


_DAY = re.compile(r"\b(\d{1,2} [A-Z][a-z]+ 20\d\d)\b")
_MONTH = re.compile(r"\b([A-Z][a-z]+ 20\d\d)\b")


def stated(title: str) -> tuple[date, date] | None:
    """The last day or month that a title names: "…on furlough at 31 July 2021".

    >>> stated("Employments furloughed at 31 July 2021, released 9 September")[1].isoformat()
    '2021-07-31'
    """
    for pattern in (_DAY, _MONTH):
        for stated_day in pattern.findall(title):
            if days := period(stated_day):
                return days
    return None
