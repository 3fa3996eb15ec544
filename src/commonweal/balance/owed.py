"""Books that wait for somebody, in their digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Role
from commonweal.pledges.owing import Members, Owed, Queue
from commonweal.pledges.queues import each, holders

from .models import Statement

State = Statement.State
# What a statement waits for by its state, and whose role that is.
NEXT = {
    State.DRAFT: (
        "draft of the books waits to be signed off,drafts wait to be signed off",
        Role.REVIEWER,
    ),
    State.SIGNED: (
        "statement waits to be validated,statements wait to be validated",
        Role.VALIDATOR,
    ),
    State.VALIDATED: (
        "statement waits to be closed,statements wait to be closed",
        Role.CHARTER_MANAGER,
    ),
}


def owed(on: date, members: Members) -> Iterator[Owed]:
    """To whoever takes the next step of a statement, but nobody who took one before."""
    for statement in Statement.objects.exclude(state=State.CLOSED).select_related("period"):
        title, role = NEXT[State(statement.state)]
        before = {statement.drafted_by_id, statement.signed_by_id}
        able = [
            person
            for person in holders(role, on)
            if role == Role.CHARTER_MANAGER or person.pk not in before
        ]
        code = statement.period.code
        signed_on = [date.fromisoformat(signoff["on"]) for signoff in statement.signoffs]
        row = (
            f"books-{code}-{statement.number}-{statement.state}-{len(signed_on)}",
            statement.period.title,
            max(signed_on, default=timezone.localdate()),
            reverse("desk-period", args=[code]),
        )
        yield from each(able, Queue(title, "desk-balance"), [row])
