"""Dates, months and periods as people and programs write them."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

# ``yymd`` has the year in front in two figures too (23-04-13); the others there have it behind.
Order = Literal["dmy", "mdy", "ymd", "ydm", "yymd"]

MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
# Of a month's name so many letters may be missing or too many, where it stands among other words.
LETTERS_AMISS = 2
# Months in Welsh, by their first four letters: three don't tell Medi from Mehefin.
WELSH = {
    "iona": 1,
    "chwe": 2,
    "mawr": 3,
    "ebri": 4,
    "mai": 5,
    "mehe": 6,
    "gorf": 7,
    "awst": 8,
    "medi": 9,
    "hydr": 10,
    "tach": 11,
    "rhag": 12,
}
_NAMED = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_IN_WELSH = re.compile(r"\b(iona|chwe|mawr|ebri|mai|mehe|gorf|awst|medi|hydr|tach|rhag)[a-z]*\b")
_CLOCK = re.compile(
    r"(?:[T ]|(?<=\d)\s)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"(?:Z| ?[+-]\d{2}:?\d{2})?$"
)
_ENGLISH = {number: name for name, number in MONTHS.items()}


@dataclass(frozen=True)
class Days:
    """The first and the last day that a text may mean: one day, a month, or months."""

    first: date
    last: date

    @property
    def is_exact(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last

    def touches(self, span: Days) -> bool:
        """Whether it has a day in common with another span."""
        return self.first <= span.last and span.first <= self.last


@dataclass(frozen=True)
class Years:
    """Which years a date may be of: from ``first`` to ``last``. Of two figures those below ``turn``
    are of this century, and ``serial`` is the least of Excel's numbers of days."""

    first: int
    last: int
    turn: int
    serial: int


# Of what is paid and promised; births have their own (:mod:`localwealth.tables.births`).
OF_OUR_TIME = Years(1980, 2100, 80, 25_000)


@lru_cache(maxsize=8192)
def days(text: str, order: Order = "dmy", years: Years = OF_OUR_TIME) -> Days | None:
    """What days a text means; None where it is no date.

    ``order`` settles texts of three numbers only: names of months, Excel's serial numbers and
    four-figure years in front say for themselves (but see
    :func:`localwealth.tables.orders.settle`).

    >>> days("7/4/2020"), days("7/4/2020", "mdy").first.isoformat()
    (Days(first=datetime.date(2020, 4, 7), last=datetime.date(2020, 4, 7)), '2020-07-04')
    >>> days("Jul-10").last.isoformat(), days("43831").first.isoformat()
    ('2010-07-31', '2020-01-01')
    """
    spaced = _CLOCK.sub("", re.sub(r"\s+", " ", text.strip().strip("'"))).strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", spaced):
        serial = int(float(spaced))
        if years.serial <= serial <= 70_000:
            day = date(1899, 12, 30) + timedelta(days=serial)
            return Days(day, day)
        return None
    numbers = _three(spaced)
    if numbers:
        return _ordered(numbers, order, years)
    return _worded(_in_english(spaced.casefold()), years)


def days_any(text: str, order: Order) -> Days | None:
    """As :func:`days`; a text that the file's order can't read is read in whichever one can.

    >>> days_any("6/15/2010", "dmy").first.isoformat()
    '2010-06-15'
    """
    others: tuple[Order, ...] = ("dmy", "mdy", "ymd", "ydm")
    if order == "yymd" and is_of_two_figures(text):
        # 23-02-30 is a slip of the pen, and not the 23rd of February 2030.
        return days(text, order)
    for tried in (order, *others):
        if (meant := days(text, tried)) or not is_number_date(text):
            return meant
    return None


def _three(figures: str) -> tuple[int, int, int] | None:
    parts = re.fullmatch(r"(\d{1,4})[/.\- ](\d{1,2})[/.\- ](\d{2,4})", figures)
    if parts:
        # 13/04/23 is of our time, and 13/04/0023 of no time of ours.
        if any(len(year) > 2 and int(year) < 1000 for year in (parts[1], parts[3])):
            return None
        return int(parts[1]), int(parts[2]), int(parts[3])
    parts = re.fullmatch(
        r"((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])", figures
    ) or re.fullmatch(r"([0-2]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d{2})", figures)
    if parts:
        return int(parts[1]), int(parts[2]), int(parts[3])
    return None


def _ordered(numbers: tuple[int, int, int], order: Order, years: Years) -> Days | None:
    first, second, third = numbers
    if first > 999:
        day, month, year = (second, third, first) if order == "ydm" else (third, second, first)
    elif order == "yymd" and third < 100:
        year, month, day = first, second, third
    else:
        day, month, year = (second, first, third) if order == "mdy" else (first, second, third)
    return _one(year, month, day, years)


def _one(year: int, month: int, day: int, years: Years) -> Days | None:
    if year < 100:
        year += 2000 if year < years.turn else 1900
    if not years.first <= year <= years.last:
        return None
    try:
        return Days(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def month_of(year: int, month: int, to: int | None = None) -> Days:
    """A month of a year, or the months from it to another."""
    last = to or month
    until = year + (last < month)
    return Days(date(year, month, 1), date(until, last, calendar.monthrange(until, last)[1]))


def _in_english(small: str) -> str:
    """A date in words with the English name of its month."""
    welsh = _IN_WELSH.search(small)
    if welsh is None:
        return small
    return small[: welsh.start()] + _ENGLISH[WELSH[welsh[1]]] + small[welsh.end() :]


def _worded(small: str, years: Years) -> Days | None:
    return _day_in_words(small, years) or _months_in_words(small) or _month_in_figures(small)


def _day_in_words(small: str, years: Years) -> Days | None:
    parts = re.fullmatch(
        rf"(?:(?:dydd )?[a-zŵŷâêîôû]+,? )?(\d{{1,2}})(?:st|nd|rd|th|af|ain|ydd|fed|eg)?[ /.\-]*"
        rf"(?:of? )?"
        rf"{_NAMED}[,]?[ /.\-]*(\d{{2,4}})",
        small,
    )
    if parts:
        return _one(int(parts[3]), MONTHS[parts[2]], int(parts[1]), years)
    parts = re.fullmatch(
        rf"(?:[a-z]+,? )?{_NAMED}[ ](\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})", small
    )
    return _one(int(parts[3]), MONTHS[parts[1]], int(parts[2]), years) if parts else None


def _months_in_words(small: str) -> Days | None:
    parts = re.fullmatch(rf"{_NAMED}[ /.\-']*(\d{{4}}|\d{{2}})", small)
    if parts:
        return month_of(_century(parts[2]), MONTHS[parts[1]])
    parts = re.fullmatch(
        rf"{_NAMED}[ ]?(\d{{4}})?[ ]?(?:-|–|to)[ ]?{_NAMED}[ ]?(\d{{4}}|\d{{2}})", small
    )
    if parts is None:
        return None
    last = _century(parts[4])
    begin, end = MONTHS[parts[1]], MONTHS[parts[3]]
    return month_of(int(parts[2]) if parts[2] else last - (end < begin), begin, end)


def _month_in_figures(small: str) -> Days | None:
    """``2023-04``, ``04/2023``, or the month of a financial year: ``P1 2023/24`` is April 2023."""
    parts = re.fullmatch(r"((?:19|20)\d{2})[-/](\d{2})", small)
    if parts and 1 <= int(parts[2]) <= 12:
        return month_of(int(parts[1]), int(parts[2]))
    parts = re.fullmatch(r"(\d{1,2})[-/]((?:19|20)\d{2})", small)
    if parts and 1 <= int(parts[1]) <= 12:
        return month_of(int(parts[2]), int(parts[1]))
    parts = re.fullmatch(r"p(?:eriod )?(\d{1,2})[ ,/-]*(20\d{2})[/-](?:20)?(\d{2})", small)
    if parts and 1 <= int(parts[1]) <= 12 and int(parts[3]) == (int(parts[2]) + 1) % 100:
        month = int(parts[1]) + 3
        return month_of(int(parts[2]) + (month > 12), month if month <= 12 else month - 12)
    return None


def _century(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < OF_OUR_TIME.turn else 1900)


_OF_TWO_FIGURES = re.compile(r"\s*'?\d{2}([/.\- ])\d{2}\1\d{2}(?!\d)")


def is_of_two_figures(text: str) -> bool:
    """Whether a text is three numbers of two figures each, whose first may be the year.

    >>> is_of_two_figures("23-04-13"), is_of_two_figures("7/4/23"), is_of_two_figures("2023-04-13")
    (True, False, False)
    """
    return _OF_TWO_FIGURES.match(text) is not None


def is_number_date(text: str) -> bool:
    """Whether a text is a date of three numbers, whose order may be in doubt."""
    return _three(_CLOCK.sub("", text.strip())) is not None


def period(text: str) -> Days | None:
    """The period that a file's name or title states: ``spend-July-23``, ``2019-10``, ``1910``,
    ``oct-dec-2015``, ``2018-19``, ``2025-26-q1``. None where it states none or is in doubt.

    >>> period("pcc-2018-19.xlsx").last.isoformat(), period("1910.csv").first.isoformat()
    ('2019-03-31', '2019-10-01')
    """
    stem = re.sub(r"\.(csv|xlsx?|ods|txt|gz)\b", "", text.casefold())
    spaced = re.sub(r"[_\s%.\-]+", " ", stem).strip()
    spaced = re.sub(
        rf"(?<![a-z]){_NAMED}", lambda word: word[0] * _is_month(word[0], word[1]), spaced
    )
    for form, meaning in _PERIODS:
        if (parts := form.search(spaced)) and (span := meaning(parts)):
            return span
    return None


def _is_month(word: str, short: str) -> bool:
    """Whether a word of a file's name means the month that it begins as, perhaps with a slip:
    *Febuary* does, and *Mayor* or *Market* does not."""
    name = calendar.month_name[MONTHS[short]].casefold()
    if word in (short, "sept") or name == short:
        return word in (short, "sept")
    theirs, ours = Counter(word), Counter(name)
    return (theirs - ours).total() + (ours - theirs).total() <= LETTERS_AMISS


def _months_named(parts: re.Match[str]) -> Days | None:
    """``oct dec 2015``; with a month before the first, it began in the year before."""
    begin, end = MONTHS[parts[1]], MONTHS[parts[2]]
    return month_of(int(parts[3]) - (end < begin), begin, end)


def _quarter(parts: re.Match[str]) -> Days | None:
    """``2025 26 q1``: of a financial year, which begins in April."""
    year, after, quarter = map(int, parts.groups())
    if after != (year + 1) % 100:
        return None
    return (
        month_of(year + 1, 1, 3)
        if quarter == 4
        else month_of(year, 3 * quarter + 1, 3 * quarter + 3)
    )


def _year_and_two(parts: re.Match[str]) -> Days | None:
    """``2018 19`` is a financial year, ``2019 10`` a month."""
    year, two = map(int, parts.groups())
    if two == (year + 1) % 100 and two > 12:
        return Days(date(year, 4, 1), date(year + 1, 3, 31))
    return month_of(year, two) if 1 <= two <= 12 else None


def _month_named(parts: re.Match[str]) -> Days | None:
    return month_of(_century(parts[2]), MONTHS[parts[1]])


def _four_figures(parts: re.Match[str]) -> Days | None:
    """``1910``: October 2019."""
    year, month = map(int, parts.groups())
    return month_of(2000 + year, month) if 1 <= month <= 12 else None


_NAMED = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# How a period is stated, and what that means (None: something else), in the order they are tried.
_PERIODS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Days | None]]] = [
    (re.compile(rf"\b{_NAMED} (?:to |and )?{_NAMED} (\d{{4}})\b"), _months_named),
    (re.compile(r"\b(20\d{2}) (\d{2}) q([1-4])\b"), _quarter),
    (re.compile(r"\b(20\d{2}) (\d{2})\b"), _year_and_two),
    (re.compile(rf"(?<![a-z]){_NAMED} ?(20\d{{2}}|\d{{2}})\b"), _month_named),
    (re.compile(r"\A(\d{2})(\d{2})\Z"), _four_figures),
]
