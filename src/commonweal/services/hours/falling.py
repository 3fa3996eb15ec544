"""On which days a line of opening hours holds, as far as it says so."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from .opening import OpeningHours
from .weekdays import LETTERS, split


def falls_on(opening: OpeningHours, day: date) -> bool | None:
    """Whether a line of hours holds on a day; None where it doesn't say.

    Examples
    --------
    >>> from datetime import date
    >>> falls_on(OpeningHours("MONTHLY", days="1MO,-1FR"), date(2026, 11, 27))
    True
    >>> falls_on(OpeningHours("WEEKLY", 2, "WE"), date(2026, 11, 25)) is None
    True
    """
    if _is_outside(opening, day):
        return False
    match opening.freq:
        case "YEARLY" | "MONTHLY":
            return _in_month(opening, day)
        case "DAILY" if not opening.days:
            return _by_interval(opening, (day - _start(opening, day)).days)
        case "" if not opening.days:
            return None
        case _:
            return _in_week(opening, day)


def _is_outside(opening: OpeningHours, day: date) -> bool:
    """Whether the line speaks of other days or other months."""
    is_early = opening.valid_from is not None and day < opening.valid_from
    months = {int(month) for month in opening.months.split(",") if month}
    return opening.is_over(day) or is_early or bool(months and day.month not in months)


def _start(opening: OpeningHours, otherwise: date) -> date:
    return opening.valid_from or otherwise


def _by_interval(opening: OpeningHours, since: int) -> bool | None:
    """Whether it is the turn of one that comes every so often; nobody knows without a first day."""
    if opening.interval == 1:
        return True
    return since % opening.interval == 0 if opening.valid_from else None


def _in_week(opening: OpeningHours, day: date) -> bool | None:
    days = opening.days.split(",") if opening.days else []
    if not days:
        return None
    if LETTERS[day.weekday()] not in days:
        return False
    start = _start(opening, day)
    monday = start - timedelta(days=start.weekday())
    return _by_interval(opening, (day - monday).days // 7)


def _in_month(opening: OpeningHours, day: date) -> bool | None:
    last = monthrange(day.year, day.month)[1]
    days = {int(number) for number in opening.month_days.split(",") if number}
    holds = bool(days & {day.day, day.day - last - 1}) if days else _on_weekday(opening, day, last)
    return None if holds and opening.interval > 1 else holds


def _on_weekday(opening: OpeningHours, day: date, last: int) -> bool | None:
    """By the weekdays of a month: the first Monday, the last Friday. Which of its Mondays a bare
    Monday is, it doesn't say."""
    weekdays = [split(weekday) for weekday in opening.days.split(",") if weekday]
    which = {number for number, letters in weekdays if letters == LETTERS[day.weekday()]}
    if not weekdays or 0 in which:
        return None
    return bool(which & {(day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1)})
