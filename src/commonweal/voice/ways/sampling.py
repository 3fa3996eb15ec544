"""A sample of the paper ballots, compared with the paper before anything is counted."""

from __future__ import annotations

import hashlib

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import Ballot, PaperBallot, PaperCheck, Round
from . import papers, totals

# With none wrong among so many, at 95% confidence, less than this share of all is: 1 - 0.05^(1/n).
SIZES = {59: "5%", 299: "1%"}
WAITING = (
    "Ballots on paper wait: enter each of them twice, mend those that differ, draw the sample and "
    "compare it with the paper. Nothing is counted before."
)


def drawn(seed: str, count: int, size: int) -> list[int]:
    """The numbers of a sample, drawn from a seed: those whose SHA-256 comes first.

    Examples
    --------
    >>> drawn("3 1 4 1 5", 10, 3)
    [7, 3, 6]
    """

    def lot(number: int) -> str:
        return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()

    return sorted(range(1, count + 1), key=lot)[:size]


@transaction.atomic
def draw(*, budget_round: Round, size: int, seed: str, by: Person) -> PaperCheck:
    """Draw papers to be compared, once all are entered twice and mended.

    Raises
    ------
    Refused
        Voting is not over, or is counted; a paper waits; a sample was drawn; there is no paper.
    """
    current = papers.closed(budget_round)
    if PaperCheck.objects.filter(round=current).exists():
        raise Refused("The sample is drawn already. It can't be drawn again until one likes it.")
    count = totals.of(current, totals.Way.PAPER)
    every = PaperBallot.objects.filter(round=current)
    if not count:
        raise Refused("No ballot came on paper.")
    if every.filter(is_settled=True).count() < count:
        raise Refused("Enter every paper twice and mend those that differ; then draw the sample.")
    numbers = drawn(seed, count, size)
    every.filter(number__in=numbers).update(is_drawn=True)
    check = PaperCheck.objects.create(
        round=current,
        seed=seed,
        papers=count,
        drawn=len(numbers),
        drawn_by=by,
        mended=every.filter(is_mended=True).count(),
    )
    record("sample of paper drawn", about=current, by=by, as_role=role_of(by), size=len(numbers))
    return check


@transaction.atomic
def confirm(*, budget_round: Round, number: int, by: Person) -> None:
    """Say that a paper of the sample is as it was entered.

    Raises
    ------
    Refused
        It is not in the sample, or was compared.
    """
    current = papers.closed(budget_round)
    waiting = PaperBallot.objects.filter(
        round=current, number=number, is_drawn=True, is_checked=False
    )
    if not waiting.update(is_checked=True):
        raise Refused(f"Paper {number} is not in the sample, or was compared already.")
    record("paper ballot compared", about=current, by=by, as_role=role_of(by), paper=number)


def lay_in(budget_round: Round) -> None:
    """Lay the paper ballots among the others, numbered with them by what they say, and forget
    which was which. Called by the count, inside its transaction.

    Raises
    ------
    Refused
        A paper waits to be entered, mended or compared.
    """
    every = PaperBallot.objects.filter(round=budget_round)
    count = totals.of(budget_round, totals.Way.PAPER)
    if not count:
        return
    check = PaperCheck.objects.filter(round=budget_round).first()
    if check is None or every.filter(is_drawn=True, is_checked=False).exists():
        raise Refused(WAITING)
    texts = [papers.entered_of(paper.choices) for paper in every]
    named = [choices for choices in texts if choices is not None]
    check.spoilt = len(texts) - len(named)
    check.save(update_fields=["spoilt"])
    _number_anew(budget_round, named)
    every.delete()


def _number_anew(budget_round: Round, papers_read: list[list[list[int]]]) -> None:
    in_box = list(budget_round.ballots.values_list("choices", flat=True))
    budget_round.ballots.all().delete()
    texts = sorted([*in_box, *papers_read], key=papers.text_of)
    Ballot.objects.bulk_create(
        (
            Ballot(round=budget_round, number=number, choices=choices)
            for number, choices in enumerate(texts, 1)
        ),
        batch_size=5000,
    )
