"""What keeps a published rule sheet from being changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import Round

Action = TypeVar("Action", bound=Callable[..., Any])
# Every action that would change a rule sheet, by its name; a test walks them.
CHANGES: dict[str, Callable[..., Any]] = {}
SEALED = (
    "The rule sheet is published, so nothing in it can be changed. This try was written down. "
    "In an emergency two people can make a change that everybody is told about."
)


class _Sealed(Exception):
    """Found out inside the transaction; the refusal is written down outside of it."""


def changes_the_sheet(do: Action) -> Action:
    """Let an action change a draft alone. It is given the round as it stands, locked.

    A try to change a sheet that is published stands in the record although nothing was done.
    """

    @wraps(do)
    def guarded(*, budget_round: Round, by: Person | None, **answers: Any) -> Any:
        try:
            with transaction.atomic():
                return do(budget_round=locked(budget_round), by=by, **answers)
        except _Sealed:
            note_refusal(budget_round, do.__name__, by)
            raise Refused(SEALED) from None

    CHANGES[do.__name__] = guarded
    return cast(Action, guarded)


def locked(budget_round: Round) -> Round:
    """A draft, locked until the transaction ends."""
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    if not current.is_draft:
        raise _Sealed
    return current


def note_refusal(budget_round: Round, wanted: str, by: Person | None) -> None:
    record(
        "change of a sealed round refused",
        about=budget_round,
        by=by,
        as_role=role_of(by),
        wanted=wanted,
    )
