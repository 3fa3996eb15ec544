"""Opening hours in plain words: *1st and 3rd Monday of the month, 10:00 to 12:00*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time

from .opening import OpeningHours
from .weekdays import LETTERS, NAME, split

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def say_all(openings: Iterable[OpeningHours], on: date) -> list[str]:
    """What holds on a day or will, a line each. What has ended is not said."""
    lines = [said(opening, on) for opening in openings if not opening.is_over(on)]
    return [line for line in lines if line]


def said(opening: OpeningHours, on: date) -> str:
    """One line of hours, as somebody needs it who reads it on a day.

    >>> from datetime import date, time
    >>> said(Opening("WEEKLY", 1, "MO,TU", opens_at=time(9), closes_at=time(17)), date(2026, 1, 1))
    'Monday and Tuesday 09:00 to 17:00'
    >>> said(Opening("MONTHLY", 1, "1MO,3MO", opens_at=time(10)), date(2026, 1, 1))
    '1st and 3rd Monday of the month, from 10:00'
    """
    days, hours = _days(opening), _hours(opening)
    joint = " " if _is_of_plain_weeks(opening) else ", "
    main = joint.join(filter(None, (days, hours)))
    ends = _validity(opening, on)
    if not opening.words:
        return f"{main}{ends}" if main else ends.removeprefix(", ")
    if not main:
        return f"{opening.words}{f' ({ends[2:]})' if ends else ''}"
    return f"{main}{ends}{'.' if hours or ends else ':'} {opening.words}"


def _is_of_plain_weeks(opening: OpeningHours) -> bool:
    """Whether it is so in every week, the whole year."""
    is_every_week = opening.interval == 1 and opening.freq in ("", "WEEKLY")
    return is_every_week and bool(opening.days) and not opening.months


def _days(opening: OpeningHours) -> str:
    days, every = opening.days.split(",") if opening.days else [], _every(opening.interval)
    months = _months(opening.months)
    match opening.freq:
        case "YEARLY":
            month = months.removeprefix("in ")
            return f"every year on {_listed(opening.month_days.split(','))} {month}"
        case "MONTHLY":
            rhythm = _of_months(days, opening, every)
        case "DAILY" if not days:
            rhythm = "every day" if opening.interval == 1 else f"{every} day"
        case _:
            rhythm = _of_weeks(days, opening, every)
    return f"{rhythm}, {months}" if months and rhythm else rhythm


def _of_weeks(days: list[str], opening: OpeningHours, every: str) -> str:
    if opening.interval <= 1:
        return _week(days) if days else "every week" if opening.freq == "WEEKLY" else ""
    if len(days) == 1:
        return f"{every} {NAME[days[0]]}"
    return f"{every} week on {_week(days)}" if days else f"{every} week"


def _of_month_days(figures: str) -> str:
    which = [_which(int(figure)) for figure in figures.split(",")]
    return _listed([f"{word} day" if word.endswith("last") else word for word in which])


def _of_months(days: list[str], opening: OpeningHours, every: str) -> str:
    span = "the month" if opening.interval == 1 else f"{every} month"
    if opening.month_days:
        return f"on the {_of_month_days(opening.month_days)} of {span}"
    if any(split(weekday)[0] for weekday in days):
        return f"{_listed(_of_weekdays(days))} of {span}"
    often = "monthly" if opening.interval == 1 else f"{every} month"
    # The rule doesn't say which of the month's: to write "every Monday" would be to make it up.
    return f"{often} on a {_listed([NAME[weekday] for weekday in days], 'or')}" if days else often


def _of_weekdays(days: list[str]) -> list[str]:
    """1MO and 3MO are one: the 1st and 3rd Monday."""
    by_name: dict[str, list[str]] = {}
    for weekday in days:
        which, letters = split(weekday)
        by_name.setdefault(NAME[letters], []).append(_which(which))
    return [f"{_listed(which)} {name}" for name, which in by_name.items()]


def _week(days: list[str]) -> str:
    """Days of a week; three and more in a row by their ends."""
    runs: list[list[str]] = []
    for letters in days:
        is_next = runs and LETTERS.index(runs[-1][-1]) + 1 == LETTERS.index(letters)
        if is_next:
            runs[-1].append(letters)
        else:
            runs.append([letters])
    stretches: list[str] = []
    for run in runs:
        names = [NAME[letters] for letters in run]
        stretches += [f"{names[0]} to {names[-1]}"] if len(run) > 2 else names
    return "every day" if len(days) == 7 else _listed(stretches)


def _months(figures: str) -> str:
    if not figures:
        return ""
    months = [int(figure) for figure in figures.split(",")]
    names = [MONTHS[abs(month) - 1] for month in months]
    in_row = len(months) > 2 and months == list(range(months[0], months[0] + len(months)))
    return f"from {names[0]} to {names[-1]}" if in_row else f"in {_listed(names)}"


def _hours(opening: OpeningHours) -> str:
    if opening.all_day:
        return "all day and night"
    opens, closes = opening.opens_at, opening.closes_at
    if opens and closes:
        is_overnight = closes < opens and closes != time(0)
        return f"{_clock(opens)} to {_clock(closes)}{' the next day' if is_overnight else ''}"
    if opens:
        return f"from {_clock(opens)}"
    return f"until {_clock(closes)}" if closes else ""


def _clock(at: time) -> str:
    return "midnight" if at == time(0) else f"{at:%H:%M}"


def _validity(opening: OpeningHours, on: date) -> str:
    starts = opening.valid_from
    # Which of two weeks it is can be told only by a day to count from.
    is_counted = starts is not None and opening.interval > 1 and starts <= on
    limits = [f"counted from {_date(starts)}"] if is_counted and starts else []
    if starts and starts > on:
        limits.append(f"from {_date(starts)}")
    if opening.valid_to:
        limits.append(f"until {_date(opening.valid_to)}")
    return f", {' '.join(limits)}" if limits else ""


def _date(on: date) -> str:
    return f"{on:%-d %B %Y}"


def _every(interval: int) -> str:
    return f"every {_which(interval)}" if interval > 1 else "every"


def _which(figure: int) -> str:
    """
    >>> [_which(figure) for figure in (1, 2, 3, 11, 22, -1, -2)]
    ['1st', '2nd', '3rd', '11th', '22nd', 'last', '2nd last']
    """
    if figure < 0:
        return "last" if figure == -1 else f"{_which(-figure)} last"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(figure % 10, "th")
    return f"{figure}{'th' if 10 < figure % 100 < 14 else ending}"


def _listed(stretches: Sequence[str], joint: str = "and") -> str:
    if len(stretches) < 2:
        return "".join(stretches)
    return f"{', '.join(stretches[:-1])} {joint} {stretches[-1]}"
