"""The charter manager finds a partner in the loaded registers, and takes its numbers over."""

from __future__ import annotations

from typing import Any

import pytest

from commonweal.accounts.models import Event, Message
from commonweal.partners import looking_up
from commonweal.partners.looking_up import RegisterEntry
from commonweal.partners.models import Partner

DESK = "/desk/charter/partners/fern/"
FERN = RegisterEntry(
    "FERN CAFE LIMITED", "SG1 1AA", (("company_number", "01234567"), ("charity_number", "1234567"))
)
TAKE = {"entry": FERN.key, "name": ""}


@pytest.fixture
def registers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was looked up in a register of one café."""
    looked_up: list[str] = []

    def look(name: str) -> list[RegisterEntry]:
        looked_up.append(name)
        return [FERN] if "fern" in name.lower() else []

    monkeypatch.setattr(looking_up, "LOOKS", [look])
    return looked_up


@pytest.fixture
def fern(town: Any, registers: list[str], new_partner: Any, new_person: Any) -> Partner:
    partner: Partner = new_partner("fern", "Little Fern", accepted_on=None)
    new_person("hale", "Fern Hale", of=partner)
    return partner


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_whoever_accepts_sees_the_register_and_takes_its_numbers(fern, maya, sign_in):
    browser = sign_in(maya)
    page = text_of(browser.get(DESK))
    assert "FERN CAFE LIMITED</strong>, SG1 1AA" in page
    assert "Company number 01234567, charity number 1234567" in page
    done = browser.post(f"{DESK}numbers/", TAKE, follow=True)
    assert "Taken over from the register." in text_of(done)
    assert "It gives the same." in text_of(done)
    fern.refresh_from_db()
    assert (fern.company_number, fern.charity_number) == ("01234567", "1234567")
    event = Event.objects.get(verb="numbers taken from a register")
    assert (event.by_code, event.detail) == (
        maya.code,
        {"fields": ["charity_number", "company_number"]},
    )
    [letter] = Message.objects.filter(key__contains="-register-")
    assert "01234567" in letter.body
    assert "/space/fern/" in letter.body
    again = text_of(browser.post(f"{DESK}numbers/", TAKE, follow=True))
    assert "has these numbers already" in again


def test_an_accepted_one_is_looked_up_too_and_by_another_name(fern, maya, sign_in, registers):
    Partner.objects.filter(pk=fern.pk).update(accepted_on="2026-11-01", name="The green café")
    browser = sign_in(maya)
    assert "In the public registers" not in text_of(browser.get(DESK))
    page = text_of(browser.get(DESK, {"called": "Fern Cafe"}))
    assert "FERN CAFE LIMITED" in page
    browser.post(f"{DESK}numbers/", TAKE | {"name": "Fern Cafe"})
    fern.refresh_from_db()
    assert fern.company_number == "01234567"
    assert "None that fits." in text_of(browser.get(DESK, {"called": "Nobody"}))


def test_another_number_is_not_overwritten(fern, maya, sign_in):
    Partner.objects.filter(pk=fern.pk).update(company_number="07654321")
    browser = sign_in(maya)
    assert "Another number stands above" in text_of(browser.get(DESK))
    page = text_of(browser.post(f"{DESK}numbers/", TAKE, follow=True))
    assert "has another number: company number 07654321" in page
    fern.refresh_from_db()
    assert (fern.company_number, fern.charity_number) == ("07654321", "")


def test_who_has_the_number_is_offered_for_a_merge(fern, maya, sign_in, bakery):
    Partner.objects.filter(pk=bakery.pk).update(company_number="01234567")
    browser = sign_in(maya)
    page = text_of(browser.get(DESK))
    assert f"{bakery.name} has this number" in page
    assert "/desk/charter/partners/bakery/merge/fern/" in page
    assert browser.get("/desk/charter/partners/bakery/merge/fern/").status_code == 200
    refused = text_of(browser.post(f"{DESK}numbers/", TAKE, follow=True))
    assert f"{bakery.name} has this number." in refused
    # Of another site of the same organisation it is no other number.
    Partner.objects.filter(pk=fern.pk).update(covers="The shop")
    assert "has this number" not in text_of(browser.get(DESK))


@pytest.mark.parametrize("entry", ["", "99999999", "01234567"])
def test_what_the_register_does_not_give_is_not_taken(fern, maya, sign_in, entry):
    page = sign_in(maya).post(f"{DESK}numbers/", {"entry": entry, "name": ""}, follow=True)
    assert "do not give this entry" in text_of(page)
    fern.refresh_from_db()
    assert fern.company_number == ""


def test_a_merged_one_takes_nothing(fern, bakery, maya, sign_in):
    Partner.objects.filter(pk=fern.pk).update(merged_into=bakery, merged_on="2026-11-01")
    sign_in(maya).post(f"{DESK}numbers/", TAKE)
    fern.refresh_from_db()
    assert fern.company_number == ""


def test_nobody_else_takes_numbers_over(fern, asha, idris, sign_in):
    for person in (asha, idris):
        assert sign_in(person).post(f"{DESK}numbers/", TAKE).status_code == 403
