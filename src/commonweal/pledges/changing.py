"""Moving the target or the date of a pledge, in public view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design import words
from commonweal.office.errors import Refused

from .holding import hold, must_be_open
from .models import Entry, MeasureKind, Pledge, plain
from .standing import Kind, Standing
from .terms import Terms, check_terms
from .writing import for_partner, write_down_each


@transaction.atomic
def change(
    *,
    pledge: Pledge,
    target: Decimal | None,
    due_on: date | None,
    because: str,
    by: Person,
    seen: int | None = None,
) -> list[Entry]:
    """Move a target or a date. The old one and the reason stay in public view."""
    hold(pledge, seen, Kind.CHANGED, {})
    moved = check(pledge, target, due_on)
    return write_down_each(
        for_partner(pledge, by),
        pledge,
        Kind.CHANGED,
        [{"field": name, "old": old, "new": new} for name, old, new in moved],
        because,
        verb="terms changed",
        fields=[name for name, _, _ in moved],
    )


Moved = tuple[str, str | None, str | None]
"""A term, what it was and what it becomes, as the ledger writes it."""


def check(pledge: Pledge, target: Decimal | None, due_on: date | None) -> list[Moved]:
    """What would be moved.

    Raises
    ------
    Refused
        The terms are settled, can't be these, or nothing is different.
    """
    must_be_open(pledge)
    if not pledge.is_open and pledge.standing != Standing.LOWERED:
        raise Refused("This pledge has been verified; its terms are settled.")
    _check_changed(pledge, target, due_on, today=timezone.localdate())
    moved = list(_moved(pledge, target, due_on))
    if not moved:
        raise Refused("Nothing is different. Change the target or the date, or go back.")
    return moved


def _moved(pledge: Pledge, target: Decimal | None, due_on: date | None) -> Iterator[Moved]:
    """What is different."""
    if target is not None and target != pledge.target:
        yield "target", plain(pledge.target), plain(target)
    if due_on is not None and due_on != pledge.due_on:
        yield (
            "due_on",
            pledge.due_on.isoformat() if pledge.due_on else None,
            due_on.isoformat(),
        )


def _check_changed(
    pledge: Pledge, target: Decimal | None, due_on: date | None, *, today: date
) -> None:
    """Raise unless the pledge, changed like this, is one that could be made.

    A date that has passed may stay; one that is chosen lies ahead.
    """
    later = due_on if due_on is not None and due_on != pledge.due_on else None
    if (
        later
        and pledge.measure.kind == MeasureKind.KEEP
        and later < (first := _first_due_on(pledge))
    ):
        raise Refused(
            f"It was promised to be kept until {words.day(first)}, and can't end before that. "
            "Withdraw the promise and say why, or make another."
        )
    terms = Terms(
        measure=pledge.measure,
        statement=pledge.statement,
        baseline=pledge.baseline,
        target=target if target is not None else pledge.target,
        due_on=later or today + timedelta(days=1),
        theme=pledge.theme,
        decision=pledge.decision,
    )
    check_terms(pledge.partner, terms, today=today)


def _first_due_on(pledge: Pledge) -> date:
    """The date with which a pledge came into the register, whatever it was moved to since."""
    moves = Entry.objects.filter(pledge=pledge, kind=Kind.CHANGED, body__field="due_on")
    first = moves.order_by("seq").first()
    if first is not None and first.body["old"]:
        return date.fromisoformat(first.body["old"])
    return pledge.due_on or date.min
