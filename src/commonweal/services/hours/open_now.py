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
    sentence: str


UNKNOWN = Now(None, "")


def now(openings: Iterable[OpeningHours], at: datetime) -> Now:
    """Whether a service is open at a moment of its town's clock.

    Words beside its hours (*by appointment*, *not in August*) may change them, so nothing is said
    on days of which they speak; on every day where they speak of none.

    Examples
    --------
    >>> from datetime import datetime, time
    >>> weekdays = OpeningHours("WEEKLY", 1, "MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17))
    >>> now([weekdays], datetime(2026, 11, 27, 12X
    'Open now, until 17:00'
    >>> now([weekdays], datetime(2026, 11, 27, 18X
    'Closed now, opens Monday 09:00'
    """
    lines = _telling(openings, at.date())
    states = [_state(opening, at) for opening in lines]
    ends = [closes for is_open, closes in states if is_open]
    if ends:
        return Now(True, _open_until(ends))
    if not lines or any(is_open is None for is_open, _ in states):
        return UNKNOWN
    return Now(False, f"Closed now{_next(lines, at)}")


def _telling(openings: Iterable[OpeningHours], day: date) -> list[OpeningHours]:
    """The lines that hold from a day on; none where words beside them speak of every day."""
    lines = [opening for opening in openings if not opening.is_over(day)]
    is_open_to_doubt = any(opening.words and not opening.days for opening in lines)
    return [] if is_open_to_doubt else lines


def _open_until(ends: Sequence[time | None]) -> str:
    """Of several lines that hold at once the last to end counts."""
    if None in ends:
        return "Open now, day and night"
    last = max((closes or time.max for closes in ends), key=lambda end: (end == time(0), end))
    return f"Open now, until {_clock(last)}"


def _state(opening: OpeningHours, at: datetime) -> tuple[bool | None, time | None]:
    """(whether this line is open, until when; None for all day)."""
    today = at.date()
    if opening.words:
        return (False if _is_closed(opening) or falls_on(opening, today) is False else None), None
    if _goes_on_after_midnight(opening, at.time()):
        return falls_on(opening, today - timedelta(days=1)), opening.closes_at
    holds = falls_on(opening, today)
    if holds is False:
        return False, None
    is_open = _is_within(opening, at.time())
    return (is_open if holds or is_open is False else None), opening.closes_at


def _goes_on_after_midnight(opening: OpeningHours, at: time) -> bool:
    """Whether a time of day belongs to the evening before."""
    opens, closes = opening.opens_at, opening.closes_at
    if not opens or not closes or closes == time(0):
        return False
    return at < closes <= opens


def _is_closed(opening: OpeningHours) -> bool:
    return opening.words.casefold().strip(" .") == "closed"


def _is_within(opening: OpeningHours, at: time) -> bool | None:
    """Whether a time of day lies within the hours of a day that they hold on."""
    opens, closes = opening.opens_at, opening.closes_at
    if opening.all_day:
        return True
    if opens is not None and at < opens:
        return False
    if opens is None or closes is None:
        return None if closes is None or at < closes else False
    return closes <= opens or at < closes


def _next(lines: Sequence[OpeningHours], at: datetime) -> str:
    """When it opens next within a week; "" where the hours don't say."""
    for ahead in range(DAYS_AHEAD + 1):
        day = at.date() + timedelta(days=ahead)
        starts = [start for opening in lines for start in _starts(opening, day)]
        later = [start for start in starts if ahead or start > at.time()]
        if later:
            return f", opens {_day(day, ahead)}{_clock(min(later))}"
    return ""


def _starts(opening: OpeningHours, day: date) -> list[time]:
    """When it opens on a day, as far as that is certain."""
    if opening.words or not falls_on(opening, day):
        return []
    start = time(0) if opening.all_day else opening.opens_at
    return [] if start is None else [start]


def _day(day: date, ahead: int) -> str:
    return "" if not ahead else "tomorrow " if ahead == 1 else f"{NAME[LETTERS[day.weekday()]]} "


def _clock(at: time) -> str:
    return "midnight" if at == time(0) else f"{at:%H:%M}"
