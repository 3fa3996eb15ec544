"""Nothing is chosen for anybody who asks for help: how it is safe to reach them is asked."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from commonweal.cases import intake
from commonweal.cases.models import Case, IntakeDraft
from commonweal.residents import reaching
from commonweal.residents.models import Resident, SafeContact
from commonweal.residents.ways import Rule

pytestmark = pytest.mark.django_db
NOTE = "Violent ex-partner knows the number."


def step(client: Any, name: str, **said: Any) -> Any:
    code = IntakeDraft.objects.get().code
    return client.post(f"/help/form/{code}/{name}/", said, follow=True)


@pytest.mark.parametrize("asked", [{"needs": ["safety"]}, {"needs": ["food"], "signs": ["danger"]}])
def test_the_public_form_chooses_no_way_of_contact_for_anybody(client, kinds, asked):
    """A2: "He hits me and locks me in."; *may be rung, texted and written to* was preselected."""
    client.post("/help/start/")
    step(client, "help", words="He hits me.", **asked)
    page = step(client, "who", for_whom="self", first_name="Zeb", lives="address").content.decode()
    assert "How may we get in touch with you?" in page
    assert "checked" not in page
    page = step(client, "contact", phone="07700 900001", safe_note=NOTE).content.decode()
    assert "Choose how it is safe to get in touch" in page
    assert NOTE in page
    # Nor by going straight to the last step.
    page = step(client, "check", consent="on").content.decode()
    assert "Say how it is safe to get in touch" in page
    assert not Case.objects.exists()
    page = step(
        client,
        "contact",
        contact="text_only",
        safe_days="12345",
        safe_from="10",
        safe_until="2pm",
        phone="07700 900001",
        safe_note=NOTE,
        safe_word="heron",
    )
    for shown in (
        "Only by text message, only Monday to Friday, between 10:00 and 14:00",
        NOTE,
        "heron",
        "Is this right?",
    ):
        assert shown in page.content.decode()
    step(client, "check", consent="on")
    resident = Resident.objects.get()
    assert reaching.rule_of(resident) == Rule(
        "text_only", "12345", time(10), time(14), NOTE, "heron"
    )
    assert SafeContact.objects.get().source == "intake"


def test_without_safety_nothing_is_chosen_and_nothing_is_needed(client, kinds):
    client.post("/help/start/")
    step(client, "help", needs=["food"])
    step(client, "who", for_whom="self", first_name="Zeb", lives="address")
    page = step(client, "contact", phone="07700 900001").content.decode()
    assert "Is this right?" in page
    assert "Not answered" in page
    step(client, "check", consent="on")
    assert (Resident.objects.get().contact, Resident.objects.get().contact_version) == (
        "not_asked",
        0,
    )


def test_the_desk_chooses_no_way_of_contact_either(sign_in, leah, grace, kinds):
    client = sign_in(grace)
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.get()
    address = f"/desk/help/intake/{draft.code}/"
    page = client.get(address).content.decode()
    fields = page.split('name="contact"')
    assert len(fields) == 8
    assert not any("checked" in field.split(">")[0] for field in fields[1:])
    said = {
        "verb": "send",
        "for_whom": "self",
        "first_name": "Ines",
        "needs": ["safety"],
        "words": "Rang from the bathroom.",
        "consent": "on",
    }
    refused = client.post(address, said).content.decode()
    assert "Choose how it is safe to get in touch" in refused
    assert "Rang from the bathroom." in refused
    client.post(address, said | {"contact": "not_asked"})
    request = Case.objects.get()
    assert request.resident.contact == "not_asked"
    page = client.get(request.get_absolute_url()).content.decode()
    assert "Not asked yet how it is safe to reach them" in page


@pytest.mark.parametrize("said", [{"safe_from": "noon"}, {"safe_from": "14", "safe_until": "10"}])
def test_hours_that_cannot_be_are_said_and_kept(client, kinds, said):
    client.post("/help/start/")
    step(client, "help", needs=["food"])
    page = step(client, "contact", contact="any", **said).content.decode()
    assert "There is a problem" in page
    assert said["safe_from"] in page


def test_an_intake_is_not_finished_past_the_question(kinds, leah):
    draft, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=draft, answers={"needs": ["safety"], "first_name": "Ines"}, by=leah)
    with pytest.raises(reaching.NotAsked):
        intake.finish(draft=draft, by=leah)
