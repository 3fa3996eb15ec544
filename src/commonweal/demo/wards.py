"""A counted round, split among wards, with lesser sums, and beside it that of enterprises."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from commonweal.accounts.models import Person
from commonweal.places.models import Area
from commonweal.voice.models import Project, Round
from commonweal.voice.rounds import closing, counting, days, drafting, letters
from commonweal.voice.ways import enterprises

from .voters import Choices, put_in, put_up, sheet_answers

TITLE, CODE = "The wards fund", "the-wards-fund"
# Cost and, where it can be made smaller, lesser sums; by whose money it asks for.
OF_WARDS = (
    (("Planters and street trees", 7000, ["5000", "3000"]), ("A slide", 5500, None)),
    (("A path without steps", 4500, None), ("New swings", 4000, ["2500"])),
)
OF_TOWN = (("A bus on Sunday mornings", 8000, None), ("A town band", 2500, None))
OF_ENTERPRISES = (("Signs to the workshops", 3500, None), ("A shared loading bay", 2800, None))
BUDGETS, TOWN_BUDGET, ENTERPRISE_BUDGET = (9000, 7000), 8000, Decimal(5000)


def tell(day: date, lead: Person) -> None:
    """Both rounds, from the draft to the count. A town without two wards has none."""
    areas = list(Area.objects.order_by("name")[: len(OF_WARDS)])
    if len(areas) < len(OF_WARDS):
        return
    first, last = day - timedelta(days=100), day - timedelta(days=80)
    of_residents, of_enterprises = _drafted(areas, first, last, lead)
    for budget_round in (of_residents, of_enterprises):
        sealed_at = days.beginning_of(first - timedelta(days=7))
        drafting.seal(budget_round=budget_round, by=lead, at=sealed_at)
        budget_round.refresh_from_db()
    for area in areas:
        letters.make(
            budget_round=of_residents, count=40, by=lead, area=area, at=of_residents.opens_at
        )
        put_in(of_residents, 24, _chooser(of_residents, area), area)
    letters.make(budget_round=of_enterprises, count=30, by=lead, at=of_enterprises.opens_at)
    put_in(of_enterprises, 17, _chooser(of_enterprises, None))
    for budget_round in (of_residents, of_enterprises):
        closing.take_out(budget_round)
        counting.count(budget_round=budget_round, by=lead)
        counted_on = last + timedelta(days=2)
        Round.objects.filter(pk=budget_round.pk).update(counted_on=counted_on)


def _drafted(areas: list[Area], first: date, last: date, lead: Person) -> tuple[Round, Round]:
    """(the round of residents, that of enterprises), with everything that their sheets need."""
    money = Decimal(sum(BUDGETS) + TOWN_BUDGET)
    answers = sheet_answers(TITLE, money, first, last) | {"least": 1}
    budget_round = drafting.begin(answers=answers, by=lead)
    by_area = zip([*areas, None], [*OF_WARDS, OF_TOWN], strict=True)
    for area, projects in by_area:
        for name, cost, sums in projects:
            put_up(budget_round, name, area, Decimal(cost), lead, lesser_sums=sums)
    theirs = [
        put_up(budget_round, name, None, Decimal(cost), lead) for name, cost, _ in OF_ENTERPRISES
    ]
    drafting.close_ideas(budget_round=budget_round, by=lead)
    voters = {
        "who_may_vote": "Whoever runs a workshop, shop or firm here: one ballot each.",
        "addresses_from": "The council's list of business premises.",
        "addresses_ground": answers["addresses_ground"],
    }
    of_enterprises = enterprises.give_a_ballot(
        budget_round=Round.objects.get(pk=budget_round.pk),
        budget=ENTERPRISE_BUDGET,
        percent=None,
        projects=theirs,
        answers=voters,
        by=lead,
    )
    budgets = [*zip(areas, map(Decimal, BUDGETS), strict=True), (None, Decimal(TOWN_BUDGET))]
    drafting.share_out(budget_round=budget_round, budgets=budgets, by=lead)
    return Round.objects.get(pk=budget_round.pk), of_enterprises


def _chooser(budget_round: Round, area: Area | None) -> Callable[[random.Random], Choices]:
    """Ballots on the money of an area and that of the town: most name the first project of each,
    fewer the second, and some both."""
    projects = Project.objects.filter(round=budget_round).order_by("number")
    local = projects.filter(area=area) if area else projects.none()
    offered = [
        list(of_pot.values_list("number", flat=True))
        for of_pot in (local, projects.filter(area=None))
    ]

    def choose(chance: random.Random) -> Choices:
        named = {
            number
            for numbers in filter(None, offered)
            for number in chance.choices(numbers, weights=(3, 2), k=2)
        }
        return [(number, 1) for number in sorted(named)]

    return choose
