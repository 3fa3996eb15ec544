"""Partners and volunteers: the instruction goes with every number, and closed ways have none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from commonweal.accounts.models import Message
from commonweal.cases import consenting, referring
from commonweal.residents import reaching
from commonweal.residents.models import Resident
from commonweal.residents.ways import Rule
from commonweal.volunteers import actions as volunteering

pytestmark = pytest.mark.django_db
NUMBER, MAIL, PLACE = "07700 977555", "zeb@example.org", "14 Mill Lane"
NOTE = "He reads my texts."
HOURS_10, HOURS_14 = (reaching.ways.clock_of(hour) for hour in ("10", "14"))


def page(client: Any, address: str, **data: Any) -> str:
    answer = client.post(address, data, follow=True) if data else client.get(address)
    return re.sub(r"\s+", " ", answer.content.decode())


# --- Partners ---------------------------------------------------------------------------------

EVERY = [name for name in consenting.FIELDS if name != "words"]


@pytest.mark.parametrize(
    ("contact", "phone", "email", "address"),
    [
        ("any", True, True, True),
        ("no_ring", True, True, True),
        ("text_only", True, False, False),
        ("email_only", False, True, False),
        ("post_only", False, False, True),
        ("none", False, False, False),
    ],
)
@pytest.mark.parametrize("fields", [["phone"], EVERY], ids=["phone", "every field"])
def test_a_partner_gets_the_instruction_with_every_number(
    person, service, advice, kinds, leah, joan, sign_in, contact, phone, email, address, fields
):
    """A3.3: "Femi, 07700 917023" and nothing else; they rang."""
    request = person(contact, safe_word="kestrel", safe_note="Partner answers.")
    referring.give_consent(
        resident=request.resident,
        partner=advice,
        help_type=kinds["debt"],
        fields=fields,
        words="Yes.",
        by=leah,
    )
    referral = referring.refer(need=request.needs.get(), service=service, hand="consented", by=leah)
    said = page(sign_in(joan), f"/space/advice/referrals/{referral.code}/")
    assert (NUMBER in said) == phone
    assert (MAIL in said) == (email and "email" in fields)
    assert (PLACE in said) == (address and "address" in fields)
    for words in (Resident.Contact(contact).label, "Safe word: kestrel.", "Partner answers."):
        assert words in said
    if phone:
        assert said.index("Partner answers.") < said.index(NUMBER)


def test_the_instruction_can_not_be_left_unticked(person, leah, sign_in):
    said = page(sign_in(leah), f"{person().get_absolute_url()}consent/")
    assert 'value="safe contact"' not in said
    assert "How it is safe to reach them always goes with it" in said


def test_a_partner_is_told_when_it_becomes_stricter(
    person, service, advice, kinds, leah, joan, sign_in
):
    request = person()
    referring.give_consent(
        resident=request.resident,
        partner=advice,
        help_type=kinds["debt"],
        fields=["phone"],
        words="Yes.",
        by=leah,
    )
    referral = referring.refer(need=request.needs.get(), service=service, hand="consented", by=leah)
    page(sign_in(joan), f"/space/advice/referrals/{referral.code}/")
    reaching.write(resident=request.resident, rule=Rule("none"), source="changed", by=leah)
    told = Message.objects.get(key__contains="-reach-")
    assert told.person == joan
    assert NUMBER not in told.subject + told.body
    assert NUMBER not in page(sign_in(joan), f"/space/advice/referrals/{referral.code}/")


def test_who_a_partner_sends_is_asked_how_it_is_safe(joan, kinds, sign_in):
    values = {
        "first_name": "Ida",
        "phone": NUMBER,
        "help_types": ["safety"],
        "words": "x",
        "consent_words": "Yes.",
    }
    client = sign_in(joan)
    assert "Choose how they may be reached" in page(
        client, "/space/advice/referrals/new/", **values
    )
    assert not Resident.objects.exists()
    page(client, "/space/advice/referrals/new/", **values, contact="text_only", safe_note=NOTE)
    resident = Resident.objects.get()
    assert (resident.contact, resident.safe_note) == ("text_only", NOTE)


# --- Volunteers -------------------------------------------------------------------------------


def test_a_task_card_says_how_it_is_safe_and_hides_who_must_not_be_visited(
    person, sam, leah, sign_in
):
    request = person(safe_note=NOTE)
    address = f"{request.get_absolute_url()}needs/{request.needs.get().code}/task/"
    values = {"title": "Shopping", "minutes": "60", "who": "Zeb", "where": PLACE}
    assert PLACE in page(sign_in(leah), address)
    page(sign_in(leah), address, **values)
    task = request.needs.get().tasks.get()
    volunteering.take(task=task, volunteer=sam.volunteer)
    card = page(sign_in(sam), f"/help/give/tasks/{task.code}/")
    assert PLACE in card
    assert NOTE in card
    reaching.write(
        resident=request.resident, rule=Rule("none", note=NOTE), source="changed", by=leah
    )
    card = page(sign_in(sam), f"/help/give/tasks/{task.code}/")
    assert PLACE not in card
    assert "Zeb" not in card
    assert "Do not go there" in card


def test_a_task_where_nobody_may_visit_takes_an_agreement(by_text, sam, leah, sign_in):
    request = by_text()
    address = f"{request.get_absolute_url()}needs/{request.needs.get().code}/task/"
    assert PLACE not in page(sign_in(leah), address)
    values = {"title": "Shopping", "minutes": "60", "who": "Zeb", "where": PLACE}
    refused = page(sign_in(leah), address, **values)
    assert "Say how the visit was agreed" in refused
    assert PLACE in refused
    page(sign_in(leah), address, **values, agreed="By text, today at eleven.")
    task = request.needs.get().tasks.get()
    assert "today at eleven" in page(sign_in(leah), request.get_absolute_url())
    volunteering.take(task=task, volunteer=sam.volunteer)
    assert PLACE in page(sign_in(sam), f"/help/give/tasks/{task.code}/")
    rule = Rule("text_only", "123", HOURS_10, HOURS_14)
    reaching.write(resident=request.resident, rule=rule, source="changed", by=leah)
    assert PLACE not in page(sign_in(sam), f"/help/give/tasks/{task.code}/")
