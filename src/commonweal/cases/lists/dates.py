"""Dates as lists write them: the order of day, month and year is that of the whole file."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils import timezone

ORDERS = ("ymd", "dmy", "mdy")
MONTHS = {
    name: number
    for number, name in enumerate(
        ("janfebmaraprmayjunjulaugsepoctnovdec"[i : i + 3] for i in range(0, 36, 3)), 1
    )
}


def parts_of(text: str) -> list[int] | date | None:
    """The three numbers of a date, or the date itself where its form leaves no doubt."""
    text = re.split(r"[T ]\d{1,2}:\d{2}", text.strip())[0]
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"\d{5}", text):
        # A serial number of Excel: days since the end of 1899.
        return date(1899, 12, 30) + timedelta(days=int(text))
    if match := re.fullmatch(r"(\d{1,2})[- /.]([A-Za-z]{3,9})[- /.,]+(\d{2,4})", text):
        month = MONTHS.get(match[2][:3].casefold())
        return _date(_year(int(match[3])), month, int(match[1])) if month else None
    match = re.fullmatch(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})", text)
    return [int(part) for part in match.groups()] if match else None


def _year(year: int) -> int:
    if year > 99:
        return year
    return 2000 + year if year <= timezone.localdate().year % 100 else 1900 + year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_date(text: str, order: str) -> date | None:
    parts = parts_of(text)
    if parts is None or isinstance(parts, date):
        return parts
    if parts[0] > 31:
        return _date(parts[0], parts[1], parts[2])
    by = dict(zip(order if order != "ymd" else "dmy", parts, strict=True))
    return _date(_year(by["y"]), by["m"], by["d"])


def order_of(texts: list[str]) -> tuple[str, int]:
    """(order of day, month and year that reads most of the dates of a whole file, how many of
    them are left that it can't read). Day first where both fit, as is usual here."""
    filled = [text for text in texts if text.strip()]
    best, least = "dmy", len(filled) + 1
    for order in ("dmy", "mdy"):
        bad = sum(read_date(text, order) is None for text in filled)
        if bad < least:
            best, least = order, bad
    return best, least if filled else 0
