"""The fictional town's budgets that people decide: one that is counted, with papers among its
ballots, those of wards and of enterprises (`wards`), and one open for voting."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import keyed_hash
from commonweal.places.models import Area
from commonweal.places.rooms import is_on
from commonweal.voice.models import Round
from commonweal.voice.rounds import closing, counting, days, delivering, drafting, letters
from localwealth.ballots import codes

from . import on_paper, wards
from .cast import CAST
from .voters import put_in, put_up, sheet_answers

OPEN, COUNTED = "the-parks-and-squares-fund", "the-neighbourhood-fund"
# Those who vote care for one of these most, and now and then for one of the others.
PROJECTS = (
    ("A playground by the canal", 24000, "families"),
    ("Benches along the towpath", 6500, "elders"),
    ("Forty street trees", 12000, "green"),
    ("A shelter at the school bus stop", 9500, "families"),
    ("A warm room in the library", 15000, "elders"),
    ("A repair workshop", 8000, "green"),
    ("Lights for the football pitch", 21000, "sport"),
    ("Lockers for the swimming club", 5200, "sport"),
)
GROUPS = {"families": 9, "elders": 5, "green": 4, "sport": 2}
OFF = ("A cable car over the river", "There is no land for its pylons.")


def tell(today: date, say: Callable[[str], None]) -> None:
    say("budgets that people decide")
    day = min(today, timezone.localdate())
    emails = {member.role: member.email for member in CAST}
    lead = Person.objects.get(email=emails["programme-lead"])
    manager = Person.objects.get(email=emails["charter-manager"])
    _counted(day, lead, manager)
    wards.tell(day, lead)
    _open(day, lead)


def _counted(day: date, lead: Person, manager: Person) -> None:
    first, last = day - timedelta(days=70), day - timedelta(days=50)
    budget_round = _sealed(
        "The neighbourhood fund", Decimal(50000), first, last, lead, takes_paper=True
    )
    letters.make(budget_round=budget_round, count=320, by=lead, at=budget_round.opens_at)
    put_in(budget_round, 230, _ballot)
    on_paper.take(budget_round, lead)
    closing.take_out(budget_round)
    on_paper.enter(budget_round, lead, manager, _ballot)
    winners = counting.count(budget_round=budget_round, by=lead)
    Round.objects.filter(pk=budget_round.pk).update(counted_on=last + timedelta(days=2))
    delivering.deliver(
        budget_round=Round.objects.get(pk=budget_round.pk),
        number=int(winners[0]),
        owner_title="Head of parks",
        due_on=day + timedelta(days=200),
        milestones=[
            ("Neighbours asked about the place", day + timedelta(days=30)),
            ("Built and opened", day + timedelta(days=190)),
        ],
        by=lead,
    )


def _open(day: date, lead: Person) -> None:
    first, last = day - timedelta(days=3), day + timedelta(days=11)
    budget_round = _sealed("The parks and squares fund", Decimal(40000), first, last, lead)
    letters.make(budget_round=budget_round, count=120, by=lead)
    put_in(budget_round, 37, _ballot)
    letters.make(budget_round=budget_round, count=1, by=lead, choose=_chooser())


def letter() -> tuple[str, str] | None:
    """(code, address where it is typed) of the letter that the start page shows; None in a town
    where nobody votes."""
    is_there = is_on("voice") and Round.objects.filter(code=OPEN).exists()
    return (printed_code(), reverse("budget-vote", args=[OPEN])) if is_there else None


def printed_code() -> str:
    """The code on the letter that the demonstration's start page shows. It hangs on the keys of
    this installation, so no two demonstrations have the same."""
    return codes.printed(codes.draw(_chooser()))


def _chooser() -> Callable[[str], str]:
    return random.Random(keyed_hash("the demonstration's letter")).choice


def _sealed(
    title: str, budget: Decimal, first: date, last: date, lead: Person, **sheet: Any
) -> Round:
    answers = sheet_answers(title, budget, first, last) | sheet
    budget_round = drafting.begin(answers=answers, by=lead)
    areas: list[Area | None] = [*Area.objects.all()] or [None]
    for number, (name, cost, _) in enumerate(PROJECTS):
        put_up(budget_round, name, areas[number % len(areas)], Decimal(cost), lead)
    put_up(budget_round, OFF[0], None, None, lead, no=OFF[1])
    drafting.close_ideas(budget_round=budget_round, by=lead)
    sealed_at = days.beginning_of(first - timedelta(days=7))
    drafting.seal(budget_round=budget_round, by=lead, at=sealed_at)
    return Round.objects.get(pk=budget_round.pk)


def _ballot(chance: random.Random) -> list[tuple[int, int]]:
    [group] = chance.choices(list(GROUPS), list(GROUPS.values()))
    mine = [number for number, (_, _, of) in enumerate(PROJECTS, 1) if of == group]
    others = [number for number in range(1, len(PROJECTS) + 1) if number not in mine]
    return [(number, 1) for number in sorted({*mine, *chance.sample(others, chance.randint(0, 2))})]
