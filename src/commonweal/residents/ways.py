"""How somebody may be reached, as a rule: by which ways, on which days, between which hours.

Pure: no database and no clock. The order of strictness and every cell of it stand in
``docs/methods/safe-contact.md``; its tables are the tests of this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from commonweal.office.moments import moment_of


class Way(StrEnum):
    RING = "ring"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


ANY, NOT_ASKED, NO_RING = "any", "not_asked", "no_ring"
TEXT_ONLY, EMAIL_ONLY, POST_ONLY, NONE = "text_only", "email_only", "post_only", "none"

ALL = frozenset(Way)
# What each choice opens. NOT_ASKED opens what ANY opens, unless safety is at stake: then nothing.
OPENS: dict[str, frozenset[Way]] = {
    ANY: ALL,
    NOT_ASKED: ALL,
    NO_RING: ALL - {Way.RING},
    TEXT_ONLY: frozenset({Way.TEXT}),
    EMAIL_ONLY: frozenset({Way.EMAIL}),
    POST_ONLY: frozenset({Way.LETTER}),
    NONE: frozenset(),
}
# A letter arrives when the post comes: hours can't hold for it.
TIMED = ALL - {Way.LETTER}
MIDNIGHT = time(0)
NOT_SO = {
    Way.RING: "must not be rung",
    Way.TEXT: "must not be texted",
    Way.EMAIL: "must not be e-mailed",
    Way.LETTER: "must not be written to",
    Way.VISIT: "must not be visited",
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Rule:
    """One way of saying how somebody may be reached.

    ``days`` holds the safe days as figures, 1 is Monday ("12345"); "" is every day. ``start`` and
    ``end`` are local times of day, the end not included; None is midnight. ``note`` has one
    remark a line, ``word`` one safe word a line.
    """

    contact: str = NOT_ASKED
    days: str = ""
    start: time | None = None
    end: time | None = None
    note: str = ""
    word: str = ""


def meet(first: str, second: str) -> str:
    """The strictest of two choices: what it opens, both open.

    Two that open nothing in common (only by text, only by e-mail) give *do not contact*. Beside
    *may be reached in any way*, a record that nobody asked about keeps its doubt; beside a
    choice that narrows, it has nothing to say.
    """
    if NOT_ASKED in (first, second):
        narrower = second if first == NOT_ASKED else first
        return NOT_ASKED if narrower == ANY else narrower
    both = OPENS[first] & OPENS[second]
    return next(choice for choice, ways in OPENS.items() if ways == both and choice != NOT_ASKED)


def strictest(first: Rule, second: Rule) -> Rule:
    """What holds when two rules meet: by it, nothing is open that either of them closes."""
    contact = meet(first.contact, second.contact)
    days = _days_of_both(first.days, second.days)
    start, end = _hours_of_both(first, second)
    if days is None or (start and end and start >= end):
        # No hour is safe by both: only what needs no hour is left.
        contact, days, start, end = meet(contact, POST_ONLY), "", None, None
    return Rule(
        contact, days, start, end, _lines(first.note, second.note), _lines(first.word, second.word)
    )


def _days_of_both(first: str, second: str) -> str | None:
    """The days that are safe by both; None where no day is."""
    if not (first and second):
        return first or second
    return "".join(day for day in first if day in second) or None


def _hours_of_both(first: Rule, second: Rule) -> tuple[time | None, time | None]:
    """From when until when it is safe by both; None for midnight."""
    start = max(first.start or MIDNIGHT, second.start or MIDNIGHT)
    ends = [rule.end for rule in (first, second) if rule.end]
    return (start if start != MIDNIGHT else None), min(ends, default=None)


def _lines(first: str, second: str) -> str:
    lines = [line.strip() for line in f"{first}\n{second}".splitlines() if line.strip()]
    return "\n".join(dict.fromkeys(lines))


def tidied(rule: Rule) -> Rule:
    """The same rule, written in one way: every day is "", remarks once each, no empty lines."""
    days = "".join(sorted(set(rule.days)))
    return replace(
        rule,
        days="" if days == "1234567" else days,
        start=rule.start or None,
        end=rule.end or None,
        note=_lines(rule.note, ""),
        word=_lines(rule.word, ""),
    )


def answered(known: Rule, answer: Rule) -> Rule:
    """What holds once somebody has answered: the strictest of both, but an answer takes the
    place of *not asked yet*."""
    if known.contact == NOT_ASKED and answer.contact != NOT_ASKED:
        known = replace(known, contact=answer.contact)
    return strictest(known, answer)


def looser(old: Rule, new: Rule) -> list[str]:
    """In which respects the new rule opens what the old one closed; [] when it does not.

    The first answer to a question that nobody had asked is no loosening; who is in danger is
    looked at by whoever calls this.
    """
    # Where no way with an hour is open any more, no hour can be.
    is_timed = bool(OPENS[new.contact] & TIMED)
    opened = {
        "the way": _opens_ways(old.contact, new.contact),
        "the days": is_timed and _opens_days(old.days, new.days),
        "the hours": is_timed and _opens_hours(old, new),
        "the note": _leaves_out(old.note, new.note),
        "the safe word": _leaves_out(old.word, new.word),
    }
    return [respect for respect, is_open in opened.items() if is_open]


def _opens_ways(old: str, new: str) -> bool:
    return old != NOT_ASKED and meet(old, new) != new


def _opens_days(old: str, new: str) -> bool:
    return bool(set(new or "1234567") - set(old or "1234567"))


def _opens_hours(old: Rule, new: Rule) -> bool:
    is_earlier = (old.start or MIDNIGHT) > (new.start or MIDNIGHT)
    is_later = bool(old.end and (new.end is None or new.end > old.end))
    return is_earlier or is_later


def _leaves_out(old: str, new: str) -> bool:
    """Whether a line of the old text is not in the new one."""
    return bool(set(old.splitlines()) - set(new.splitlines()))


def closed(rule: Rule, channel: Way, *, at_risk: bool) -> str:
    """Why a way is closed at any hour; "" when it is open."""
    if rule.contact == NOT_ASKED and at_risk:
        return "was not asked yet how it is safe"
    return "" if channel in OPENS[rule.contact] else NOT_SO[channel]


def in_hours(rule: Rule, channel: Way, at: datetime) -> bool:
    """Whether a moment, in local time, lies in the safe hours. Letters have none."""
    if channel not in TIMED:
        return True
    if rule.days and str(at.isoweekday()) not in rule.days:
        return False
    clock = at.time().replace(tzinfo=None)
    return clock >= (rule.start or MIDNIGHT) and (rule.end is None or clock < rule.end)


def next_moment(rule: Rule, channel: Way, after: datetime) -> datetime:
    """The first safe moment from ``after`` on, in local time."""
    if in_hours(rule, channel, after):
        return after
    zone = after.tzinfo or UTC
    for ahead in range(9):
        day = after.date() + timedelta(days=ahead)
        begins = moment_of(day, rule.start or MIDNIGHT, zone)
        if begins > after.astimezone(UTC) and in_hours(rule, channel, begins.astimezone(zone)):
            return begins.astimezone(zone)
    raise ValueError("A rule has a safe hour in each week")


def fit(rule: Rule, channel: Way, due: datetime, now: datetime) -> datetime:
    """A promised moment put into the safe hours: itself, else the last safe minute between now
    and then, else the first safe moment afterwards."""
    if in_hours(rule, channel, due):
        return due
    zone, day = due.tzinfo or UTC, due.date()
    while day >= now.date():
        end = day if rule.end else day + timedelta(days=1)
        last = moment_of(end, rule.end or MIDNIGHT, zone) - timedelta(minutes=1)
        is_between = now.astimezone(UTC) <= last < due.astimezone(UTC)
        if is_between and in_hours(rule, channel, last.astimezone(zone)):
            return last.astimezone(zone)
        day -= timedelta(days=1)
    return next_moment(rule, channel, due)


# --- In words, and from words -------------------------------------------------------------------


def days_in_words(days: str) -> str:
    """Monday to Friday; Tuesday, Thursday; "" for every day."""
    if not days or days == "1234567":
        return ""
    if len(days) > 2 and days in "1234567":
        return f"{DAYS[int(days[0]) - 1]} to {DAYS[int(days[-1]) - 1]}"
    return ", ".join(DAYS[int(day) - 1] for day in days)


def hours_in_words(rule: Rule) -> str:
    """Monday to Friday, between 10:00 and 14:00; "" where any hour is safe."""
    parts = [days_in_words(rule.days)]
    if rule.start and rule.end:
        parts.append(f"between {rule.start:%H:%M} and {rule.end:%H:%M}")
    elif rule.start:
        parts.append(f"from {rule.start:%H:%M}")
    elif rule.end:
        parts.append(f"before {rule.end:%H:%M}")
    return ", ".join(part for part in parts if part)


def clock_of(answer: object) -> time | None:
    """A time of day as people write it: 10, 10:30, 10.30, 2pm, 2.30 pm; None for nothing, or
    what is none."""
    typed = str(answer or "").strip().lower().replace(" ", "").replace(".", ":")
    fits = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?(am|pm)?", typed)
    if not fits:
        return None
    hour, minute, half = int(fits[1]), int(fits[2] or 0), fits[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
