"""Times of day, and from when to when: 17:30, 5:30pm, 9am - 5pm, 10.00-12.00, noon, 24 hours.

Where a time can be read in two ways, as the morning and as the afternoon, it is not read at all:
its words are shown instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

NOON, DAY = 12 * 60, 24 * 60
# From here on a time without am or pm is not taken for the afternoon: 8:30 opens in the morning.
EARLIEST_BARE = 8
NAMED = dict.fromkeys(("noon", "midday", "12 noon", "12noon"), NOON) | dict.fromkeys(
    ("midnight", "12 midnight", "12midnight"), DAY
)
WHOLE_DAY = re.compile(r"(?i)(?:open\s+)?(?:24\s*/\s*7|24\s*(?:hours?|hrs?)(?: a day)?|all day)")
# A zone behind a time; a minus only behind seconds, as 10:00-12:00 is a span.
ZONE = re.compile(r"(?:Z|\+\d{2}:?\d{2}|(?<=:\d{2}:\d{2})-\d{2}:?\d{2})$", re.IGNORECASE)
DATED = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]")
TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:\s?[:.h]\s?(?P<minute>\d{2})(?:[:.]\d{2}(?:\.\d+)?)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?(?:\s*hrs?)?",
    re.IGNORECASE,
)
RUN_TOGETHER = re.compile(r"(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?:\s*hrs?)?", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:[-‐‑–—−~]|\bto\b|\buntil\b|\btill?\b)\s*", re.IGNORECASE)
AND = re.compile(r"\s*(?:[,;&/\n|]|\band\b)\s*", re.IGNORECASE)
LEAD = re.compile(r"^(?:open(?:ing)?|from)\b[:\s]*", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """From when to when, within a day or over midnight. Midnight as an end is 00:00."""

    opens_at: time | None
    closes_at: time | None
    all_day: bool = False


@dataclass(frozen=True)
class Moment:
    """A time of day as it is written: minutes since midnight, and how much of it was said."""

    minutes: int
    half: str  # "a", "p", or "" where neither am nor pm was written
    is_sure: bool  # read in one way only, whatever stands beside it


def spans(text: str) -> list[Span] | None:
    """Every span of a text that holds nothing else; None where something is not understood.

    >>> [(str(s.opens_at), str(s.closes_at)) for s in spans("9am - 12noon, 13.00–17:30") or []]
    [('09:00:00', '12:00:00'), ('13:00:00', '17:30:00')]
    >>> spans("9-5") is spans("9:30 to 5:30") is spans("by appointment") is None
    True
    """
    plain = LEAD.sub("", " ".join(text.split(" ")).strip().rstrip("."))
    if WHOLE_DAY.fullmatch(plain):
        return [Span(None, None, True)]
    read = []
    for part in AND.split(plain):
        ends = BETWEEN.split(part.strip())
        span = span_of(*ends) if len(ends) == 2 else None
        if span is None:
            return None
        read.append(span)
    return read


def span_of(opens: str, closes: str) -> Span | None:
    """A span by its two ends; either may be empty. None where it isn't clear."""
    first, last = moment(opens), moment(closes)
    if _is_unread(opens, first) or _is_unread(closes, last):
        return None
    if first is None or last is None:
        return _half_open(first, last)
    start, end = _halved(first, last)
    if (start, end) in {(0, DAY), (0, DAY - 1)}:
        return Span(None, None, True)
    if not _is_clear(first, last) or end == start or end < start < NOON:
        return None
    return Span(_time(start), _time(end))


def _is_unread(text: str, end: Moment | None) -> bool:
    return end is None and bool(text.strip())


def _half_open(first: Moment | None, last: Moment | None) -> Span | None:
    """A span of which one end is said at most."""
    alone = first or last
    if alone is None or not (alone.is_sure or alone.half):
        return None
    at = _time(alone.minutes)
    return Span(at, None) if first else Span(None, at)


def _is_clear(first: Moment, last: Moment) -> bool:
    """Whether morning and afternoon are told apart: by am or pm at one end, or by both times."""
    return bool(first.half or last.half) or (first.is_sure and last.is_sure)


def moment(text: str) -> Moment | None:
    """A time of day; None where the text is no time.

    >>> moment("5:30pm"), moment("2024-01-01T10:00:00Z").minutes, moment("soon")
    (Moment(minutes=1050, half='p', is_sure=True), 600, None)
    """
    plain = ZONE.sub("", DATED.sub("", text.strip())).strip().casefold()
    if plain in NAMED:
        return Moment(NAMED[plain], "", True)
    clock = RUN_TOGETHER.fullmatch(plain) or TIME.fullmatch(plain)
    if clock is None:
        return None
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    half = (clock.groupdict().get("half") or "")[:1]
    if not _is_on_the_clock(hour, minute, half):
        return None
    if half:
        return Moment(hour % 12 * 60 + minute + (NOON if half == "p" else 0), half, True)
    return Moment(hour * 60 + minute, "", _is_sure(clock["hour"], clock["minute"]))


def _is_sure(hour: str, minute: str | None) -> bool:
    """Whether a time without am or pm can be read in one way only."""
    is_of_24 = hour.startswith("0") or int(hour) > 12
    return is_of_24 or (minute is not None and int(hour) >= EARLIEST_BARE)


def _is_on_the_clock(hour: int, minute: int, half: str) -> bool:
    hours = range(1, 13) if half else range(25)
    return hour in hours and minute <= 59 and not (hour == 24 and minute)


def _halved(first: Moment, last: Moment) -> tuple[int, int]:
    """Both ends in minutes. One without am or pm takes it from the other: 2-4pm, 10-4pm, 9am-5."""
    start, end = first.minutes, last.minutes
    if _takes_half(first, last):
        later = start % NOON + (NOON if last.half == "p" else 0)
        start = later if later < end else start % NOON
    elif _takes_half(last, first):
        same = end % NOON + (NOON if first.half == "p" else 0)
        end = same if same > start else (same + NOON) % DAY
    if start == DAY:
        start = 0
    if end == 0 and last.half:
        end = DAY
    return start, end


def _takes_half(end: Moment, paired: Moment) -> bool:
    """Whether an end is of the same half of the day as the other, which says its own."""
    return bool(paired.half) and not end.half and not _is_of_24(end)


def _is_of_24(moment: Moment) -> bool:
    return moment.is_sure and not NOON <= moment.minutes < NOON + 60 and moment.minutes >= NOON


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
