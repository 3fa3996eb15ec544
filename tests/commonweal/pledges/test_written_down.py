"""What somebody does to a pledge stands in its ledger and in the record, in the same role."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.accounts.actors import RESIDENT, SYSTEM, Actor
from commonweal.accounts.models import Event, Role
from commonweal.pledges import actions, changing, questions, writing
from commonweal.pledges.models import Question
from commonweal.pledges.standing import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_pledge(pledged):
    return pledged()


@pytest.mark.parametrize(
    ("role", "in_words"),
    [
        ("editor", "partner"),
        (Role.CHARTER_MANAGER, "charter manager"),
        (Role.REVIEWER, "reviewer"),
        (Role.DATA_PROTECTION_OFFICER, "data protection officer"),
        (Role.DESK_MANAGER, "desk manager"),
        (RESIDENT, "resident"),
        (SYSTEM, "system"),
    ],
)
def test_a_role_has_one_code_and_one_wording(role: str, in_words: str) -> None:
    actor = Actor(None, role)
    assert (actor.role_in_words, type(actor.role_in_words)) == (in_words, str)


def test_ledger_and_record_say_the_same(open_pledge, asha, today):
    entry = actions.claim(
        pledge=open_pledge, figure=Decimal(3), as_of=today, final=False, report="Three.", by=asha
    )
    event = Event.objects.latest("id")
    assert (entry.kind, entry.by_code, entry.words) == ("claim", asha.code, "Three.")
    assert (entry.by_role, entry.by_organisation) == ("partner", open_pledge.partner.name)
    assert (event.verb, event.by_code, event.as_role) == ("progress claimed", asha.code, "editor")
    assert event.about_code == open_pledge.code
    assert event.detail == {"entry": entry.seq}


def test_several_lines_are_one_line_of_the_record(open_pledge, asha, today):
    before = Event.objects.count()
    moved = open_pledge.due_on.replace(year=open_pledge.due_on.year + 1)
    entries = changing.change(
        pledge=open_pledge, target=open_pledge.target + 1, due_on=moved, because="Late.", by=asha
    )
    assert [entry.body["field"] for entry in entries] == ["target", "due_on"]
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("id").detail == {"fields": ["target", "due_on"]}


def test_a_question_is_a_residents_and_let_in_by_the_manager(open_pledge, maya, today):
    question = Question.objects.create(pledge=open_pledge, words="When?", asked_on=today)
    entry = questions.publish_question(question=question, by=maya)
    event = Event.objects.latest("id")
    assert (entry.by_code, entry.by_role, entry.by_organisation) == (None, "resident", "")
    assert (event.by_code, event.as_role) == (maya.code, "charter_manager")


def test_what_is_about_something_else_names_the_pledge(open_pledge, asha):
    partner = open_pledge.partner
    entry = writing.write_down(
        writing.for_partner(open_pledge, asha),
        open_pledge,
        Kind.OFFERED,
        {"ask": "a", "title": "An ask", "quantity": "1"},
        verb="ask answered",
        about=partner,
    )
    event = Event.objects.latest("id")
    assert event.about_code == partner.code
    assert event.detail == {"pledge": open_pledge.code, "entry": entry.seq}
