"""What recurs by a rule of iCalendar (RFC 5545), in columns or in a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from . import weekdays
from .opening import OpeningHours

ALONE = {
    "daily": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "quarterly": ("MONTHLY", 3),
    "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1),
}
# By RFC 5545 these say nothing of what recurs by the week: a maker fills them in for form's sake.
NOT_OF_WEEKS = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}
UNDERSTOOD = {
    *("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "UNTIL", "COUNT"),
    *("DTSTART", "WKST", "TZID"),
}
LINE = re.compile(r"(?:RRULE\s*:\s*)?(?:[A-Z]+\s*=\s*[^;=\s]+\s*;?\s*)+", re.IGNORECASE)


class Unclear(ValueError):
    """A rule that isn't understood as a whole. Its own words are shown."""


def is_line(text: str) -> bool:
    """Whether a text is a rule in one line, ``FREQ=WEEKLY;BYDAY=WE``."""
    return "=" in text and "freq" in text.casefold() and LINE.fullmatch(text.strip()) is not None


def parts_of(line: str) -> dict[str, str]:
    """The parts of a rule in one line.

    >>> parts_of("RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO")
    {'FREQ': 'MONTHLY', 'BYDAY': '1MO,3MO'}
    """
    pairs = re.findall(r"([A-Za-z]+)\s*=\s*([^;=\s]+)", line)
    return {name.upper(): text for name, text in pairs}


def ruled(parts: Mapping[str, str]) -> OpeningHours:
    """What a rule says of days; its hours are nobody's part of it.

    Raises
    ------
    Unclear
        One of its parts is not understood, or two don't go together.

    Examples
    --------
    >>> ruled({"FREQ": "WEEKLY", "INTERVAL": "2", "BYDAY": "WE"}).interval
    2
    """
    stated = {name: text.strip() for name, text in parts.items() if text.strip()}
    freq, interval = _freq(stated.get("FREQ", ""))
    interval = _interval(stated, interval)
    days = _weekdays(stated.get("BYDAY", ""))
    if freq == "WEEKLY":
        stated = {name: text for name, text in stated.items() if name not in NOT_OF_WEEKS}
    if unknown := set(stated) - UNDERSTOOD:
        raise Unclear(", ".join(sorted(unknown)))
    days = _placed(days, stated.get("BYSETPOS", ""))
    month_days = _figures(stated.get("BYMONTHDAY", ""), 31)
    months = _figures(stated.get("BYMONTH", ""), 12)
    freq = _settled(freq, days, month_days, interval)
    _check_days(freq, days, month_days, months)
    _check_frequency(freq, interval, days, month_days, months)
    starts = day(stated.get("DTSTART", ""))
    if freq == "WEEKLY" and not days and starts:
        days = [weekdays.LETTERS[starts.weekday()]]
    return OpeningHours(
        freq=freq,
        interval=interval,
        days=",".join(days),
        month_days=",".join(map(str, month_days)),
        months=",".join(map(str, months)),
        valid_from=starts,
        valid_to=day(stated.get("UNTIL", "")),
        words=_count(stated.get("COUNT", "")),
    )


def day(text: str) -> date | None:
    """A day as a rule writes it: 20261231T000000Z, 2026-12-31; "" is none.

    Raises
    ------
    Unclear
        It is no day.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(re.split("[T ]", text)[0])
    except ValueError:
        raise Unclear(text) from None


def _freq(text: str) -> tuple[str, int]:
    if not text:
        return "", 1
    if text.casefold() not in ALONE:
        raise Unclear(text)
    return ALONE[text.casefold()]


def _interval(stated: Mapping[str, str], otherwise: int) -> int:
    text = stated.get("INTERVAL", "")
    if not text:
        return otherwise
    interval = _figures(text, 52)
    if len(interval) != 1 or interval[0] < 1:
        raise Unclear(text)
    return interval[0] if otherwise == 1 else otherwise


def _weekdays(text: str) -> list[str]:
    days = weekdays.days_of(text)
    if days is None:
        raise Unclear(text)
    return days


def _figures(text: str, most: int) -> list[int]:
    figures = []
    for part in filter(None, re.split(r"[,;\s]+", text)):
        if (
            not re.fullmatch(r"[+-]?\d{1,2}(?:\.0)?", part)
            or not 1 <= abs(int(float(part))) <= most
        ):
            raise Unclear(text)
        figures.append(int(float(part)))
    return sorted(set(figures), key=lambda figure: (figure < 0, abs(figure)))


def _placed(days: list[str], position: str) -> list[str]:
    """BYDAY=MO;BYSETPOS=1 is the first Monday. Of several weekdays it means something rarer."""
    if not position:
        return days
    figures = _figures(position, 5)
    if len(days) != 1 or weekdays.split(days[0])[0]:
        raise Unclear(f"BYSETPOS {position}")
    return [f"{figure}{days[0]}" for figure in figures]


def _settled(freq: str, days: list[str], month_days: list[int], interval: int) -> str:
    """How often, where the rule doesn't say it. Every day of some weekdays is weekly."""
    if freq == "DAILY" and days and interval == 1:
        return "WEEKLY"
    if freq:
        return freq
    if month_days or any(weekdays.split(weekday)[0] for weekday in days):
        return "MONTHLY"
    return "WEEKLY" if days else ""


def _check_days(freq: str, days: list[str], month_days: list[int], months: list[int]) -> None:
    """Whether weekdays, days of the month and months go together."""
    of_month = [weekday for weekday in days if weekdays.split(weekday)[0]]
    if of_month and (freq != "MONTHLY" or len(of_month) < len(days)):
        raise Unclear(f"{','.join(days)}, {freq.lower()}")
    if month_days and days:
        raise Unclear("days of the month that are also weekdays")
    if any(month < 1 for month in months):
        raise Unclear("months counted from the end")


def _check_frequency(
    freq: str, interval: int, days: list[str], month_days: list[int], months: list[int]
) -> None:
    """Whether the rest goes together with how often it is."""
    match freq:
        case "YEARLY" if days or len(months) != 1 or not month_days or interval > 1:
            raise Unclear("once a year")
        case "DAILY" if month_days or (days and interval > 1):
            raise Unclear("daily")
        case "" if interval > 1 or months:
            raise Unclear("it doesn't say how often")


def _count(text: str) -> str:
    if not text:
        return ""
    if not re.fullmatch(r"\d{1,4}", text):
        raise Unclear(text)
    return "once" if int(text) == 1 else f"{int(text)} times"
