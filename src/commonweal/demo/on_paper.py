"""Ballots that came on paper: slips that were taken, two entries, one that differed, the sample."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from commonweal.accounts.models import Person
from commonweal.voice.models import PaperCheck, Round
from commonweal.voice.rounds import days, letters
from commonweal.voice.ways import papers, sampling, slips

from .voters import Choices

PAPERS, DIFFERS, SPOILT = 9, 4, 7


def take(budget_round: Round, lead: Person) -> None:
    """Slips with codes of their own, while voting is open."""
    codes = letters.make(budget_round=budget_round, count=PAPERS, by=lead, at=budget_round.opens_at)
    for code in codes:
        slips.take(budget_round=budget_round, typed=code)


def enter(
    budget_round: Round,
    lead: Person,
    manager: Person,
    ballot: Callable[[random.Random], Choices],
) -> None:
    """After the close: all entered twice, one mended, one that could not be counted, and all
    compared, as there are fewer than a sample takes."""
    chance = random.Random("papers")
    for number in range(1, PAPERS + 1):
        choices = None if number == SPOILT else ballot(chance)
        for person in (lead, manager):
            slip = number == DIFFERS and person == lead
            typed = choices[1:] if slip and choices else choices
            papers.enter(budget_round=budget_round, number=number, choices=typed, by=person)
        if number == DIFFERS:
            papers.mend(budget_round=budget_round, number=number, choices=choices, by=manager)
    sampling.draw(budget_round=budget_round, size=59, seed="3 1 4 1 5 6 2 6 5 3", by=lead)
    for number in range(1, PAPERS + 1):
        sampling.confirm(budget_round=budget_round, number=number, by=manager)
    last = days.last_day(budget_round.closes_at)
    assert last is not None
    PaperCheck.objects.filter(round=budget_round).update(drawn_on=last + timedelta(days=1))
