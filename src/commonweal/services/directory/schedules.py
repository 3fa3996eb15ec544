"""Hours as Open Referral has them: a rule of iCalendar in columns, or in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from .. import hours
from ..hours import OpeningHours, recurrence
from . import nodes, values

# Our column of a rule, by the name that Open Referral gives it.
PARTS = {
    "freq": "FREQ",
    "interval": "INTERVAL",
    "byday": "BYDAY",
    "bymonthday": "BYMONTHDAY",
    "bymonth": "BYMONTH",
    "bysetpos": "BYSETPOS",
    "byyearday": "BYYEARDAY",
    "byweekno": "BYWEEKNO",
    "until": "UNTIL",
    "count": "COUNT",
    "dtstart": "DTSTART",
}
LINES = ("rrule", "recurrence", "freq", "byday", "description")


def openings(node: Any, say: values.Say) -> list[OpeningHours]:
    """The hours of a service; what isn't understood stands in its source's own words."""
    return [
        opening
        for schedule in nodes.things(node, "schedules")
        if (opening := _opening(schedule, say)) != OpeningHours()
    ]


def _opening(schedule: nodes.Node, say: values.Say) -> OpeningHours:
    parts, as_written = _parts(schedule), _words(schedule)
    valid_from = values.day(schedule.get("valid_from"), say)
    valid_to = values.day(schedule.get("valid_to"), say)
    try:
        opening = hours.ruled(parts)
    except hours.Unclear:
        unclear_hours = as_written or _own_words(parts)
        say(
            f"its hours are not understood and stand as its source has them: “{unclear_hours[:60]}”"
        )
        opening, as_written = OpeningHours(), unclear_hours
    timed, unclear = _timed(opening, schedule)
    return replace(
        timed,
        valid_from=valid_from or opening.valid_from,
        valid_to=_earliest(valid_to, opening.valid_to),
        words=". ".join(filter(None, (opening.words, unclear, as_written))),
    )


def _parts(schedule: nodes.Node) -> dict[str, str]:
    """The rule of a schedule, from its columns and from a line wherever one stands."""
    parts: dict[str, str] = {}
    for name, part in PARTS.items():
        written = nodes.texts(schedule.get(name), name)
        if written and not recurrence.is_line(written):
            parts[part] = written
    for name in LINES:
        written = nodes.texts(schedule.get(name), name)
        if recurrence.is_line(written):
            parts |= recurrence.parts_of(written)
    return parts


def _words(schedule: nodes.Node) -> str:
    description = nodes.text(schedule.get("description"), "description of hours")
    return "" if recurrence.is_line(description) else description


def _own_words(parts: dict[str, str]) -> str:
    """A rule as it stands; days are words by themselves."""
    return "; ".join(
        written if name == "BYDAY" else f"{name.lower()} {written}"
        for name, written in parts.items()
    )


def _timed(opening: OpeningHours, schedule: nodes.Node) -> tuple[OpeningHours, str]:
    """The opening with its times, and the words of times that aren't clear."""
    opens = nodes.text(schedule.get("opens_at"), "opening time")
    closes = nodes.text(schedule.get("closes_at"), "closing time")
    if not opens and not closes:
        return opening, ""
    span = hours.span_of(opens, closes)
    if span is None:
        return opening, " to ".join(filter(None, (opens, closes)))
    opens_at, closes_at = span.opens_at, span.closes_at
    timed = replace(opening, opens_at=opens_at, closes_at=closes_at, all_day=span.all_day)
    return timed, ""


def _earliest(*days: date | None) -> date | None:
    return min(filter(None, days), default=None)
