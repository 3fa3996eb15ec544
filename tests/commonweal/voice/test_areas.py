"""A round that areas share out: each has money, ballots and a count of its own; and projects that
may be funded in part."""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from commonweal.office.errors import Refused
from commonweal.places.models import Area
from commonweal.voice.models import Ballot, CodeBatch, Pot, Round
from commonweal.voice.rounds import box, counting, drafting, emergencies, letters
from commonweal.voice.ways import telephone

from ..cast.rounds import close, put
from .test_count import by_project, errors_of, recounted_apart

pytestmark = pytest.mark.django_db

# Quay has a slide and a swing, Mill a tree and a tap; a bus and a band are for the whole town.
COSTS = {"Slide": 60, "Swing": 30, "Tree": 40, "Tap": 50, "Bus": 70, "Band": 30}


@pytest.fixture
def wards(town: Any) -> tuple[Area, Area]:
    quay = Area.objects.create(code="quay", name="Quay")
    return quay, Area.objects.create(code="mill", name="Mill")


@pytest.fixture
def split(sealed: Any, wards: Any) -> Any:
    """£100 for Quay, £50 for Mill, £100 for the whole town."""
    quay, mill = wards

    def make(make_round: Any = sealed, **more: Any) -> Round:
        areas = {"Slide": quay, "Swing": quay, "Tree": mill, "Tap": mill}
        budgets = [(quay, Decimal(100)), (mill, Decimal(50)), (None, Decimal(100))]
        wanted = {"budget": Decimal(250), "areas": areas, "budgets": budgets} | more
        return make_round(wanted.pop("costs", COSTS), **wanted)

    return make


# By the numbers of projects: five of Quay, six of Mill, of whom two leave the town's money alone.
QUAY = ([1, 5], [1, 5], [1, 5], [2, 6], [2, 6])
MILL = ([3, 5], [3, 5], [3, 6], [4, 6], [3], [4])


@pytest.fixture
def voted_by_area(split: Any, wards: Any, nadia: Any) -> Any:
    def make(quay: Any = QUAY, mill: Any = MILL, **more: Any) -> Round:
        budget_round = split(**more)
        for area, ballots in zip(wards, (quay, mill), strict=True):
            codes = letters.make(budget_round=budget_round, count=len(ballots), area=area, by=nadia)
            for code, ballot in zip(codes, ballots, strict=True):
                put(budget_round, code, ballot)
        counting.count(budget_round=close(budget_round), by=nadia)
        return Round.objects.get(pk=budget_round.pk)

    return make


def test_each_area_is_counted_by_itself_and_so_is_the_town(client, voted_by_area):
    """Quay has £20 a voter: three pay the slide, £60, and two the swing, £30. Mill has £8.33: the
    tree's four have £33.33 of £40, and the tap's two £16.67. Nine share the town's £100, £11.11
    each: the bus's five have £55.56 of £70; the band's four pay £30."""
    budget_round = voted_by_area()
    assert budget_round.winners == ["1", "2", "6"]
    areas = {row["area"]: row for row in budget_round.count["areas"]}
    ballots = {area: row["election"]["ballots"] for area, row in areas.items()}
    assert ballots == {"mill": 6, "quay": 5, "whole-town": 9}
    assert (budget_round.count["cost"], budget_round.count["left"]) == ("120.00", "130.00")
    page = " ".join(
        client.get(f"{budget_round.get_absolute_url()}result/").content.decode().split()
    )
    assert "3 projects won and cost £120 of £250. 11 receipts given." in page
    assert "2 projects won and cost £90 of £100. 5 ballots counted." in page
    assert "0 projects won and cost £0 of £50. 6 ballots counted." in page
    assert "too little by £6.67" in page


def test_the_line_of_each_area_counts_its_file_again(client, voted_by_area, tmp_path):
    budget_round = voted_by_area(
        costs=COSTS | {"Band": 40},
        groups={"Slide": "pitch", "Swing": "pitch"},
        sums={"Tree": ["30.00"]},
    )
    assert budget_round.winners == ["3", "1", "6"]
    listed = client.get(f"{budget_round.get_absolute_url()}ballots.pb").content.decode()
    digests = dict(reversed(line.split("  ")) for line in listed.splitlines())
    assert len(digests) == 3
    page = client.get(f"{budget_round.get_absolute_url()}result/").content.decode()
    for address in re.findall(r'href="([^"]+\?area=[^"]+)"', page):
        answer = client.get(address)
        kept = answer.headers["Content-Disposition"].split('"')[1]
        (tmp_path / kept).write_bytes(answer.content)
    for row in budget_round.count["areas"]:
        answer = recounted_apart(Round(count=row), tmp_path)
        assert answer["winners"] == row["winners"]
        assert answer["official"]["same"]
        assert answer["rule"] == row["rule"]
        assert answer["sha256"] == row["sha256"] == digests[f"{budget_round.code}-{row['area']}.pb"]
        assert by_project(answer) == by_project(row)
    # The format's checker knows neither groups nor lesser sums: it judges the town's file alone.
    assert errors_of(tmp_path / f"{budget_round.code}-whole-town.pb") == {}
    assert hashlib.sha256(listed.encode()).hexdigest() == budget_round.count["sha256"]
    for wrong in ("ballots.pb?area=x", "groups.txt", "sums.txt?area=quay", "groups.txt?area=mill"):
        assert client.get(f"{budget_round.get_absolute_url()}{wrong}").status_code == 404


def test_an_area_with_four_ballots_is_not_counted_and_nothing_of_it_is_told(client, voted_by_area):
    budget_round = voted_by_area(quay=QUAY[:4])
    assert budget_round.winners == ["6"]
    [quay] = [row for row in budget_round.count["areas"] if row["area"] == "quay"]
    assert quay == {
        "area": "quay",
        "name": "Quay",
        "budget": "100.00",
        "winners": [],
        "cost": "0.00",
        "left": "100.00",
    }
    address = budget_round.get_absolute_url()
    page = client.get(f"{address}result/").content.decode()
    assert "Fewer than 5 ballots came" in page
    assert "Slide" not in page
    assert client.get(f"{address}ballots.pb?area=quay").status_code == 404
    assert "quay" not in client.get(f"{address}ballots.pb").content.decode()


def test_what_a_voter_said_in_two_pots_is_tied_no_more(voted_by_area):
    voted_by_area()
    kept = Ballot.objects.values_list("pot__area__code", "choices")
    assert len(kept) == 11 + 9
    # Within a pot ballots stand by what they say, whoever's area's they are.
    for area in ("quay", "mill", None):
        mine = [json.dumps(choices) for code, choices in kept if code == area]
        assert mine == sorted(mine)
    assert all(len(choices) == 1 for _, choices in kept)


def test_a_voter_sees_the_projects_of_where_the_letter_went_and_is_not_asked(
    client, split, wards, nadia
):
    budget_round = split()
    [code] = letters.make(budget_round=budget_round, count=1, area=wards[0], by=nadia)
    address = budget_round.get_absolute_url()
    page = client.post(f"{address}vote/", {"code": code}).content.decode()
    assert "Slide" in page
    assert "Bus" in page
    assert "Tree" not in page
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    wrong = {"token": token, "projects-quay": ["1"], "projects-whole-town": ["3"]}
    assert "Your receipt" not in client.post(f"{address}ballot/", wrong).content.decode()
    nothing = client.post(f"{address}ballot/", {"token": token}).content.decode()
    assert "Your ballot is empty" in nothing
    # The other area's field is no question of this ballot, and the town may be left alone.
    strange = {"token": token, "projects-quay": ["1"], "projects-mill": ["3"]}
    assert "Your receipt" in client.post(f"{address}ballot/", strange).content.decode()
    kept = budget_round.open_ballots.get()
    assert json.loads(kept.choices) == [[1, 1]]


def test_a_ballot_with_another_areas_project_is_refused_by_the_box_itself(split, wards, nadia):
    budget_round = split()
    [code] = letters.make(budget_round=budget_round, count=1, area=wards[0], by=nadia)
    with pytest.raises(Refused, match="not on it"):
        put(budget_round, code, [1, 3])
    assert not budget_round.open_ballots.exists()


def test_a_token_that_is_no_more_keeps_what_was_ticked_for_the_town(client, split):
    address = f"{split().get_absolute_url()}ballot/"
    page = client.post(address, {"token": "x", "projects-whole-town": ["5"]}).content.decode()
    assert box.STALE in page
    assert re.search(r'value="5"[^>]*checked', page)


LIMITS: dict[str, tuple[dict[str, Any], str]] = {
    "least": ({"least": 2}, "Quay: your ballot names 1 project"),
    "knapsack": ({"ballot_form": "knapsack", "budget": Decimal(230)}, "costs £90"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_of_a_ballot_hold_for_each_pot(client, split, wards, nadia, name):
    more, sentence = LIMITS[name]
    if name == "knapsack":
        quay, mill = wards
        more["budgets"] = [(quay, Decimal(80)), (mill, Decimal(50)), (None, Decimal(100))]
    budget_round = split(**more)
    [code] = letters.make(budget_round=budget_round, count=1, area=wards[0], by=nadia)
    token = box.admit(budget_round=budget_round, typed=code)
    ticks = ["1"] if name == "least" else ["1", "2"]
    address = f"{budget_round.get_absolute_url()}ballot/"
    page = client.post(address, {"token": token, "projects-quay": ticks}).content.decode()
    assert sentence in page
    assert re.search(r'value="1"[^>]*checked', page)


def test_letters_go_to_an_area(sign_in, split, wards, nadia):
    budget_round = split()
    address = f"/desk/budgets/{budget_round.code}/codes/"
    desk = sign_in(nadia)
    assert "To which area" in desk.get(address).content.decode()
    answer = desk.post(address, {"count": "2", "area": str(wards[1].pk)})
    assert len(answer.content.decode().split()) == 3
    assert CodeBatch.objects.get().area == wards[1]
    assert "Mill" in desk.get(f"/desk/budgets/{budget_round.code}/").content.decode()
    # Whoever lives elsewhere votes on the town's money.
    assert desk.post(address, {"count": "1"}).headers["Content-Type"].startswith("text/csv")


def test_without_money_for_the_town_letters_must_name_an_area(sign_in, split, wards, nadia):
    quay, mill = wards
    more = {"budgets": [(quay, Decimal(150)), (mill, Decimal(100))]}
    budget_round = split(costs={"Slide": 60, "Swing": 30, "Tree": 40, "Tap": 50}, **more)
    with pytest.raises(Refused, match="to which area"):
        letters.make(budget_round=budget_round, count=1, by=nadia)
    desk = sign_in(nadia)
    page = desk.post(f"/desk/budgets/{budget_round.code}/codes/", {"count": "3"})
    assert 'value="3"' in page.content.decode()
    assert not CodeBatch.objects.exists()


def test_the_sheet_says_which_money_is_whose(client, split):
    budget_round = split(sums={"Tree": ["30.00", "20.00"]})
    told = json.loads(budget_round.sheet)
    assert told["areas"] == [
        {"area": "Mill", "budget": "50.00"},
        {"area": "Quay", "budget": "100.00"},
        {"area": "The whole town", "budget": "100.00"},
    ]
    assert told["fewest_ballots_counted"] == 5
    assert told["rule"]["lesser"] == {"3": ["30.00", "20.00"]}
    assert [one.get("lesser_sums") for one in told["projects"]][2] == ["30.00", "20.00"]
    page = " ".join(client.get(budget_round.get_absolute_url()).content.decode().split())
    assert "Money for Quay" in page
    assert "It may get a part: £30 or £20" in page


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "sum": ({"budget": Decimal(260)}, "make £250, and there is £260"),
    "too few": ({"least": 3}, "Quay: too few projects"),
    "too dear": ({"costs": COSTS | {"Tap": 51}}, "Mill: a project costs more"),
    "nowhere": ({"areas": {}}, "Quay: too few projects"),
    "groups": ({"groups": {"Slide": "x", "Tree": "x"}}, "of more than one area"),
    "phragmen": ({"rule": "phragmen", "sums": {"Tree": ["30.00"]}}, "Phragmén's rule funds"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_split_that_cannot_be_counted_is_not_published(split, drafted, nadia, name):
    more, sentence = WRONG[name]
    budget_round = split(drafted, **more)
    with pytest.raises(Refused, match=re.escape(sentence)):
        drafting.seal(budget_round=budget_round, by=nadia, at=timezone.now())


def test_a_project_without_a_pot_is_named(split, drafted, wards, nadia):
    quay, mill = wards
    budget_round = split(drafted, budgets=[(quay, Decimal(200)), (mill, Decimal(50))])
    with pytest.raises(Refused, match="No money is set aside where Bus is: the town"):
        drafting.seal(budget_round=budget_round, by=nadia, at=timezone.now())


def test_budgets_of_areas_are_drafted_on_their_page(sign_in, drafted, wards, nadia):
    budget_round = drafted()
    desk = sign_in(nadia)
    address = f"/desk/budgets/{budget_round.code}/areas/"
    page = desk.post(address, {"quay": "many", "mill": "50"}).content.decode()
    assert 'value="many"' in page
    assert desk.post(address, {"quay": "£1,000.50", "whole-town": "7"}).status_code == 302
    assert {str(pot): str(pot.budget) for pot in budget_round.pots.all()} == {
        "Quay": "1000.50",
        "The whole town": "7.00",
    }
    assert "1000.50" in desk.get(address).content.decode().replace(",", "")
    desk.post(address, {"quay": "", "whole-town": ""})
    assert not budget_round.pots.exists()


def test_lesser_sums_are_typed_when_a_project_is_checked(sign_in, drafted, nadia):
    budget_round = drafted()
    desk = sign_in(nadia)
    address = f"/desk/budgets/{budget_round.code}/projects/3/"
    said = {"cost": "200", "is_feasible": "yes", "is_lawful": "yes"}
    for wrong in ("150; some", "150; 170", "200"):
        page = desk.post(address, said | {"lesser_sums": wrong}).content.decode()
        assert f'value="{wrong}"' in page
    assert desk.post(address, said | {"lesser_sums": "£150; 75.50"}).status_code == 302
    trees = budget_round.projects.get(number=3)
    assert trees.sums == [Decimal(150), Decimal("75.50")]
    assert 'value="150.00; 75.50"' in desk.get(address).content.decode()


def test_a_published_pot_stays(split):
    budget_round = split()
    pot = budget_round.pots.first()
    tries = [
        lambda: Pot.objects.filter(pk=pot.pk).update(budget=1),
        lambda: Pot.objects.filter(pk=pot.pk).update(area=None),
        lambda: Pot.objects.filter(pk=pot.pk).delete(),
    ]
    for attempt in tries:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_published_ballots_of_a_pot_stay(voted_by_area):
    voted_by_area()
    with pytest.raises(DatabaseError), transaction.atomic():
        Pot.objects.update(ballot_file="x")


def test_an_area_keeps_enough_projects_when_one_is_taken_off(split, nadia):
    budget_round = split()
    with pytest.raises(Refused, match="Too few projects"):
        emergencies.ask(
            budget_round=budget_round,
            kind="withdraw",
            notice="Sold.",
            closes_at=None,
            project=budget_round.projects.get(number=1),
            by=nadia,
        )


def test_a_part_is_said_in_words_on_the_result(client, voted, nadia):
    """As in docs/methods/equal-shares.md: the trees get £75 of £200."""
    budget_round, *_ = voted(sums={"Trees": ["150.00", "75.00"]})
    counting.count(budget_round=close(budget_round), by=nadia)
    address = Round.objects.get().get_absolute_url()
    page = client.get(f"{address}result/").content.decode()
    assert "It gets £75 of £200, a sum that the rule sheet names." in page
    assert client.get(f"{address}sums.txt").content.decode() == "3: 150.00, 75.00\n"


def test_who_is_shut_out_is_told_by_whom(client, voted, nadia):
    groups = {"Playground": "the green", "Bus shelter": "the green"}
    budget_round, codes, _ = voted(groups=groups)
    page = client.post(f"{budget_round.get_absolute_url()}vote/", {"code": codes[0]})
    assert "only one of “the green” can win" in page.content.decode()
    counting.count(budget_round=close(budget_round), by=nadia)
    page = client.get(f"{budget_round.get_absolute_url()}result/").content.decode()
    assert "Only one of it and Playground could win." in page


def test_a_split_round_takes_no_paper(split):
    """Once its slip is cut off nothing tells for which area a paper counts."""
    with pytest.raises(Refused, match="takes no ballots on paper"):
        split(takes_paper=True)


def test_by_telephone_a_code_votes_on_the_money_of_its_own_area(split, wards, nadia):
    budget_round = split(takes_telephone=True)
    [typed] = letters.make(budget_round=budget_round, count=1, area=wards[0], by=nadia)
    with pytest.raises(Refused, match="not on it"):
        telephone.put(budget_round=budget_round, typed=typed, choices=[(3, 1)])
    assert not telephone.put(budget_round=budget_round, typed=typed, choices=[(1, 1)]).is_again
