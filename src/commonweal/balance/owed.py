"""Books that wait for somebody, in their digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Role
from commonweal.pledges import role_queues
from commonweal.pledges.role_queues import RoleQueue, Waits

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


def _in_state(state: str, on: date) -> Iterator[Waits]:
    """To whoever takes the next step of a statement, but nobody who took one before."""
    for statement in Statement.objects.filter(state=state).select_related("period").order_by("pk"):
        before = frozenset({statement.drafted_by_id, statement.signed_by_id})
        code = statement.period.code
        signed_on = [date.fromisoformat(signoff["on"]) for signoff in statement.signoffs]
        yield Waits(
            f"books-{code}-{statement.number}-{statement.state}-{len(signed_on)}",
            statement.period.title,
            max(signed_on, default=timezone.localdate()),
            reverse("desk-period", args=[code]),
            frozenset() if state == State.VALIDATED else before,
        )


role_queues.add(
    *(
        RoleQueue(f"books-{state}", title, (role,), "desk-balance", partial(_in_state, state))
        for state, (title, role) in NEXT.items()
    )
)
