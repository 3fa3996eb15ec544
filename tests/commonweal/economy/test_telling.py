"""A partner tells of a closure: one form, a draft, a page to check, sent once."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from commonweal.accounts.models import Message
from commonweal.economy.models import Shock
from commonweal.economy.shocks import telling
from commonweal.office.errors import Refused

pytestmark = pytest.mark.django_db
TELL = "/space/bakery/shocks/tell/"


def test_a_partner_tells_and_a_manager_has_a_dated_plan(
    asha, maya, sign_in, answers_of_a_form, today
):
    client = sign_in(asha)
    assert b"HR1" in client.get(TELL).content
    kept = client.post(TELL, answers_of_a_form)
    shock = Shock.objects.get()
    assert (shock.state, shock.people, kept.status_code) == ("draft", 120, 302)
    check = client.get(kept["Location"]).content.decode()
    assert "Quillfeather Mill" in check
    assert "The economy desk alone" in check
    assert client.post(kept["Location"]).status_code == 302
    shock.refresh_from_db()
    assert (shock.state, shock.told_on) == ("open", today)
    page = sign_in(maya).get(reverse("desk-shock", args=[shock.code])).content.decode()
    for words in ("Rapid Response Service", "45 days of consultation", "First meeting", "bakers"):
        assert words in page
    assert shock.tasks.count() == 8
    # Sixty days from now, less the 45 that the law asks for: there the thirds begin.
    due = sorted({(task.due_on - today).days for task in shock.tasks.all()})
    assert due[:2] == [7, 15 + 15]


def test_a_draft_is_kept_without_what_is_missing_and_is_not_sent(asha, sign_in, bakery):
    client = sign_in(asha)
    kept = client.post(TELL, {"kind": "flood"})
    page = client.get(kept["Location"]).content.decode()
    assert "Say how sure it is" in page
    assert "Say who may know" in page
    assert "Send it" not in page
    refused = client.post(kept["Location"])
    assert refused.status_code == 200
    assert Shock.objects.get().state == "draft"
    assert "Draft, not sent" in client.get("/space/bakery/shocks/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": ""}, "Say what happens"),
        ({"workforce": "20"}, "More jobs would go than there are"),
        ({"people": "many"}, "Write a whole number"),
        ({"last_on_0": "1", "last_on_1": "1", "last_on_2": "2020"}, "before the first"),
        ({"employer": "The mill", "may_be_named": "on", "level": "public"}, "can agree that it is"),
        ({"may_be_named": "on"}, "only if everybody may know"),
    ],
)
def test_a_wrong_answer_is_asked_again_with_what_was_typed(
    asha, sign_in, answers_of_a_form, wrong, sentence
):
    answer = sign_in(asha).post(TELL, answers_of_a_form | wrong)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert "Quillfeather Mill" in answer.content.decode()
    assert not Shock.objects.exists()


def test_sent_twice_it_is_one(asha, tell):
    shock = tell()
    with pytest.raises(Refused, match="sent already"):
        telling.send(shock=shock, by=asha)
    assert shock.tasks.count() == 8
    assert shock.levels.count() == 1


def test_a_draft_that_was_sent_meanwhile_is_not_changed(asha, tell):
    shock = tell()
    with pytest.raises(Refused, match="sent already"):
        telling.keep(shock=shock, values={"people": 1}, by=asha)
    with pytest.raises(Refused, match="sent already"):
        telling.throw_away(shock=shock, by=asha)
    shock.refresh_from_db()
    assert shock.people == 120


def test_pages_of_a_draft_that_was_sent_lead_to_what_was_sent(asha, sign_in, answers_of_a_form):
    client = sign_in(asha)
    check = client.post(TELL, answers_of_a_form)["Location"]
    sent = client.post(check, follow=True)
    told = sent.request["PATH_INFO"]
    assert "no date stated" not in sent.content.decode()
    assert "not yet" in sent.content.decode()
    change = check.replace("/check/", "/change/")
    # The back button, a second tab, and one in which Send is pressed again.
    for again in (client.get(check), client.get(change), client.post(check)):
        assert again["Location"] == told
    assert "It was sent already" in client.get(told).content.decode()
    page = client.post(change, answers_of_a_form | {"words": "In the old tab"}).content.decode()
    assert "What you wrote since is not in it" in page
    assert "In the old tab" in page
    thrown = client.post(check.replace("/check/", "/delete/"), follow=True)
    assert "This was sent already" in thrown.content.decode()
    assert Shock.objects.get().state == "open"


def test_pages_of_a_draft_of_staff_lead_to_the_case_once_it_is_sent(
    maya, sign_in, answers_of_a_form
):
    client = sign_in(maya)
    typed = answers_of_a_form | {"employer": "Mill & Sons"}
    typed.pop("may_be_named", None)
    check = client.post("/desk/economy/tell/", typed)["Location"]
    case = client.post(check)["Location"]
    change = check.replace("check/", "")
    for again in (client.get(check), client.get(change), client.post(check)):
        assert again["Location"] == case
    page = client.post(change, typed | {"words": "In the old tab"}).content.decode()
    assert "What you wrote since is not in it" in page
    assert "In the old tab" in page


def test_an_organisation_that_nobody_accepted_tells_nothing(
    new_partner, new_person, sign_in, answers_of_a_form
):
    other = new_partner("other", "Other firm", accepted_on=None)
    client = sign_in(new_person("olwen", "Olwen Other", of=other))
    kept = client.post("/space/other/shocks/tell/", answers_of_a_form)
    refused = client.post(kept["Location"])
    assert b"waits for the charter manager" in refused.content
    assert Shock.objects.get().state == "draft"


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("carys", 404), ("idris", 404)])
def test_only_an_editor_of_the_partner_tells(who, status, request, sign_in, tell):
    shock = tell(sent=False)
    client = sign_in(request.getfixturevalue(who))
    for address in (TELL, f"/space/bakery/shocks/{shock.code}/check/"):
        assert client.get(address).status_code == status
        assert client.post(address, {"kind": "flood"}).status_code == status


def test_staff_write_down_what_they_were_told_and_consent_to_nothing(
    nadia, maya, sign_in, answers_of_a_form
):
    client = sign_in(nadia)
    page = client.get("/desk/economy/tell/").content.decode()
    assert "may name us" not in page
    kept = client.post("/desk/economy/tell/", answers_of_a_form)
    assert b"Name the organisation" in client.get(kept["Location"]).content
    change = kept["Location"].removesuffix("check/")
    # A draft is its writer's.
    assert sign_in(maya).get(kept["Location"]).status_code == 404
    client = sign_in(nadia)
    assert client.post(change, answers_of_a_form | {"employer": "The mill"}).status_code == 302
    assert client.post(kept["Location"]).status_code == 302
    shock = Shock.objects.get()
    assert (shock.by_staff, shock.employer, shock.partner) == (True, "The mill", None)


def test_the_desk_is_told_once_by_a_letter_that_names_nothing(tell, maya, nadia, yusuf, carys):
    tell(wanted_level="staff")
    letters = Message.objects.filter(key__startswith="shock-")
    assert {letter.person for letter in letters} == {maya, nadia, yusuf}
    for letter in letters:
        assert "Quillfeather" not in letter.subject + str(letter.body)
        assert "Harbour Lane" not in letter.subject + str(letter.body)
    assert mail.outbox == []
