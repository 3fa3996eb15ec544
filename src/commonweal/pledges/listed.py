"""A pledge as a line of a list: its bar, how late it is, and from which day its date was moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commonweal.design.bars import Bar
from commonweal.design.words import many

from .models import Entry, Pledge
from .reads import bar_of
from .standing import Kind, Standing, day_of


@dataclass(frozen=True)
class ListedPledge:
    """``lateness`` in words, "" where its date tells it; ``first_due_on`` the day with which it
    came, None where the day was not moved."""

    pledge: Pledge
    bar: Bar
    lateness: str
    first_due_on: date | None


def listed(pledges: Sequence[Pledge], on: date) -> list[ListedPledge]:
    """The pledges in their order: one query more, however many there are."""
    first_days = _first_days(pledges)
    return [
        ListedPledge(
            pledge,
            bar_of(pledge, on),
            lateness_of(pledge, on),
            first_days.get(pledge.pk),
        )
        for pledge in pledges
    ]


def lateness_of(pledge: Pledge, on: date) -> str:
    """How many days a pledge is late, or has left where its date is near."""
    if pledge.due_on is None:
        return ""
    if pledge.standing == Standing.OVERDUE:
        return f"{many((on - pledge.due_on).days, 'day')} late"
    if pledge.standing == Standing.DUE_SOON:
        left = (pledge.due_on - on).days
        return f"in {many(left, 'day')}" if left else "today"
    return ""


def _first_days(pledges: Sequence[Pledge]) -> dict[int, date]:
    """Of pledges whose date was moved and stands elsewhere now: the first one."""
    now = {pledge.pk: pledge.due_on for pledge in pledges}
    changes = Entry.objects.filter(kind=Kind.CHANGED, pledge__in=list(now)).order_by("seq")
    first_days: dict[int, date] = {}
    for pledge_id, body in changes.values_list("pledge_id", "body"):
        was_due_on = day_of(body["old"]) if body["field"] == "due_on" else None
        if was_due_on is not None:
            first_days.setdefault(pledge_id, was_due_on)
    return {pk: first_day for pk, first_day in first_days.items() if first_day != now[pk]}
