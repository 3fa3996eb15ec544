"""A call on one screen: nothing is sent by chance, and who it is and what they agreed is said."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.forms import CharField, ChoiceField
from django.urls import reverse

from commonweal.cases import intake
from commonweal.cases.models import Case, IntakeDraft
from commonweal.desk.forms.clocks import ClockField
from commonweal.desk.forms.intake import IntakeForm
from commonweal.residents import people
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

CALL = {
    "first_name": "Zebedee",
    "last_name": "Quill",
    "born_0": "3",
    "born_1": "4",
    "born_2": "1958",
    "phone": "07700 900123",
    "needs": ["food"],
    "consent": "on",
    "words": "There is nothing left",
}


@pytest.fixture
def at_desk(kinds, sign_in, leah):
    return sign_in(leah)


@pytest.fixture
def known(town, leah) -> Resident:
    """Somebody who is here already, by the same name, birth date and number."""
    values = {"first_name": "Zebedee", "last_name": "Quill", "born": "1958-04-03"}
    return people.add(values=values | {"phones": "07700 900123"}, by=leah)


def take(client: Any, **answers: Any) -> str:
    client.post(reverse("desk-intake-start"), {"channel": answers.pop("channel", "phone")})
    return str(IntakeDraft.objects.latest("pk").code)


def send(client: Any, code: str, **answers: Any) -> Any:
    sent = CALL | {"verb": "send"} | answers
    return client.post(reverse("desk-intake", args=[code]), sent, follow=True)


def read(response: Any) -> str:
    return unescape(response.content.decode())


def test_the_caret_is_in_their_own_words_and_the_first_button_only_keeps(at_desk):
    page = read(at_desk.get(reverse("desk-intake", args=[take(at_desk)])))
    form = page[page.index('id="intake"') :]
    first = re.search(r'<button[^>]*value="(\w+)"', form)
    assert first is not None
    assert first[1] == "save"
    autofocused = re.findall(r'name="(\w+)"[^>]*autofocus', form)
    assert autofocused == ["words"]


def test_enter_keeps_and_sends_nothing_without_javascript(at_desk):
    code = take(at_desk)
    send(at_desk, code, verb="save")
    assert not Case.objects.exists()
    assert intake.answers_of(IntakeDraft.objects.get(code=code))["last_name"] == "Quill"


def test_whoever_is_probably_known_has_to_be_chosen_or_refused(at_desk, known):
    code = take(at_desk)
    page = read(send(at_desk, code))
    assert "Somebody here is probably the same person" in page
    assert not Case.objects.exists()
    chosen = re.findall(r'name="resident"[^>]*checked', page)
    assert chosen == []
    assert "Probably known already: choose" in page
    # A page that was shown before they were offered has said "somebody new" of nobody.
    assert "Somebody here is probably" in read(send(at_desk, code, resident=""))
    send(at_desk, code, resident="", probable=[known.code])
    assert Case.objects.get().resident != known


def test_whoever_is_chosen_stays_chosen_while_something_is_asked_again(at_desk, known):
    code = take(at_desk)
    send(at_desk, code)
    page = read(send(at_desk, code, resident=known.code, consent=""))
    assert re.search(rf'value="{known.code}"[^>]*id="r-{known.code}"[^>]*checked', page)
    send(at_desk, code, resident=known.code)
    assert Case.objects.get().resident == known


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("07700900123", ["07700 900123"]),
        ("+44 7700 900 123", ["07700 900123"]),
        ("01632 960333", ["07700 900123", "01632 960333"]),
    ],
)
def test_a_number_in_another_spelling_is_no_second_number(at_desk, known, typed, numbers):
    code = take(at_desk)
    send(at_desk, code, phone=typed)
    send(at_desk, code, phone=typed, resident=known.code)
    assert Case.objects.get().resident.phone_list == numbers


def test_of_two_spellings_on_the_page_of_a_person_the_first_stays(known, leah):
    typed = "07700 900123\n07700900123 her sister's\n+447700900123\n7.70090E+09"
    people.change(resident=known, values={"phones": typed}, by=leah)
    assert known.phone_list == ["07700 900123", "07700900123 her sister's", "7.70090E+09"]


def test_somebody_new_is_chosen_beforehand_where_nobody_is_probably_the_same(at_desk, known):
    code = take(at_desk)
    send(at_desk, code, first_name="Ida", born_0="", born_1="", born_2="1990", verb="save")
    page = read(at_desk.get(reverse("desk-intake", args=[code])))
    assert re.search(r'id="r-new"[^>]*checked', page)


def test_whether_they_agree_has_to_be_answered(at_desk):
    code = take(at_desk)
    page = read(send(at_desk, code, consent=""))
    assert "Say whether they agree" in page
    assert not Case.objects.exists()


def test_whoever_does_not_agree_is_not_kept(at_desk):
    code = take(at_desk)
    assert intake.NOT_AGREED in read(send(at_desk, code, consent="no"))
    assert not Case.objects.exists()
    assert not Resident.objects.exists()


def test_whoever_could_not_be_asked_is_asked_at_the_next_call(at_desk):
    send(at_desk, take(at_desk), consent="unasked")
    case = Case.objects.get()
    assert case.consent_words == ""
    assert "Nobody could ask whether they agree" in case.notes.get().words


def test_who_lives_there_is_kept_in_figures_and_shown(at_desk):
    code = take(at_desk)
    page = read(send(at_desk, code, adults="two", children="3", ages="1, 4 and 9"))
    assert "Write how many in figures" in page
    assert 'value="two"' in page
    page = read(send(at_desk, code, adults="2", children="3", ages="1, 4 and 9"))
    case = Case.objects.get()
    assert (case.adults, case.children, case.ages) == ("2", "3", "1, 4 and 9")
    assert re.search(r"adults: 2.*children: 3.*aged 1, 4 and 9", page, re.S)


def test_what_to_say_follows_what_is_ticked(at_desk):
    HelpType.objects.update(first_script="")
    for kind in ("food", "energy"):
        HelpType.objects.filter(code=kind).update(first_script=f"Say this of {kind}.")
    code = take(at_desk)
    kept = reverse("desk-intake-save", args=[code])
    answer = at_desk.post(kept, {"changed": "needs", "needs": ["energy"]}).json()
    assert "Say this of energy." in answer["scripts"]
    assert "Say this of food." not in answer["scripts"]


def test_each_question_belongs_to_its_tick(at_desk):
    HelpType.objects.filter(code="food").update(
        questions=[{"code": "mouths", "label": "For how many?", "kind": "number"}]
    )
    page = read(at_desk.get(reverse("desk-intake", args=[take(at_desk)])))
    assert re.search(r'data-with-tick="needs=food">.*?For how many\?', page, re.S)


def test_who_is_here_was_spoken_to_and_is_owed_no_first_call(at_desk, leah):
    send(at_desk, take(at_desk, channel="walk_in"))
    case = Case.objects.get()
    assert (case.state, case.assigned_to) == (Case.State.WORKING, leah)
    assert case.first_contact_at is not None
    assert not case.callbacks.filter(purpose="first").exists()


def test_a_letter_is_owed_its_first_call(at_desk):
    send(at_desk, take(at_desk, channel="letter"))
    assert Case.objects.get().callbacks.filter(purpose="first").exists()


def test_who_wants_only_texts_and_has_no_mobile_is_said_to_whoever_took_the_call(at_desk):
    page = read(send(at_desk, take(at_desk), contact="text_only", phone="01632 960123"))
    assert "No number here is a mobile telephone" in page
    page = read(send(at_desk, take(at_desk), contact="text_only", phone="07700 900124"))
    assert "No number here is a mobile telephone" not in page


@pytest.mark.parametrize("channel", ["walk_in", "email", "letter"])
def test_a_visit_a_mail_and_a_letter_come_by_the_same_page(at_desk, channel):
    send(at_desk, take(at_desk, channel=channel))
    assert Case.objects.get().channel == channel


def test_the_next_call_is_taken_by_the_button_that_sends_this_one(at_desk):
    code = take(at_desk, channel="walk_in")
    page = read(send(at_desk, code, verb="next"))
    case, following = Case.objects.get(), IntakeDraft.objects.get(sent_as=None)
    assert f"It is in the queue as {case.code}" in page
    assert following.channel == "walk_in"
    assert reverse("desk-intake", args=[following.code]) in page


def test_a_call_about_danger_leads_to_its_own_page_whatever_was_pressed(at_desk, noor):
    page = read(send(at_desk, take(at_desk), needs=["safety"], contact="any", verb="next"))
    assert "If they are in danger now" in page
    assert not IntakeDraft.objects.filter(sent_as=None).exists()


def test_throwing_away_is_asked(at_desk):
    code = take(at_desk)
    away = reverse("desk-intake-delete", args=[code])
    send(at_desk, code, verb="save")
    assert f'href="{away}"' in read(at_desk.get(reverse("desk-intake", args=[code])))
    assert "nobody can bring it back" in read(at_desk.get(away))
    assert IntakeDraft.objects.filter(code=code).exists()
    assert f"{code} was thrown away" in read(at_desk.post(away, follow=True))
    assert not IntakeDraft.objects.filter(code=code).exists()


def test_what_was_sent_is_not_thrown_away(at_desk):
    code = take(at_desk)
    send(at_desk, code)
    page = read(at_desk.post(reverse("desk-intake-delete", args=[code]), follow=True))
    assert "This was sent already" in page


def leave_alone(client: Any, minutes: int) -> None:
    """Nobody touches the desk for so long."""
    session = client.session
    session["desk_seen_at"] -= minutes * 60
    session["desk_call"] = session["desk_call"] | {"at": session["desk_call"]["at"] - minutes * 60}
    session.save()


@pytest.mark.parametrize("minutes", [11, 73])
def test_the_lock_leaves_a_call_in_progress_alone_and_nothing_else(at_desk, settings, minutes):
    code = take(at_desk)
    address = reverse("desk-intake", args=[code])
    page = read(at_desk.get(address))
    assert f'data-lock="{settings.DESK_CALL_MINUTES * 60}"' in page
    leave_alone(at_desk, minutes)
    assert at_desk.get("/desk/help/").url == reverse("desk-unlock")
    saved = at_desk.post(f"{address}save/", {"first_name": "Zebedee"})
    assert saved.status_code == 200
    assert at_desk.get(address).status_code == 200
    # What was taken is sent; who looks at anything else proves again who they are.
    sent = at_desk.post(address, CALL | {"verb": "send"})
    assert Case.objects.exists()
    assert at_desk.get(sent.url).url == reverse("desk-unlock")


def test_the_lock_closes_a_call_in_which_nobody_typed_for_long(at_desk, settings):
    code = take(at_desk)
    address = reverse("desk-intake", args=[code])
    at_desk.get(address)
    leave_alone(at_desk, settings.DESK_CALL_MINUTES + 1)
    assert at_desk.get(address).status_code == 302


def test_the_lock_opens_no_other_call(at_desk, leah):
    at_desk.get(reverse("desk-intake", args=[take(at_desk)]))
    other, _ = intake.start(channel="phone", by=leah)
    leave_alone(at_desk, 11)
    answer = at_desk.get(reverse("desk-intake", args=[other.code]))
    assert answer.url == reverse("desk-unlock")


# What must have a shape of its own; every other line to write in takes its own name.
SHAPED = {
    "adults": "2",
    "children": "3",
    "phone": "07700 900123",
    "phone2": "07700 900456",
    "email": "zebedee@example.org",
    "postcode": "ZZ9 9ZY",
}


def test_whatever_is_asked_is_read_by_whoever_has_the_case(at_desk, kinds):
    """An answer that is forgotten on its way from the call to the case is lost without a word."""
    lines = [
        name
        for name, field in IntakeForm().fields.items()
        if isinstance(field, CharField)
        and not isinstance(field, ChoiceField | ClockField)
        and (name in SHAPED or field.max_length is None or field.max_length > 20)
    ]
    answers = {name: SHAPED.get(name, f"Zq {name.replace('_', ' ')} qz") for name in lines}
    assert len(answers) > 15
    code = take(at_desk)
    told = send(at_desk, code, **answers, for_whom="other", contact="any", lives="address")
    assert "You answered a question about Medicine and health." in read(told)
    assert not Case.objects.exists()
    needs = [kind.code for kind in HelpType.objects.all() if kind.questions]
    more = {"needs": needs, "for_whom": "other", "contact": "any", "lives": "address"}
    page = send(at_desk, code, **answers, **more)
    case = Case.objects.get()
    pages = [
        page,
        at_desk.get(case.get_absolute_url()),
        at_desk.get(reverse("desk-resident", args=[case.resident.code])),
    ]
    read_there = " ".join(re.sub(r"<[^>]*>", " ", read(one)) for one in pages)
    read_there = " ".join(read_there.split())
    assert [name for name in lines if answers[name].strip() not in read_there] == []
