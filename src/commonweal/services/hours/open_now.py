"""Whether a service is open at a moment, and else when next: said only where its hours say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .falling import falls_on
from .opening import OpeningHours
from .weekdays import LETTERS, NAME

DAYS_AHEAD = 7


@dataclass(frozen=True)
class Now:
    """What the hours say of a moment. ``is_open``: None where they don't say."""

    is_open: bool | None
    words: str


UNKNOWN = Now(None, "")


def now(openings: Iterable[OpeningHours], at: datetime) -> Now:
    """Whether a service is open at a moment of its town's clock.

    Words beside its hours (*by appointment*, *not in August*) may change them, so nothing is said
    on days of which they speak; on every day where they speak of none.

    Examples
    --------
    >>> from datetime import datetime, time
    >>> weekdays = OpeningHours("WEEKLY", 1, "MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17))
    >>> now([weekdays], datetime(2026, 11, 27, 12)).words
    'Open now, until 17:00'
    >>> now([weekdays], datetime(2026, 11, 27, 18)).words
    'Closed now, opens Monday 09:00'
    """
    lines = [opening for opening in openings if not opening.is_over(at.date())]
    if not lines or any(opening.words and not opening.days for opening in lines):
        return UNKNOWN
    states = [_state(opening, at) for opening in lines]
    ends = [closes for is_open, closes in states if is_open]
    if ends:
        return Now(True, _open_until(ends))
    if any(is_open is None for is_open, _ in states):
        return UNKNOWN
    return Now(False, f"Closed now{_next(lines, at)}")


def _open_until(ends: Sequence[time | None]) -> str:
    """Of several lines that hold at once the last to end counts."""
    if None in ends:
        return "Open now, day and night"
    last = max((closes or time.max for closes in ends), key=lambda end: (end == time(0), end))
    return f"Open now, until {_clock(last)}"


def _state(opening: OpeningHours, at: datetime) -> tuple[bool | None, time | None]:
    """(whether this line is open, until when; None for all day)."""
    today, yesterday = at.date(), at.date() - timedelta(days=1)
    if opening.words:
        may_be = falls_on(opening, today) is not False and not _is_closed(opening)
        return (None if may_be else False), None
    opens, closes = opening.opens_at, opening.closes_at
    if opens and closes and closes <= opens and closes != time(0) and at.time() < closes:
        return falls_on(opening, yesterday), closes
    holds = falls_on(opening, today)
    if holds is False:
        return False, None
    is_open = _is_within(opening, at.time())
    return (is_open if holds or is_open is False else None), closes


def _is_closed(opening: OpeningHours) -> bool:
    return opening.words.casefold().strip(" .") == "closed"


def _is_within(opening: OpeningHours, at: time) -> bool | None:
    """Whether a time of day lies within the hours of a day that they hold on."""
    opens, closes = opening.opens_at, opening.closes_at
    if opening.all_day:
        return True
    if opens is None and closes is None:
        return None
    if opens is not None and at < opens:
        return False
    if closes is None or opens is None:
        return False if closes and at >= closes else None
    return closes <= opens or at < closes


def _next(lines: Sequence[OpeningHours], at: datetime) -> str:
    """When it opens next within a week; "" where the hours don't say."""
    for ahead in range(DAYS_AHEAD + 1):
        day = at.date() + timedelta(days=ahead)
        starts = [
            time(0) if opening.all_day else opening.opens_at
            for opening in lines
            if not opening.words and falls_on(opening, day)
        ]
        later = [start for start in starts if start and (ahead or start > at.time())]
        if time(0) in starts and ahead:
            later.append(time(0))
        if later:
            return f", opens {_day(day, ahead)}{_clock(min(later))}"
    return ""


def _day(day: date, ahead: int) -> str:
    return "" if not ahead else "tomorrow " if ahead == 1 else f"{NAME[LETTERS[day.weekday()]]} "


def _clock(at: time) -> str:
    return "midnight" if at == time(0) else f"{at:%H:%M}"
