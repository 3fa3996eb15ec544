"""Amounts, dates and periods as people type them."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Order = Literal["dmy", "mdy", "ymd", "ydm"]

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
EMPTY = {"", "-", "–", "—"}
_MONEY = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_PLAIN = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,2})?")
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[eE][+-]?\d{1,3}")


def amount(text: str) -> Decimal | None:
    """Pounds from ``£1,234.50``, ``(12.00)``, ``12.00-``, ``12.00 CR``; a lone dash, as
    spreadsheets show it, is nought. None where it is no amount.

    >>> [str(amount(text)) for text in ("£1,234.50 ", "(12.00)", "7-", "-", "12 High St")]
    ['1234.50', '-12.00', '-7', '0', 'None']
    """
    # Most cells are plain amounts, or begin with what no amount begins with.
    if _PLAIN.fullmatch(text):
        return _sane(Decimal(text.replace(",", "")))
    if text[:1].isalpha() and text[0] not in "gGâÂœŁłrRcC":
        return None
    return _amount(text)


@lru_cache(maxsize=16_384)
def _amount(text: str) -> Decimal | None:
    figures = text.replace("\xa0", " ").strip().strip("'\"").strip()
    if _SCIENTIFIC.fullmatch(figures):
        return _sane(Decimal(figures))
    negative = False
    if figures.startswith("(") and figures.endswith(")"):
        figures, negative = figures[1:-1].strip(), True
    upper = figures.upper()
    if upper.endswith(("CR", "DR")):
        figures, negative = figures[:-2].strip(), negative or upper.endswith("CR")
    # A pound sign in whatever encoding it was mangled to, then signs on either side of it.
    figures = re.sub(
        r"^([-+(]?)\s*(?:GBP|Â?£|œ|¶œ|Ł|\ufffd)\s*", r"\1", figures, flags=re.IGNORECASE
    )
    figures = figures.strip()
    if figures in {"-", "–"}:
        return Decimal(0)
    for sign in "-–−":
        if figures.startswith(sign) or figures.endswith(sign):
            figures, negative = figures.strip(sign).strip(), not negative
            break
    if figures.startswith("£"):
        figures = figures[1:].strip()
    if re.search(r"\d,\d{3}(?!\d)", figures):
        figures = re.sub(r",(?=\d{3}(?!\d))", "", figures)
    elif "," in figures and "." in figures:
        figures = figures.replace(",", "")
    figures = figures.replace(" ", "") if re.fullmatch(r"[\d. ]+", figures) else figures
    if not _MONEY.fullmatch(figures):
        return None
    pounds = _sane(Decimal(figures))
    return -pounds if negative and pounds is not None else pounds


def _sane(pounds: Decimal) -> Decimal | None:
    """Not an identifier that looks like an amount: nobody pays a thousand billion pounds."""
    return _noiseless(pounds) if abs(pounds) < 10**12 else None


def _noiseless(pounds: Decimal) -> Decimal:
    """Without the 1e-9 that spreadsheets' binary numbers leave behind whole pennies."""
    pennies = pounds.quantize(Decimal("0.01"))
    if pounds != pennies and abs(pounds - pennies) < Decimal("0.000001"):
        return pennies
    return pounds


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


@lru_cache(maxsize=8192)
def days(text: str, order: Order = "dmy") -> Days | None:
    """What days a text means; None where it is no date.

    ``order`` settles texts of three numbers only: names of months, Excel's serial numbers and
    four-figure years in front say for themselves (but see :func:`settle`).

    >>> days("7/4/2020"), days("7/4/2020", "mdy").first.isoformat()
    (Days(first=datetime.date(2020, 4, 7), last=datetime.date(2020, 4, 7)), '2020-07-04')
    >>> days("Jul-10").last.isoformat(), days("43831").first.isoformat()
    ('2010-07-31', '2020-01-01')
    """
    spaced = re.sub(r"\s+", " ", text.strip().strip("'")).removesuffix(" 00:00")
    spaced = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?Z?$", "", spaced).strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", spaced):
        serial = int(float(spaced))
        if 25_000 <= serial <= 70_000:
            day = date(1899, 12, 30) + timedelta(days=serial)
            return Days(day, day)
        return None
    numbers = _three(spaced)
    if numbers:
        return _ordered(numbers, order)
    return _worded(spaced.casefold())


def days_any(text: str, order: Order) -> Days | None:
    """As :func:`days`; a text that the file's order can't read is read in whichever one can.

    >>> days_any("6/15/2010", "dmy").first.isoformat()
    '2010-06-15'
    """
    others: tuple[Order, ...] = ("dmy", "mdy", "ymd", "ydm")
    for tried in (order, *others):
        if (meant := days(text, tried)) or not is_number_date(text):
            return meant
    return None


def _three(figures: str) -> tuple[int, int, int] | None:
    parts = re.fullmatch(r"(\d{1,4})[/.\- ](\d{1,2})[/.\- ](\d{2,4})", figures)
    if parts:
        return int(parts[1]), int(parts[2]), int(parts[3])
    parts = re.fullmatch(r"((?:19|20)\d{2})(\d{2})(\d{2})", figures)
    if parts:
        return int(parts[1]), int(parts[2]), int(parts[3])
    return None


def _ordered(numbers: tuple[int, int, int], order: Order) -> Days | None:
    first, second, third = numbers
    if first > 999:
        day, month, year = (second, third, first) if order == "ydm" else (third, second, first)
    else:
        day, month, year = (second, first, third) if order == "mdy" else (first, second, third)
    return _one(year, month, day)


def _one(year: int, month: int, day: int) -> Days | None:
    if year < 100:
        year += 2000 if year < 80 else 1900
    if not 1980 <= year <= 2100:
        return None
    try:
        return Days(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def _month(year: int, month: int, to: int | None = None) -> Days:
    last = to or month
    until = year + (last < month)
    return Days(date(year, month, 1), date(until, last, calendar.monthrange(until, last)[1]))


def _worded(small: str) -> Days | None:
    named = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    parts = re.fullmatch(
        rf"(?:[a-z]+,? )?(\d{{1,2}})(?:st|nd|rd|th)?[ /.\-]*{named}[,]?[ /.\-]*(\d{{2,4}})", small
    )
    if parts:
        return _one(int(parts[3]), MONTHS[parts[2]], int(parts[1]))
    parts = re.fullmatch(rf"{named}[ ](\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})", small)
    if parts:
        return _one(int(parts[3]), MONTHS[parts[1]], int(parts[2]))
    parts = re.fullmatch(rf"{named}[ /.\-']*(\d{{4}}|\d{{2}})", small)
    if parts:
        return _month(_century(parts[2]), MONTHS[parts[1]])
    parts = re.fullmatch(
        rf"{named}[ ]?(\d{{4}})?[ ]?(?:-|–|to)[ ]?{named}[ ]?(\d{{4}}|\d{{2}})", small
    )
    if parts:
        last = _century(parts[4])
        begin, end = MONTHS[parts[1]], MONTHS[parts[3]]
        return _month(int(parts[2]) if parts[2] else last - (end < begin), begin, end)
    parts = re.fullmatch(r"((?:19|20)\d{2})-(\d{2})", small)
    if parts and 1 <= int(parts[2]) <= 12:
        return _month(int(parts[1]), int(parts[2]))
    return None


def _century(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def is_number_date(text: str) -> bool:
    """Whether a text is a date of three numbers, whose order may be in doubt."""
    return _three(re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text.strip())) is not None


@dataclass(frozen=True)
class Settled:
    """In which order a file's dates are read, why, and whether anybody must be asked."""

    order: Order
    reason: str
    asks: bool = False


def settle(texts: Counter[str], stated: Days | None) -> Settled:
    """Settle the order of day and month from the whole file, against its stated period.

    Texts that can be read in one way only tell the order, and in which months the file lies. Of
    those that can be read in two, each reading is held against the stated period, else against
    those months. Where neither decides, the day is taken to be first (or the year, where four
    figures stand in front), and it is asked about. ``texts`` says how often each text stands there.
    """
    numbers = {text: count for text, count in texts.items() if is_number_date(text)}
    if not numbers:
        return Settled("dmy", "the dates name their month")
    # Where the year stands: in front if it does so in most texts.
    leading = sum(
        count for text, count in numbers.items() if len(re.split(r"[/.\- ]", text.strip())[0]) >= 4
    )
    usual: Order = "ymd" if leading * 2 > sum(numbers.values()) else "dmy"
    unusual: Order = "ydm" if usual == "ymd" else "mdy"
    in_words = {
        "dmy": "day first",
        "mdy": "month first",
        "ymd": "year, month, day",
        "ydm": "year, day, month",
    }
    # Texts that one reading makes a date of tell the order; of 03/04/2020 both do; of 05/05/2020
    # both make the same day, which tells nothing.
    only_usual, only_other, both = Counter[Days](), Counter[Days](), Counter[tuple[Days, Days]]()
    for text, count in numbers.items():
        usually, unusually = days(text, usual), days(text, unusual)
        if usually and unusually and usually != unusually:
            both[usually, unusually] += count
        elif usually and not unusually:
            only_usual[usually] += count
        elif unusually and not usually:
            only_other[unusually] += count
    # 25/04 and 04/25 in one file are of two hands: only where all sure ones agree is that enough.
    if only_other and not only_usual:
        return Settled(
            unusual,
            f"{in_words[unusual]}: {only_other.total():,} dates can be read in no other way",
        )
    # Else the doubtful ones are held against the months in which the file is known to lie.
    sure = [*only_usual, *only_other]
    within = stated or (
        Days(min(d.first for d in sure).replace(day=1), max(d.last for d in sure)) if sure else None
    )
    if both and within:
        ones = sum(count for (usually, _), count in both.items() if usually.touches(within))
        twos = sum(count for (_, unusually), count in both.items() if unusually.touches(within))
        # Against what is usual it must speak clearly: of the texts of one month some lie in it in
        # the wrong order too, but not one in five.
        if twos > ones and ones * 5 < both.total():
            return Settled(
                unusual,
                f"{in_words[unusual]}: read so, {twos:,} of {both.total():,} doubtful dates "
                "lie in the file's own months",
            )
        if ones > twos:
            return Settled(
                usual,
                f"{in_words[usual]}: read so, {ones:,} of {both.total():,} doubtful dates "
                "lie in the file's own months",
            )
    if only_usual:
        return Settled(
            usual, f"{in_words[usual]}: {only_usual.total():,} dates can be read in no other way"
        )
    if not both:
        return Settled(usual, in_words[usual])
    # A year in front is hardly ever followed by the day, so nobody need be asked.
    asks = usual == "dmy"
    return Settled(usual, f"{in_words[usual]}, as is usual here: nothing in the file decides", asks)


def period(text: str) -> Days | None:
    """The period that a file's name or title states: ``spend-July-23``, ``2019-10``, ``1910``,
    ``oct-dec-2015``, ``2018-19``, ``2025-26-q1``. None where it states none or is in doubt.

    >>> period("pcc-2018-19.xlsx").last.isoformat(), period("1910.csv").first.isoformat()
    ('2019-03-31', '2019-10-01')
    """
    stem = re.sub(r"\.(csv|xlsx?|ods|txt|gz)\b", "", text.casefold())
    spaced = re.sub(r"[_\s%.\-]+", " ", stem).strip()
    named = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    parts = re.search(rf"\b{named} (?:to |and )?{named} (\d{{4}})\b", spaced)
    if parts:
        begin, end = MONTHS[parts[1]], MONTHS[parts[2]]
        return _month(int(parts[3]) - (end < begin), begin, end)
    parts = re.search(r"\b(20\d{2}) (\d{2}) q([1-4])\b", spaced)
    if parts and int(parts[2]) == (int(parts[1]) + 1) % 100:
        start = 3 * (int(parts[3]) - 1) + 4
        year = int(parts[1]) + (start > 12)
        start = start if start <= 12 else start - 12
        return _month(year, start, start + 2)
    parts = re.search(r"\b(20\d{2}) (\d{2})\b", spaced)
    if parts and int(parts[2]) == (int(parts[1]) + 1) % 100 and int(parts[2]) > 12:
        return Days(date(int(parts[1]), 4, 1), date(int(parts[1]) + 1, 3, 31))
    if parts and 1 <= int(parts[2]) <= 12:
        return _month(int(parts[1]), int(parts[2]))
    parts = re.search(rf"(?<![a-z]){named} ?(20\d{{2}}|\d{{2}})\b", spaced)
    if parts:
        return _month(_century(parts[2]), MONTHS[parts[1]])
    parts = re.fullmatch(r"(\d{2})(\d{2})", spaced)
    if parts and 1 <= int(parts[2]) <= 12:
        return _month(2000 + int(parts[1]), int(parts[2]))
    return None
