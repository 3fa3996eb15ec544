"""Days of workbooks that count from 1904, where their cells don't say that they are days."""

from __future__ import annotations

import re
from datetime import date, timedelta

# Old Excel on Macs counts from here; everybody else, as a lone number is read, from 1900.
SINCE = date(1904, 1, 1)
# A heading of days, in English or Welsh.
_DAYS = re.compile(
    r"\b(date|dated|day|paid( on)?|starts?|begins?|ends?|expir\w+|due|until|dyddiad|dyddiadau)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(\d{5})(\.\d+)?")
# 1958 to 2040, counted so.
_FIRST, _LAST = 20_000, 50_000
SEARCHED = 50


def days_since_1904(lines: list[list[str]]) -> str:
    """Turn plain numbers under headings of days into days, in their place; returns what is asked of
    it, "" where there are none.

    >>> lines = [["Supplier", "Date paid"], ["Elm", "43567"]]
    >>> "'Date paid'" in days_since_1904(lines), lines[1]
    (True, ['Elm', '2023-04-13'])
    """
    turned: list[tuple[str, str]] = []
    for top, line in enumerate(lines[:SEARCHED]):
        headed = [at for at, heading in enumerate(line) if _DAYS.search(heading)]
        first_days = ((line[at].strip(), _turned(lines[top + 1 :], at)) for at in headed)
        turned = [(heading, day) for heading, day in first_days if day]
        if turned:
            break
    if not turned:
        return ""
    named = " and ".join(f"{heading!r} (the first: {day})" for heading, day in turned)
    return (
        f"The workbook counts its days from 1904, and they stand as plain numbers under {named}. "
        "They are read so. Is that right?"
    )


def _turned(lines: list[list[str]], at: int) -> str:
    """Turn a column's numbers into days, where all can be; returns the first, "" where not."""
    below = [row for row in lines if at < len(row) and row[at].strip()]
    if not below or not all(_is_day(row[at]) for row in below):
        return ""
    for row in below:
        row[at] = _day(row[at])
    return below[0][at]


def _is_day(cell: str) -> bool:
    number = _NUMBER.fullmatch(cell.strip())
    return number is not None and _FIRST <= int(number[1]) <= _LAST


def _day(cell: str) -> str:
    return (SINCE + timedelta(days=int(cell.strip()[:5]))).isoformat()
