"""The fictional town's budgets: one is counted and can be counted again, in one anybody can vote."""

from __future__ import annotations

import re
from datetime import date

import pytest

from commonweal.accounts.models import Person
from commonweal.demo import rounds
from commonweal.demo.cast import CAST
from commonweal.places.models import Town
from commonweal.voice.models import Round
from localwealth.ballots import counting, pabulib, rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(town: Town, today: date) -> None:
    [lead] = [member for member in CAST if member.role == "programme-lead"]
    Person.objects.create_user(email=lead.email, name=lead.name)
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
