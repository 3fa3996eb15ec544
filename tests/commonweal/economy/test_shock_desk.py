"""The case at the shock desk: a plan that moves, answers that are drawn, an end that adds up."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from unmarked import without_marks

from commonweal.asks import actions as asking
from commonweal.asks.models import Ask
from commonweal.economy.models import Outcome
from commonweal.economy.shocks import law, plan, working
from commonweal.office.errors import Refused
from commonweal.pledges.models import Entry

pytestmark = pytest.mark.django_db


def typed(name: str, day: date) -> dict[str, str]:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def test_the_plan_is_that_of_the_page_on_method():
    """The worked table of docs/methods/shocks-told.md."""
    told = {
        date(2026, 3, 1): ("8 3", "1 4", "8 4", "16 4"),
        date(2026, 4, 21): ("21 4", "24 4", "26 4", "28 4"),
    }
    for told_on, days in told.items():
        steps = list(
            plan.planned(
                kind="closure", people=120, told_on=told_on, first_on=date(2026, 5, 1), last_on=None
            )
        )
        due = list(dict.fromkeys(f"{step.due_on.day} {step.due_on.month}" for step in steps))
        assert due == [*days, "29 5"]


def test_what_is_done_at_once_is_due_when_the_page_to_print_says(client, today):
    page = client.get(reverse("shock-checklist")).content.decode()
    within = int(re.search(r"The first (\d+) days", page)[1])
    for hits, hears, due in ((60, None, 7), (60, 3, 3), (60, 20, 7), (60, -9, 0), (33, None, 3)):
        steps = plan.planned(
            kind="redundancies",
            people=34,
            told_on=today,
            last_on=None,
            first_on=today + timedelta(days=hits),
            known_on=None if hears is None else today + timedelta(days=hears),
        )
        first = [step for step in steps if re.search("First meeting|Rapid Response", step.title)]
        assert [(step.due_on - today).days for step in first] == [due, due]
        assert due <= within


def test_no_step_lies_before_the_day_of_telling():
    today = date(2026, 6, 1)
    for first_on in (None, today - timedelta(days=9), today + timedelta(days=2)):
        steps = plan.planned(
            kind="redundancies", people=None, told_on=today, first_on=first_on, last_on=None
        )
        assert all(step.due_on >= today for step in steps)


def test_the_law_is_asked_by_size():
    first_on = date(2026, 12, 31)
    assert law.consultation_begins(99, first_on) == date(2026, 12, 1)
    assert law.consultation_begins(100, first_on) == date(2026, 11, 16)
    assert law.consultation_begins(19, first_on) is None


def test_a_task_is_moved_and_done_and_each_refusal_is_said(tell, nadia, sign_in, today):
    shock = tell()
    task = shock.tasks.first()
    client, address = sign_in(nadia), f"/desk/economy/shocks/{shock.code}/tasks/{task.pk}/"
    past = client.post(f"{address}move/", typed("due_on", today - timedelta(1)) | {"because": "z"})
    assert b"That day is past." in past.content
    same = client.post(f"{address}move/", typed("due_on", task.due_on) | {"because": "z"})
    assert b"That is the day it has." in same.content
    assert b"Say why" in client.post(f"{address}move/", typed("due_on", today)).content
    moved = client.post(f"{address}move/", typed("due_on", today) | {"because": "They asked."})
    assert moved.status_code == 302
    to_come = client.post(f"{address}done/", typed("done_on", today + timedelta(1)))
    assert b"still to come" in to_come.content
    before = client.post(f"{address}done/", typed("done_on", today - timedelta(1)))
    assert b"before the town was told" in before.content
    assert client.post(f"{address}done/", typed("done_on", today)).status_code == 302
    assert b"said already" in client.post(f"{address}done/", typed("done_on", today)).content
    task.refresh_from_db()
    assert (task.due_on, task.done_on) == (today, today)


def test_a_task_is_added(tell, nadia, sign_in, today):
    shock = tell()
    address = reverse("shock-task-add", args=[shock.code])
    values = {"title": "Ring the union", "owner_title": "Programme lead"}
    past = sign_in(nadia).post(address, values | typed("due_on", today - timedelta(1)))
    assert b"That day is past." in past.content
    assert b"Ring the union" in past.content
    sign_in(nadia).post(address, values | typed("due_on", today))
    assert shock.tasks.filter(title="Ring the union").exists()


def test_three_pledges_are_proposed_and_two_drawn(tell, can_answer, nadia, sign_in):
    shock = tell(may_be_named=True)
    client, address = sign_in(nadia), reverse("desk-shock", args=[shock.code])
    page = client.get(address).content.decode()
    assert len(re.findall("Draw on it", page)) == 3
    for pledge in can_answer[:2]:
        drawing = reverse("shock-draw", args=[shock.code, pledge.code])
        assert b"Say who there agreed" in client.post(drawing, {"quantity": "10"}).content
        answer = client.post(drawing, {"quantity": "10", "agreed": "Their head, by telephone"})
        assert answer.status_code == 302
        assert client.get(drawing).status_code == 404
        pledge.refresh_from_db()
        assert (pledge.offered, pledge.drawn) == (10, 10)
    page = client.get(address).content.decode()
    assert len(re.findall("Draw on it", page)) == 1
    assert re.search(r"10 jobs;\s+10 places", page)
    # The ledger and the ask say nothing of the shock, nor how many people it hits.
    entry = Entry.objects.filter(kind="drawn").last()
    assert entry.by_role == "programme lead"
    entered = without_marks(str(entry.body) + entry.words)
    asks = " ".join(f"{ask.title} {ask.words} {ask.quantity}" for ask in Ask.objects.all())
    for word in ("Harbour", "Quillfeather", "closure", "120"):
        assert word not in entered + asks


def test_the_ledger_says_who_drew_and_the_page_says_what_is_public(
    tell, can_answer, nadia, grace, client, sign_in
):
    """A pledge is drawn on by both desks; each is called by its role, the case by nothing."""
    shock, pledge = tell(wanted_level="partners"), can_answer[0]
    drawing = reverse("shock-draw", args=[shock.code, pledge.code])
    before = unescape(sign_in(nadia).get(drawing).content.decode())
    sign_in(nadia).post(drawing, {"quantity": "10", "agreed": "Their head"})
    ask = Ask.objects.get()
    assert f"“{ask.title}”, with how many {ask.unit}" in before
    assert "as drawn on by the town" in before
    assert "Not everybody may know" in before
    page = client.get(pledge.get_absolute_url()).content.decode()
    assert "Drawn on by the town" in page
    assert re.search(
        r"10 of 10 jobs</strong> that it\s+offers to what the town asks for are used:"
        r"\s+10 by the town\.",
        page,
    )
    assert "the help desk" not in page
    helped = asking.make_ask(values={"title": "Jobs", "quantity": 5, "unit": "jobs"}, by=grace)
    asking.publish(ask=helped, by=grace)
    helped.refresh_from_db()
    answer = asking.answer(ask=helped, pledge=pledge, quantity=Decimal(5), by=grace)
    sign_in(grace).post(reverse("answer-draw", args=[answer.pk]), {"quantity": "2"})
    client.logout()
    page = client.get(pledge.get_absolute_url()).content.decode()
    assert re.search(r"12 of 15 jobs.*:\s+2 by the help desk,\s+10 by the town\.", page, re.S)
    assert "Drawn on by the help desk" in page
    public = page + client.get(reverse("asks")).content.decode()
    for words in ("Quillfeather", "closure", "Not everybody"):
        assert words not in public


def test_what_everybody_may_know_is_drawn_on_without_a_warning(tell, can_answer, nadia, sign_in):
    drawing = reverse("shock-draw", args=[tell().code, can_answer[0].code])
    assert b"Not everybody may know" not in sign_in(nadia).get(drawing).content


def test_more_than_is_left_or_nought_is_not_drawn(tell, can_answer, nadia, sign_in):
    shock = tell()
    address = reverse("shock-draw", args=[shock.code, can_answer[0].code])
    for quantity, words in (("61", b"60 jobs of this pledge are left"), ("0", b"more than nought")):
        answer = sign_in(nadia).post(address, {"quantity": quantity, "agreed": "Yes, they did"})
        assert words in answer.content
        assert b"Yes, they did" in answer.content
    assert not Ask.objects.exists()


def test_while_staff_alone_may_know_nothing_is_drawn(tell, can_answer, nadia, sign_in):
    shock = tell(wanted_level="staff")
    address = reverse("shock-draw", args=[shock.code, can_answer[0].code])
    answer = sign_in(nadia).post(address, {"quantity": "1", "agreed": "x"})
    assert b"a pledge" in answer.content
    assert b"ledger is public" in answer.content
    assert not Ask.objects.exists()


def test_a_pledge_of_the_employer_itself_answers_nothing(tell, can_answer, college, nadia, sign_in):
    shock = tell(partner=college)
    page = sign_in(nadia).get(reverse("desk-shock", args=[shock.code])).content.decode()
    assert len(re.findall("Draw on it", page)) == 1


def test_vacancies_that_others_told_stand_beside(tell, homes, priya, nadia, sign_in):
    shock = tell()
    tell(kind="vacancies", people=12, partner=homes, by=priya)
    page = sign_in(nadia).get(reverse("desk-shock", args=[shock.code])).content.decode()
    assert "12 jobs" in page


def test_it_is_closed_only_with_what_adds_up(tell, can_answer, nadia, sign_in):
    shock = tell()
    client, address = sign_in(nadia), reverse("shock-close", args=[shock.code])
    client.post(
        reverse("shock-draw", args=[shock.code, can_answer[0].code]),
        {"quantity": "10", "agreed": "x"},
    )
    figures = {"told_of": "120", "placed": "64", "without": "21", "not_known": "30"}
    refused = client.post(address, figures)
    assert b"t add up: placed 64" in refused.content
    assert b'value="64"' in refused.content
    assert client.post(address, figures | {"not_known": "35"}).status_code == 302
    outcome = Outcome.objects.get()
    assert (outcome.told_of, outcome.placed, outcome.not_known) == (120, 64, 35)
    assert Ask.objects.get().state == "closed"
    assert b"This case is closed." in client.post(address, figures | {"not_known": "35"}).content
    task = shock.tasks.first()
    with pytest.raises(Refused, match="closed"):
        working.done(task=task, done_on=shock.told_on, words="", by=nadia)
    page = client.get(reverse("desk-shock", args=[shock.code])).content.decode()
    assert "Draw on it" not in page
    assert "64 placed" in page
    assert Decimal(10) == can_answer[0].__class__.objects.get(pk=can_answer[0].pk).drawn


@pytest.mark.parametrize("who", ["yusuf", "nadia", "maya"])
def test_the_desk_is_for_three_roles(who, request, sign_in, tell):
    shock = tell()
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("desk-shock", args=[shock.code])).status_code == 200


@pytest.mark.parametrize("who", ["asha", "carys", "daniel", "grace", "tom"])
def test_nobody_else_comes_to_the_desk(who, request, sign_in, tell):
    shock = tell()
    client = sign_in(request.getfixturevalue(who))
    for name in ("desk-shock", "shock-level", "shock-close", "shock-task-add"):
        address = reverse(name, args=[shock.code])
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
