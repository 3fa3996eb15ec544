"""The fictional town's budgets: one is counted with papers, one split among
wards with enterprises beside it, and in one anybody can vote."""

from __future__ import annotations

import re
from datetime import date

import pytest

from commonweal.accounts.models import Person
from commonweal.demo import rounds, wards
from commonweal.demo.cast import CAST
from commonweal.places.models import Area, Town
from commonweal.voice.models import Project, Round
from commonweal.voice.rounds import outcomes, pots, sheet
from commonweal.voice.ways import totals
from localwealth.ballots import counting, pabulib, report, rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(town: Town, today: date) -> None:
    [lead] = [member for member in CAST if member.role == "programme-lead"]
    Person.objects.create_user(email=lead.email, name=lead.name)
    [manager] = [member for member in CAST if member.role == "charter-manager"]
    Person.objects.create_user(email=manager.email, name=manager.name)
    for name in ("Castle Hill", "Quay"):
        Area.objects.create(code=name.replace(" ", "-").lower(), name=name)
    Town.objects.update(is_fictional=True)
    rounds.tell(today, lambda _: None)


def test_one_round_is_finished_with_its_reasons_and_comes_out_the_same_again(client, told):
    counted = Round.objects.get(code=rounds.COUNTED)
    election = pabulib.read(counted.ballot_file.encode())
    again = counting.count(election, rules.named_by(election))
    assert [election.projects[place].code for place in again.winners] == counted.winners
    page = client.get(f"{counted.get_absolute_url()}result/").content.decode()
    assert "Enough would have been" in page
    assert (
        "There is no land for its pylons."
        in client.get(counted.get_absolute_url()).content.decode()
    )
    assert counted.projects.get(number=int(counted.winners[0])).action.milestones.count() == 2


def test_with_the_letter_of_the_start_page_one_can_vote(client, told):
    start = client.get("/demo/").content.decode()
    [code] = re.findall(r'<strong class="hash">([\w-]+)</strong>', start)
    [address] = re.findall(r'href="(/have-your-say/budgets/[^"]+/vote/)"', start)
    page = client.post(address, {"code": code}).content.decode()
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    ballot = {"token": token, "projects": ["1", "3"]}
    assert "Your receipt" in client.post(address.replace("vote", "ballot"), ballot).content.decode()


def test_papers_were_entered_twice_mended_and_compared(client, told):
    counted = Round.objects.get(code=rounds.COUNTED)
    check = counted.paper_check
    assert (check.papers, check.drawn, check.mended, check.spoilt, check.wrong) == (9, 9, 1, 1, 0)
    page = " ".join(client.get(f"{counted.get_absolute_url()}result/").content.decode().split())
    assert "238 ballots counted, 239 receipts given. 1 ballot on paper could not be counted" in page
    assert "Ballots on paper were entered twice by two people." in page
    assert dict(totals.shown(counted)) == {"Online": 230, "On paper": 9}


def test_one_round_was_split_among_wards_and_funds_a_project_in_part(client, told):
    split = Round.objects.get(code=wards.CODE)
    page = client.get(f"{split.get_absolute_url()}result/").content.decode()
    assert "Castle Hill" in page
    assert "The whole town" in page
    assert "a sum that the rule sheet names" in page
    for shared in outcomes.outcomes(split):
        content = client.get(f"{split.get_absolute_url()}ballots.pb{shared.query}").content
        election = pabulib.read(content)
        rule = rules.suited(sheet.rule_of(split, shared_by(split, shared.area)), election, "x")
        again = counting.count(election, rule)
        assert report.everything(again)["winners"] == shared.count["winners"]
        assert shared.count["winners"]


def shared_by(split: Round, area: str) -> list[Project]:
    """The projects that ask for the same money."""
    every = pots.shared_out(split, sheet.on_ballot(split))
    return next(shared.projects for shared in every if shared.pot and shared.pot.code == area)


def test_enterprises_have_a_ballot_of_their_own_beside_it(client, told):
    split = Round.objects.get(code=wards.CODE)
    theirs = split.enterprise_ballot.enterprises
    assert theirs.is_counted
    assert theirs.winners
    assert theirs.title in client.get(split.get_absolute_url()).content.decode()
    assert not {project.title for project in split.projects.all()} & {
        project.title for project in theirs.projects.all()
    }
