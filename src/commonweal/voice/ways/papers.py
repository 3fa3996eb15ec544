"""Ballots on paper, after the close: entered twice by two people, and mended where they differ.

The slip with the code is cut off by then, so what is entered hangs on the number on the paper.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import PaperBallot, PaperCheck, Round
from ..rounds import closing
from . import totals

Choices = list[tuple[int, int]] | None


def text_of(choices: Choices) -> str:
    """A ballot as text, as it is in the box; "null" where it can't be counted."""
    return json.dumps(None if choices is None else sorted(choices))


def entered_of(text: str) -> Any:
    """A ballot of its text: pairs, or None where it can't be counted."""
    return json.loads(text)


def closed(budget_round: Round) -> Round:
    """The round, locked, after its close and before its count.

    Raises
    ------
    Refused
        Voting is not over; it was stopped or counted.
    """
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    if current.state == Round.State.STOPPED:
        raise Refused("This round was stopped. Nothing is counted.")
    if current.state == Round.State.COUNTED:
        raise Refused("This round is counted already.")
    # While voting is open nobody may know what is on paper either.
    closing.empty_box(budget_round=current)
    current.refresh_from_db()
    return current


@transaction.atomic
def enter(*, budget_round: Round, number: int, choices: Choices, by: Person) -> PaperBallot:
    """Enter what is on a paper ballot; None where it can't be counted. The first entry is shown to
    nobody until a second person has entered the same paper.

    Raises
    ------
    Refused
        Voting is not over, or is counted; the sample is drawn; so many papers were not taken; the
        same person entered it, or it was entered twice.
    """
    current = closed(budget_round)
    if PaperCheck.objects.filter(round=current).exists():
        raise Refused("The sample is drawn, so every paper was entered twice.")
    taken = totals.of(current, totals.Way.PAPER)
    if not 1 <= number <= taken:
        raise Refused(f"Papers are numbered from 1 to {taken}: so many slips were taken.")
    paper = (
        PaperBallot.objects.select_for_update(of=("self",))
        .filter(round=current, number=number)
        .first()
    )
    paper = _first(current, number, choices, by) if paper is None else _second(paper, choices, by)
    record("paper ballot entered", about=current, by=by, as_role=role_of(by), paper=number)
    return paper


def _first(budget_round: Round, number: int, choices: Choices, by: Person) -> PaperBallot:
    return PaperBallot.objects.create(
        round=budget_round, number=number, first=text_of(choices), first_by=by
    )


def _second(paper: PaperBallot, choices: Choices, by: Person) -> PaperBallot:
    if paper.second_by_id is not None:
        raise Refused(f"Paper {paper.number} was entered twice already.")
    if paper.first_by_id == by.pk:
        raise Refused(f"You entered paper {paper.number}. Somebody else enters it again.")
    paper.second, paper.second_by = text_of(choices), by
    if paper.second == paper.first:
        paper.choices, paper.is_settled = paper.first, True
    paper.save(update_fields=["second", "second_by", "choices", "is_settled"])
    return paper


def next_for(budget_round: Round, person: Person) -> int | None:
    """The lowest number that somebody can enter; None where there is none."""
    seen = budget_round.paper_ballots.values_list("number", "first_by", "second_by")
    not_theirs = {number for number, first, second in seen if second or first == person.pk}
    numbers = range(1, totals.of(budget_round, totals.Way.PAPER) + 1)
    return next((number for number in numbers if number not in not_theirs), None)


@transaction.atomic
def mend(*, budget_round: Round, number: int, choices: Choices, by: Person) -> PaperBallot:
    """Say after a third look at the paper what is on it: where two entries differ, or where a paper
    of the sample is not as it was entered. Of one such all papers are compared.

    Raises
    ------
    Refused
        There is nothing to mend on that paper; voting is not over, or is counted.
    """
    current = closed(budget_round)
    paper = PaperBallot.objects.select_for_update(of=("self",)).get(round=current, number=number)
    differs = paper.second_by_id is not None and not paper.is_settled
    is_looked_at = paper.is_drawn and not paper.is_checked
    if not (differs or is_looked_at):
        raise Refused(f"There is nothing to mend on paper {number}.")
    if is_looked_at and text_of(choices) == paper.choices:
        raise Refused("So it was entered. Say that it is as on the paper.")
    paper.choices, paper.is_settled = text_of(choices), True
    paper.is_mended, paper.is_checked, paper.is_wrong = differs, is_looked_at, is_looked_at
    paper.save(update_fields=["choices", "is_settled", "is_mended", "is_checked", "is_wrong"])
    if is_looked_at:
        _compare_all(current)
    record("paper ballot mended", about=current, by=by, as_role=role_of(by), paper=number)
    return paper


def _compare_all(budget_round: Round) -> None:
    PaperBallot.objects.filter(round=budget_round, is_drawn=False).update(is_drawn=True)
    wrong = PaperBallot.objects.filter(round=budget_round, is_wrong=True).count()
    PaperCheck.objects.filter(round=budget_round).update(wrong=wrong)
