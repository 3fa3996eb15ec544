"""Priorities in the plan: taken up, cited by actions with a reason, shown beside the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Event, Role
from commonweal.office.errors import Refused
from commonweal.programme import reads
from commonweal.programme.actions import CountedPriority, cite, take_up, uncite
from commonweal.programme.models import Action, Citation, Priority

pytestmark = pytest.mark.django_db
LEAD = Actor(None, Role.PROGRAMME_LEAD)


def test_taken_up_again_places_change_and_citations_stay(cited, wished, today):
    asked = CountedPriority(
        source_key=wished.source_key,
        title=wished.title,
        question=wished.question,
        resident_place=None,
        enterprise_place=3,
        out_of=4,
        counted_on=today + timedelta(days=1),
        address=wished.address,
    )
    take_up(asked=[asked, replace(asked, source_key="x-1-1", title="Buses")], author=LEAD)
    wished.refresh_from_db()
    assert (wished.resident_place, wished.enterprise_place) == (None, 3)
    assert Priority.objects.count() == 2
    assert wished.citations.get() == cited


def test_there_is_something_to_take_up():
    with pytest.raises(Refused, match="no ranking"):
        take_up(asked=[], author=LEAD)


def test_an_editor_says_which_priority_an_action_answers(sign_in, asha, action, wished, client):
    desk = sign_in(asha)
    address = f"{action.get_absolute_url()}priorities/"
    form = {"priority": wished.pk, "because": "It takes on six a year."}
    assert "Say why" in desk.post(address, form | {"because": " "}).content.decode()
    page = desk.post(address, {"priority": "", "because": "Six a year."}).content.decode()
    assert "Choose a priority" in page
    assert "Six a year." in page
    desk.post(address, form)
    citation = Citation.objects.get()
    assert Event.objects.filter(verb="priority cited", as_role="editor").exists()
    desk.logout()
    page = client.get(action.get_absolute_url()).content.decode()
    assert "Priorities that it answers" in page
    assert "six a year" in page
    assert "It does not answer this" not in page
    desk = sign_in(asha)
    desk.post(f"{address}{citation.pk}/remove/")
    assert not Citation.objects.exists()
    page = desk.post(f"{address}{citation.pk}/remove/")
    assert page.status_code == 404


def test_who_does_not_work_on_an_action_says_nothing_of_it(sign_in, ben, carys, action, cited):
    address = f"{action.get_absolute_url()}priorities/"
    for person in (ben, carys):
        assert sign_in(person).get(address).status_code == 403
        assert sign_in(person).post(f"{address}{cited.pk}/remove/").status_code == 403
    assert Citation.objects.exists()


def test_another_actions_citation_is_not_removed(sign_in, nadia, cited, action):
    other = Action.objects.create(code="other", title="Other")
    at_other = f"{other.get_absolute_url()}priorities/{cited.pk}/remove/"
    assert sign_in(nadia).post(at_other).status_code == 404
    assert Citation.objects.exists()


def test_twice_and_by_what_is_stopped_is_refused(cited, action, wished):
    with pytest.raises(Refused, match="already"):
        cite(action=action, priority=wished, because="Again.", author=LEAD)
    uncite(citation=cited, author=LEAD)
    with pytest.raises(Refused, match="any more"):
        uncite(citation=cited, author=LEAD)
    Action.objects.update(stopped_on=timezone.localdate())
    with pytest.raises(Refused, match="stopped"):
        cite(action=action, priority=wished, because="Still.", author=LEAD)


def test_the_plan_shows_priorities_without_an_action_and_actions_that_answer_none(
    client, action, wished
):
    Action.objects.create(code="other", title="Paint the quay")
    before = client.get("/programme/").content.decode()
    assert "1 priority that people ranked; 1 without an action." in " ".join(before.split())
    assert "2 of 4" in " ".join(before.split()).replace("\n", " ")
    cite(action=action, priority=wished, because="Six a year.", author=LEAD)
    asked = reads.answering(reads.programme(timezone.localdate()).lines)
    assert asked.unanswered == 0
    assert [one.title for one in asked.answer_none] == ["Paint the quay"]
    after = client.get("/programme/?again").content.decode()
    assert "Actions that answer no priority" in after
    assert "1 action answers none of them" in " ".join(after.split())
    assert "0 without an action" in " ".join(after.split())


def test_a_stopped_action_answers_nothing(cited, action):
    Action.objects.filter(pk=action.pk).update(stopped_on=timezone.localdate())
    asked = reads.answering(reads.programme(timezone.localdate()).lines)
    assert asked.unanswered == 1
    assert asked.answer_none == []


def test_a_plan_without_priorities_says_nothing_of_them(client, action):
    assert "What people asked for first" not in client.get("/programme/").content.decode()
