"""The fictional town's budgets that people decide: one that is counted, one open for voting."""

from __future__ import annotations

import json
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
from commonweal.voice.models import OpenBallot, Round, VotingCode
from commonweal.voice.rounds import box, closing, counting, days, delivering, drafting, letters
from localwealth.ballots import codes

from .cast import CAST

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
    _counted(day, lead)
    _open(day, lead)


def _counted(day: date, lead: Person) -> None:
    first, last = day - timedelta(days=70), day - timedelta(days=50)
    budget_round = _sealed("The neighbourhood fund", Decimal(50000), first, last, lead)
    letters.make(budget_round=budget_round, count=320, by=lead, at=budget_round.opens_at)
    _vote(budget_round, 230)
    closing.take_out(budget_round)
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
    _vote(budget_round, 37)
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


def _sealed(title: str, budget: Decimal, first: date, last: date, lead: Person) -> Round:
    answers: dict[str, Any] = {
        "title": title,
        "words": "For things that people here asked for. Whoever lives here and is 14 or older "
        "can vote; projects were handed in and checked first.",
        "budget": budget,
        "least": 2,
        "ties": "cheaper,votes,lot:4711",
        "completion": Round.Completion.ADD1,
        "step": Decimal(1),
        "who_decides": "The cabinet has said that it will do what is decided here.",
        "is_binding": True,
        "who_may_vote": "Whoever lives here and is 14 or older.",
        "addresses_from": "A list made for this round from the council's own addresses, one letter "
        "for each person who asked for one.",
        "addresses_ground": "A task in the public interest, as the fictional town's data "
        "protection officer wrote down.",
        "opens_at": days.beginning_of(first),
        "closes_at": days.end_of(last),
        "election": "None before the count.",
        "tells_receipts": True,
    }
    budget_round = drafting.begin(answers=answers, by=lead)
    areas: list[Area | None] = [*Area.objects.all()] or [None]
    for number, (name, cost, _) in enumerate(PROJECTS):
        _project(budget_round, name, areas[number % len(areas)], Decimal(cost), "", lead)
    _project(budget_round, OFF[0], None, None, OFF[1], lead)
    drafting.close_ideas(budget_round=budget_round, by=lead)
    sealed_at = days.beginning_of(first - timedelta(days=7))
    drafting.seal(budget_round=budget_round, by=lead, at=sealed_at)
    return Round.objects.get(pk=budget_round.pk)


def _project(
    budget_round: Round, name: str, area: Area | None, cost: Decimal | None, no: str, lead: Person
) -> None:
    idea = {
        "title": name,
        "words": f"{name}: handed in by people who live near, and worked out with the council.",
        "area": area,
        "proposed_by": "resident",
    }
    project = drafting.add_project(budget_round=budget_round, answers=idea, by=lead)
    answers = {
        "cost": cost,
        "cost_words": "The middle one of three offers." if cost else "",
        "is_feasible": not no,
        "feasible_words": no or "The land is the council's.",
        "is_lawful": True,
        "lawful_words": "",
        "group": "",
    }
    drafting.check(budget_round=budget_round, project=project, answers=answers, by=lead)


def _vote(budget_round: Round, count: int) -> None:
    """Ballots in the box, as if they had been put in one after the other."""
    chance = random.Random(budget_round.code)
    given = list(VotingCode.objects.filter(round=budget_round)[:count])
    for code in given:
        code.receipt = box.receipt_of(code.digest)
    VotingCode.objects.bulk_update(given, ["receipt"], batch_size=500)
    OpenBallot.objects.bulk_create(
        OpenBallot(round=budget_round, code=code, choices=json.dumps(_ballot(chance)))
        for code in given
    )


def _ballot(chance: random.Random) -> list[tuple[int, int]]:
    [group] = chance.choices(list(GROUPS), list(GROUPS.values()))
    mine = [number for number, (_, _, of) in enumerate(PROJECTS, 1) if of == group]
    others = [number for number in range(1, len(PROJECTS) + 1) if number not in mine]
    return [(number, 1) for number in sorted({*mine, *chance.sample(others, chance.randint(0, 2))})]
