"""Enterprises have a ballot of their own where the sheet says so: own codes, money and count."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.office.errors import Refused
from commonweal.voice.models import EnterpriseBallot, Round
from commonweal.voice.rounds import counting, drafting, letters
from commonweal.voice.ways.enterprises import give_a_ballot

from ..cast.rounds import close, put
from .test_other_ways import at_desk, text_of
from .test_voting import to_the_ballot

pytestmark = pytest.mark.django_db
SAID = {
    "who_may_vote": "Firms with a shop here; the owner votes.",
    "addresses_from": "Rates.",
    "addresses_ground": "A public task.",
}


def given(budget_round: Round, nadia: Any, *numbers: int, **money: Any) -> Round:
    """The enterprises' ballot of a draft, with some of its projects."""
    chosen = list(budget_round.projects.filter(number__in=numbers))
    wanted = {"budget": None, "percent": None} | money
    return give_a_ballot(
        budget_round=budget_round, projects=chosen, answers=dict(SAID), by=nadia, **wanted
    )


@pytest.fixture
def both(drafted: Any, nadia: Any) -> tuple[Round, Round]:
    """Two published ballots: playground and trees for residents, the others for enterprises."""
    residents = drafted({"Playground": 300, "Benches": 60, "Trees": 200, "Bus shelter": 50})
    theirs = given(residents, nadia, 2, 4, percent=20)
    for budget_round in (residents, theirs):
        earlier = timezone.now() - timedelta(days=9)
        drafting.seal(budget_round=budget_round, by=nadia, at=earlier)
    return Round.objects.get(pk=residents.pk), Round.objects.get(pk=theirs.pk)


def test_a_part_of_the_money_goes_to_a_ballot_of_their_own(sign_in, nadia, drafted):
    budget_round = drafted()
    numbers = {project.number: project.pk for project in budget_round.projects.all()}
    answer = sign_in(nadia).post(
        at_desk(budget_round, "enterprises/"),
        SAID | {"percent": "20", "projects": [str(numbers[2]), str(numbers[4])]},
        follow=True,
    )
    assert "Six hundred pounds: enterprises" in text_of(answer)
    pair = EnterpriseBallot.objects.get()
    assert (pair.residents.budget, pair.enterprises.budget) == (Decimal(480), Decimal(120))
    titles = {
        which: [*which.projects.values_list("title", flat=True)]
        for which in (pair.residents, pair.enterprises)
    }
    assert titles[pair.residents] == ["Playground", "Trees"]
    assert titles[pair.enterprises] == ["Benches", "Bus shelter"]
    assert pair.enterprises.who_may_vote == SAID["who_may_vote"]
    assert pair.enterprises.who_decides == pair.residents.who_decides


def test_a_sum_of_their_own_takes_nothing_from_residents(drafted, nadia):
    budget_round = drafted()
    theirs = given(budget_round, nadia, 2, 4, budget=Decimal(200))
    assert theirs.budget == Decimal(200)
    assert Round.objects.get(pk=budget_round.pk).budget == Decimal(600)


def test_each_sheet_names_the_other_ballot(client, both):
    residents, theirs = both
    for mine, other, whose in (
        (residents, theirs, "enterprises"),
        (theirs, residents, "residents"),
    ):
        told = json.loads(mine.sheet)["other_ballot"]
        assert (told["round"], told["whose"]) == (other.code, whose)
        assert told["percent_of_both_for_enterprises"] == 20
        assert other.get_absolute_url() in text_of(client.get(mine.get_absolute_url()))


def test_a_code_of_one_opens_nothing_of_the_other(client, both, nadia):
    residents, theirs = both
    [code] = letters.make(budget_round=theirs, count=1, by=nadia)
    assert "Nobody was given" in to_the_ballot(client, residents, code)[0]
    assert to_the_ballot(client, theirs, code)[1]


def test_they_are_counted_apart(client, both, nadia):
    ballots = ([[1], [1, 3], [3]], [[2], [2, 4]])
    for budget_round, choices in zip(both, ballots, strict=True):
        codes = letters.make(budget_round=budget_round, count=len(choices), by=nadia)
        for code, chosen in zip(codes, choices, strict=True):
            put(budget_round, code, chosen)
        counting.count(budget_round=close(budget_round), by=nadia)
    residents, theirs = (Round.objects.get(pk=one.pk) for one in both)
    assert set(residents.winners) <= {"1", "3"}
    assert set(theirs.winners) <= {"2", "4"}
    page = text_of(client.get(f"{residents.get_absolute_url()}result/"))
    assert "3 ballots counted, 3 receipts given" in page
    assert "their figures are never added" in page
    assert "2 ballots counted" in text_of(client.get(f"{theirs.get_absolute_url()}result/"))


WRONG = [
    ({}, "one of the two"),
    ({"percent": 20, "budget": Decimal(5)}, "one of the two"),
    ({"percent": 100}, "from 1 to 99"),
]


@pytest.mark.parametrize(("money", "sentence"), WRONG)
def test_money_is_a_sum_or_a_part(drafted, nadia, money, sentence):
    budget_round = drafted()
    with pytest.raises(Refused, match=sentence):
        given(budget_round, nadia, 1, **money)
    assert Round.objects.count() == 1


def test_there_is_one_of_them_and_it_has_none(sign_in, drafted, nadia):
    budget_round = drafted()
    theirs = given(budget_round, nadia, 2, percent=20)
    for one in (budget_round, theirs):
        with pytest.raises(Refused, match="a ballot each already"):
            given(one, nadia, 1, percent=20)
    assert "A ballot for enterprises" not in text_of(sign_in(nadia).get(at_desk(theirs)))


def test_a_project_of_another_round_goes_nowhere(drafted, nadia):
    mine, other = drafted(), drafted()
    with pytest.raises(Refused, match="projects of this round"):
        give_a_ballot(
            budget_round=mine,
            budget=None,
            percent=10,
            answers=SAID,
            by=nadia,
            projects=list(other.projects.all()),
        )


def test_while_ideas_come_in_there_is_none(nadia, drafted):
    budget_round = drafted()
    Round.objects.update(state="ideas")
    with pytest.raises(Refused, match="collecting of ideas"):
        given(budget_round, nadia, 1, percent=10)


def test_a_part_that_is_changed_afterwards_keeps_the_sheet_back(drafted, nadia):
    budget_round = drafted()
    theirs = given(budget_round, nadia, 2, 4, percent=20)
    Round.objects.filter(pk=theirs.pk).update(budget=300)
    for one in (budget_round, theirs):
        with pytest.raises(Refused, match="no longer 20%"):
            drafting.seal(budget_round=one, by=nadia, at=timezone.now() - timedelta(days=9))


def test_the_database_refuses_a_part_of_all(drafted, nadia):
    residents, other = drafted(), drafted()
    with pytest.raises(IntegrityError), transaction.atomic():
        EnterpriseBallot.objects.create(residents=residents, enterprises=other, percent=100)
