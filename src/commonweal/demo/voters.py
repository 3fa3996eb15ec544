"""The rule sheets of the fictional town, what its people put up for a vote, and how they voted."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from commonweal.accounts.models import Person
from commonweal.places.models import Area
from commonweal.voice.models import OpenBallot, Project, Round, VotingCode
from commonweal.voice.rounds import box, days, drafting

Choices = list[tuple[int, int]]


def sheet_answers(title: str, budget: Decimal, first: date, last: date) -> dict[str, Any]:
    """A rule sheet as the fictional town writes one."""
    return {
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


def put_up(
    budget_round: Round,
    name: str,
    area: Area | None,
    cost: Decimal | None,
    lead: Person,
    *,
    no: str = "",
    lesser_sums: list[str] | None = None,
) -> Project:
    """A project that was handed in and checked; ``no`` is why it can't be done."""
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
        "lesser_sums": lesser_sums,
    }
    drafting.check(budget_round=budget_round, project=project, answers=answers, by=lead)
    project.refresh_from_db()
    return project


def put_in(
    budget_round: Round,
    count: int,
    ballot: Callable[[random.Random], Choices],
    area: Area | None = None,
) -> None:
    """Ballots in the box, as if they had been put in one after the other, by so many of the codes
    that went to an area."""
    chance = random.Random(f"{budget_round.code}{area.code if area else ''}")
    codes = VotingCode.objects.filter(round=budget_round, batch__area=area, receipt=None)
    used = list(codes[:count])
    for code in used:
        code.receipt = box.receipt_of(code.digest)
    VotingCode.objects.bulk_update(used, ["receipt"], batch_size=500)
    OpenBallot.objects.bulk_create(
        OpenBallot(round=budget_round, code=code, choices=json.dumps(ballot(chance)))
        for code in used
    )
