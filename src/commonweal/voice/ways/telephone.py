"""A ballot that somebody dictates by telephone."""

from __future__ import annotations

from django.db import transaction

from commonweal.office.errors import Refused

from ..models import Round
from ..rounds import box
from . import totals

NOT_TAKEN = "The rule sheet of this round says nothing of ballots by telephone."


def admit(*, budget_round: Round, typed: str) -> str:
    """As `box.admit`, for a round that takes ballots by telephone.

    Raises
    ------
    Refused
        The rule sheet does not name the telephone; the code lets nobody in.
    """
    if not budget_round.takes_telephone:
        raise Refused(NOT_TAKEN)
    return box.admit(budget_round=budget_round, typed=typed)


@transaction.atomic
def put(*, budget_round: Round, typed: str, choices: list[tuple[int, int]]) -> box.Put:
    """Put in what was read back. Nothing is written of who took it down, and when.

    Raises
    ------
    Refused
        As `admit` and `box.put`.
    """
    token = admit(budget_round=budget_round, typed=typed)
    in_box = box.put(budget_round=budget_round, token=token, choices=choices)
    if not in_box.is_again:
        totals.add(budget_round, totals.Way.TELEPHONE)
    return in_box
