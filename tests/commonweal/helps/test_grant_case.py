"""What whoever decides on a grant reads of its case: enough, while they decide, and written
down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonweal.cases import working
from commonweal.cases.models import CaseRead
from commonweal.grants import actions as granting
from commonweal.grants.models import Award
from commonweal.residents import households

from .granted import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, imran, asks_for_help) -> Desk:
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


@pytest.fixture
def asked(desk, leah) -> Award:
    """Of somebody who lives with another, with a paper and an earlier grant."""
    case = desk.case(first_name="Zora")
    other = desk.case(first_name="Ida", last_name="Lodger")
    households.join(resident=other.resident, housemate=case.resident, by=leah)
    upload = SimpleUploadedFile("rent.txt", b"Rent is owed.", content_type="text/plain")
    working.attach(case=case, upload=upload, by=leah)
    earlier = desk.asked(35, case=case)
    granting.withdraw(award=earlier, because="x", by=leah)
    return desk.asked(80, case=case)


def text_of(client: Any, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.parametrize("who", ["mei", "robert"])
def test_whoever_decides_reads_words_needs_household_papers_and_earlier_grants(
    asked, sign_in, request, who
):
    person = request.getfixturevalue(who)
    client, address = sign_in(person), f"/desk/grants/{asked.code}/case/"
    assert address in text_of(client, f"/desk/grants/{asked.code}/")
    shown = text_of(client, address)
    for words in (
        "There is nothing left.",
        "Money",
        "Ida Lodger",
        "rent.txt",
        "withdrawn, £35 asked",
    ):
        assert words in shown, words
    reading = CaseRead.objects.get(what="grant case")
    assert (reading.person, reading.what, reading.case) == (person, "grant case", asked.case)
    paper = asked.case.files.get()
    answer = client.get(f"/desk/grants/{asked.code}/papers/{paper.code}/")
    assert answer.content == b"Rent is owed."
    assert "rent" not in answer["Content-Disposition"]
    assert CaseRead.objects.filter(person=person, what="grant paper").count() == 1


@pytest.mark.parametrize("who", ["leah", "imran", "daniel", "helen", "maya"])
def test_nobody_else_reads_it_there(asked, sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))
    paper = asked.case.files.get()
    for address in ("case/", f"papers/{paper.code}/"):
        assert client.get(f"/desk/grants/{asked.code}/{address}").status_code == 403


def test_what_is_decided_is_not_read_any_more_but_for_its_review(
    desk, asked, sign_in, mei, robert, wanda
):
    granting.assess(award=asked, amount=Decimal(80), words="x", by=mei)
    granting.approve(award=asked, by=robert)
    client, address = sign_in(wanda), f"/desk/grants/{asked.code}/case/"
    assert client.get(address).status_code == 403
    assert address not in text_of(client, f"/desk/grants/{asked.code}/")
    assert not CaseRead.objects.filter(what="grant case").exists()
    granting.ask_review(award=asked, words="", by=wanda)
    assert "There is nothing left." in text_of(client, address)


def test_a_case_that_is_kept_stays_with_its_named_colleague(desk, asked, sign_in, mei, kinds):
    """Another case of the person is about safety: their words are nobody's but hers."""
    desk.asks_for_help("safety", by=desk.people["leah"], resident=asked.case.resident)
    client, address = sign_in(mei), f"/desk/grants/{asked.code}/case/"
    answer = client.get(address)
    assert answer.status_code == 403
    assert "There is nothing left." not in answer.content.decode()
    assert address not in text_of(client, f"/desk/grants/{asked.code}/")


def test_a_grant_without_a_case_has_none_to_read(desk, sign_in, mei, fund, leah):
    resident = desk.case().resident
    award = granting.apply(
        fund=fund,
        resident=resident,
        by=leah,
        values={"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": Decimal(9)},
    )
    assert sign_in(mei).get(f"/desk/grants/{award.code}/case/").status_code == 404
    assert sign_in(mei).get("/desk/grants/G-NO/case/").status_code == 404
