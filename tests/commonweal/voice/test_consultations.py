"""Consultations from draft to answer, by the pages and actions that people use."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commonweal.accounts.models import Event
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.voice.consultations import actions, giving
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.models import AskedQuestion, Consultation, Contribution, GivenAnswer, Phase
from tests.commonweal.cast.voice import move_back

pytestmark = pytest.mark.django_db


def boxes(name, day):
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


@pytest.fixture
def typed(today):
    return {
        "title": "Bins",
        "about": "How often.",
        "can_change": "The day",
        "who_decides": "The executive",
        **boxes("opens_on", today),
        **boxes("closes_on", today + timedelta(days=9)),
        **boxes("decides_on", today + timedelta(days=30)),
    }


# --- Preparing ------------------------------------------------------------------------------------


def test_the_desk_prepares_asks_and_publishes(sign_in, maya, typed, client):
    desk = sign_in(maya)
    page = desk.post("/desk/voice/new/", typed, follow=True)
    consultation = Consultation.objects.get()
    assert b"Only staff see it" in page.content
    assert client.get(consultation.get_absolute_url()).status_code == 404
    at_desk = f"/desk/voice/{consultation.code}/"
    question = {"words": "Which day?", "kind": "choice", "options": "Monday\n\nFriday \n"}
    desk.post(f"{at_desk}questions/", question)
    assert AskedQuestion.objects.get().options == ["Monday", "Friday"]
    desk.post(f"{at_desk}publish/")
    consultation.refresh_from_db()
    assert consultation.published_on
    desk.logout()
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert "The executive" in page
    assert "Answer now" in page
    verbs = Event.objects.values_list("verb", "as_role")
    assert ("consultation published", "charter_manager") in list(verbs)


def test_days_out_of_order_are_refused_and_what_was_typed_is_kept(sign_in, maya, typed, today):
    late = typed | boxes("decides_on", today + timedelta(days=9))
    page = sign_in(maya).post("/desk/voice/new/", late).content.decode()
    assert "can’t be decided before it has closed" in page or "be decided before it has" in page
    assert 'value="Bins"' in page
    backwards = typed | boxes("closes_on", today - timedelta(days=1))
    assert (
        "close before it opens"
        in sign_in(maya).post("/desk/voice/new/", backwards).content.decode()
    )
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("without", "sentence"),
    [({"can_change": " "}, "what can still change"), ({"who_decides": ""}, "who decides")],
)
def test_it_does_not_open_without_what_can_change_and_who_decides(
    consulted, maya, without, sentence
):
    draft = consulted(published=False, **without)
    with pytest.raises(Refused, match=sentence):
        actions.publish(consultation=draft, by=maya)
    assert Consultation.objects.get().published_on is None


def test_it_does_not_open_without_a_question_or_with_a_day_that_is_past(consulted, maya, today):
    draft = consulted(published=False)
    move_back(draft, 1)
    with pytest.raises(Refused, match="first day is past"):
        actions.publish(consultation=draft, by=maya)
    move_back(draft, -1)
    draft.questions.all().delete()
    with pytest.raises(Refused, match="asks nothing"):
        actions.publish(consultation=draft, by=maya)


def test_a_choice_needs_two_answers_that_differ(consulted, sign_in, maya):
    draft = consulted(published=False)
    address = f"/desk/voice/{draft.code}/questions/"
    form = {"words": "Which?", "kind": "choice", "options": "Only"}
    assert "at least two answers" in sign_in(maya).post(address, form).content.decode()
    form["options"] = "Same\nSame"
    assert "are the same" in sign_in(maya).post(address, form).content.decode()
    assert draft.questions.count() == 4


def test_what_is_public_does_not_change(consulted, sign_in, maya, typed):
    public = consulted()
    desk, at_desk = sign_in(maya), f"/desk/voice/{public.code}/"
    assert "does not change any more" in desk.post(f"{at_desk}change/", typed).content.decode()
    question = {"words": "More?", "kind": "text"}
    assert (
        "does not change any more" in desk.post(f"{at_desk}questions/", question).content.decode()
    )
    dropped = public.questions.all()[0]
    page = desk.post(f"{at_desk}questions/{dropped.pk}/drop/", follow=True)
    assert b"does not change any more" in page.content
    assert b"does not change any more" in desk.post(f"{at_desk}publish/", follow=True).content
    assert public.questions.count() == 4
    assert Consultation.objects.get().title == "The market square"


def test_a_question_of_a_draft_is_removed(consulted, sign_in, maya):
    draft = consulted(published=False)
    dropped = draft.questions.all()[0]
    sign_in(maya).post(f"/desk/voice/{draft.code}/questions/{dropped.pk}/drop/")
    assert draft.questions.count() == 3


def test_the_phase_follows_from_the_days(consulted, today):
    made = consulted(opens_on=today + timedelta(days=2))
    shift = [(0, Phase.COMING), (2, Phase.OPEN), (20, Phase.OPEN), (21, Phase.CONSIDERING)]
    for days, phase in shift:
        assert made.phase(today + timedelta(days=days)) == phase
    made.answered_on = today
    assert made.phase(today) == Phase.ANSWERED
    made.published_on = None
    assert made.phase(today) == Phase.DRAFT


# --- Answering ------------------------------------------------------------------------------------


def form_of(consultation, **more):
    choice, choices, rating, text = consultation.questions.all()
    return {
        "voice": "resident",
        f"question-{choice.pk}": "0",
        f"question-{choices.pk}": ["0", "2"],
        f"question-{rating.pk}": "4",
        f"question-{text.pk}": "More shade.",
    } | more


def test_anybody_answers_without_an_account(consulted, client):
    consultation = consulted()
    page = client.get(f"{consultation.get_absolute_url()}answer/").content.decode()
    assert "How safe is it now? (optional)" in page
    page = client.post(
        f"{consultation.get_absolute_url()}answer/", form_of(consultation), follow=True
    )
    assert b"Your answer is in" in page.content
    contribution = Contribution.objects.get()
    assert (contribution.voice, contribution.channel, contribution.person) == (
        "resident",
        "online",
        None,
    )
    assert [given.picked for given in contribution.answers.order_by("question__order")] == [
        [0],
        [0, 2],
        [4],
        [],
    ]
    assert GivenAnswer.objects.get(question__kind="text").words == "More shade."


def test_a_person_who_is_signed_in_answers_once(consulted, sign_in, carys):
    consultation = consulted()
    address = f"{consultation.get_absolute_url()}answer/"
    client = sign_in(carys)
    client.post(address, form_of(consultation))
    page = client.post(address, form_of(consultation)).content.decode()
    assert "You have answered already" in page
    assert "More shade." in page
    assert Contribution.objects.count() == 1
    contribution = Contribution.objects.get()
    contribution.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        contribution.save(force_insert=True)


def test_an_enterprise_has_one_voice_and_a_name(
    consulted, sign_in, asha, bakery, new_person, client
):
    consultation = consulted()
    address = f"{consultation.get_absolute_url()}answer/"
    page = client.post(address, form_of(consultation, voice="enterprise")).content.decode()
    assert "Give the name of the enterprise." in page
    own = form_of(consultation, voice="enterprise", partner=bakery.pk)
    sign_in(asha).post(address, own)
    colleague = new_person("colleague", "Cole Ng", of=bakery)
    assert (
        "enterprise has answered already" in sign_in(colleague).post(address, own).content.decode()
    )
    contribution = Contribution.objects.get()
    assert (contribution.voice, contribution.partner) == ("enterprise", bakery)
    # The same person may speak as a resident as well: the two are never added up.
    sign_in(asha).post(address, form_of(consultation))
    assert Contribution.objects.filter(voice="resident").count() == 1


def test_who_only_reads_for_a_partner_does_not_answer_for_it(consulted, sign_in, ben, bakery):
    consultation = consulted()
    form = form_of(consultation, voice="enterprise", partner=bakery.pk)
    sign_in(ben).post(f"{consultation.get_absolute_url()}answer/", form)
    assert not Contribution.objects.filter(partner=bakery).exists()


@pytest.mark.parametrize("more", [{"sector": "public"}, {"stopped_on": "today"}])
def test_public_bodies_and_those_that_were_stopped_are_in_no_list(
    consulted, sign_in, asha, bakery, today, more
):
    consultation = consulted()
    address = f"{consultation.get_absolute_url()}answer/"
    browser, listed = sign_in(asha), f'<option value="{bakery.pk}"'
    assert listed in browser.get(address).content.decode()
    changed = {name: today if word == "today" else word for name, word in more.items()}
    type(bakery).objects.filter(pk=bakery.pk).update(**changed)
    assert listed not in browser.get(address).content.decode()
    browser.post(address, form_of(consultation, voice="enterprise", partner=bakery.pk))
    assert not Contribution.objects.filter(partner=bakery).exists()


def test_a_partner_that_was_stopped_does_not_answer(consulted, asha, bakery, today):
    consultation = consulted()
    type(bakery).objects.filter(pk=bakery.pk).update(stopped_on=today)
    question = consultation.questions.all()[0]
    giver = Giver(voice="enterprise", partner=bakery, person=asha)
    with pytest.raises(Refused, match="acceptance has ended"):
        giving.give(consultation=consultation, giver=giver, answers={question: Given((0,))})


def test_an_empty_answer_and_one_that_is_not_there_are_refused(consulted, client):
    consultation = consulted()
    address = f"{consultation.get_absolute_url()}answer/"
    assert "at least one question" in client.post(address, {"voice": "resident"}).content.decode()
    choice = consultation.questions.all()[0]
    with pytest.raises(Refused, match="that are there"):
        giving.give(consultation=consultation, giver=Giver(), answers={choice: Given((7,))})
    assert not Contribution.objects.exists()


def test_what_is_needed_is_asked_again_online(consulted, client):
    consultation = consulted()
    consultation.questions.filter(kind="rating").update(is_needed=True)
    rating = consultation.questions.get(kind="rating")
    form = form_of(consultation)
    del form[f"question-{rating.pk}"]
    page = client.post(f"{consultation.get_absolute_url()}answer/", form)
    assert page.status_code == 200
    assert "More shade." in page.content.decode()
    answers = {consultation.questions.all()[0]: Given((0,)), rating: Given()}
    with pytest.raises(Refused, match="marked as needed"):
        giving.give(consultation=consultation, giver=Giver(), answers=answers)
    assert not Contribution.objects.exists()


@pytest.mark.parametrize(("ago", "sentence"), [(-3, "It opens on"), (21, "It closed on")])
def test_only_what_is_open_takes_answers(consulted, client, ago, sentence):
    consultation = consulted()
    move_back(consultation, ago)
    address = f"{consultation.get_absolute_url()}answer/"
    assert client.get(address).status_code == 302
    page = client.post(address, form_of(consultation)).content.decode()
    assert sentence in page
    assert "More shade." in page
    assert not Contribution.objects.exists()


# --- What came otherwise --------------------------------------------------------------------------


def test_paper_is_entered_beside_what_came_online(consulted, sign_in, nadia, today):
    consultation = consulted()
    address = f"/desk/voice/{consultation.code}/enter/"
    form = form_of(consultation, channel="meeting", **boxes("given_on", today))
    page = sign_in(nadia).post(address, form, follow=True)
    assert b"Entered" in page.content
    assert page.request["QUERY_STRING"] == "channel=meeting"
    contribution = Contribution.objects.get()
    assert (contribution.channel, contribution.entered_by) == ("meeting", nadia)
    assert Event.objects.filter(verb="contribution entered", detail__channel="meeting").exists()


def test_paper_that_came_in_time_is_entered_after_the_close(consulted, sign_in, maya, today):
    consultation = consulted(ago=25)
    address = f"/desk/voice/{consultation.code}/enter/"
    late = form_of(consultation, channel="paper", **boxes("given_on", today))
    page = sign_in(maya).post(address, late).content.decode()
    assert "between the first day and the last" in page
    assert "More shade." in page
    sign_in(maya).post(address, late | boxes("given_on", today - timedelta(days=6)))
    assert Contribution.objects.get().given_on == today - timedelta(days=6)


def test_nothing_is_entered_before_it_opens_or_as_online(consulted, maya, today):
    consultation = consulted(opens_on=today + timedelta(days=1))
    choice = consultation.questions.all()[0]
    entry = {
        "consultation": consultation,
        "giver": Giver(),
        "answers": {choice: Given((0,))},
        "given_on": today,
        "by": maya,
    }
    with pytest.raises(Refused, match="Nothing can be entered"):
        giving.enter(channel="paper", **entry)
    move_back(consultation, 1)
    with pytest.raises(Refused, match="Say how it came"):
        giving.enter(channel="online", **entry)


def test_only_the_desk_enters_and_reads_words(consulted, sign_in, yusuf, carys, asha, client):
    consultation = consulted()
    for page in ("", "enter/", "words/", "outcome/"):
        address = f"/desk/voice/{consultation.code}/{page}"
        assert client.get(address).status_code == 302
        for person in (yusuf, carys, asha):
            assert sign_in(person).get(address).status_code == 403
        client.logout()


# --- What was decided -----------------------------------------------------------------------------


def test_it_is_answered_when_it_is_over(consulted, sign_in, maya, today, client):
    consultation = consulted(ago=25)
    address = f"/desk/voice/{consultation.code}/outcome/"
    sign_in(maya).post(address, {"outcome": "Cars stay out.", **boxes("decided_on", today)})
    consultation.refresh_from_db()
    assert consultation.phase(today) == Phase.ANSWERED
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert "Cars stay out." in page
    again = sign_in(maya).post(address, {"outcome": "x", **boxes("decided_on", today)})
    assert "answered already" in again.content.decode()


@pytest.mark.parametrize(
    ("ago", "days", "sentence"),
    [
        (25, -5, "be dated before the consultation has closed"),
        (25, 1, "of a day to come"),
        (0, 0, "still open"),
    ],
)
def test_no_decision_before_its_close_or_after_today(
    consulted, sign_in, maya, today, ago, days, sentence
):
    consultation = consulted(ago=ago)
    form = {"outcome": "Cars stay out.", **boxes("decided_on", today + timedelta(days=days))}
    page = sign_in(maya).post(f"/desk/voice/{consultation.code}/outcome/", form).content.decode()
    assert sentence in page
    assert "Cars stay out." in page
    assert Consultation.objects.get().answered_on is None


def test_the_day_of_a_recorded_decision_counts(consulted, maya, today):
    consultation = consulted(ago=25)
    early = Decision.objects.create(
        code="early", title="Cars", body="Executive", decided_on=consultation.closes_on
    )
    with pytest.raises(Refused, match="before the consultation has closed"):
        actions.answer(
            consultation=consultation, outcome="x", decided_on=today, decision=early, by=maya
        )


def test_the_database_takes_no_early_decision(consulted):
    consultation = consulted(ago=25)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.update(decided_on=consultation.closes_on)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.update(can_change="")


def test_the_desk_reads_what_came_of_residents_and_of_enterprises_apart(
    sign_in, nadia, consulted, answered, bakery
):
    consultation = consulted()
    answered(consultation, 3, 0)
    answered(consultation, 1, 0, voice="enterprise", partner=bakery)
    page = sign_in(nadia).get(f"/desk/voice/{consultation.code}/").content.decode()
    table = re.search(r"What came until now.*?</table>", page, re.S)[0]
    assert re.findall(r"<td[^>]*>\s*([^<]+?)\s*</td>", table)[:3] == ["Online", "3", "1"]
