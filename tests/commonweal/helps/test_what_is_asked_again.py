"""Which call it was; who decided that one is not made; what is asked anew once safety is at stake;
and what a page says of somebody who is being checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.cases import adding, next_actions, planning, rota, working
from commonweal.residents import reaching
from commonweal.residents.models import PerhapsSame
from commonweal.residents.ways import Rule

from .world import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(asks_for_help, leah):
    """A case of Leah's, of which no call is owed."""
    made = asks_for_help(by=leah)
    made.callbacks.all().delete()
    return made


def owed(case, purpose, days, leah):
    due = timezone.now() + timedelta(days=days)
    return working.plan_call(case=case, purpose=purpose, due_at=due, by=leah)


def nobody_rings(resident, leah):
    reaching.write(
        resident=resident, rule=Rule("none"), source="changed", by=leah, because="She said."
    )


def form_of(client, case):
    return client.get(f"/desk/help/cases/{case.code}/call/").context["form"]


def keep(client, case, **said):
    answers = {"direction": "in", "outcome": "spoke", "words": "About something else."} | said
    return client.post(f"/desk/help/cases/{case.code}/call/", answers)


def test_a_call_planned_for_another_day_is_not_used_up_by_another_one(case, leah, sign_in):
    later = owed(case, "follow_up", 5, leah)
    client = sign_in(leah)
    which = form_of(client, case)["which"]
    assert which.initial is None
    assert 'name="which"' in words_of(client.get(case.get_absolute_url()))
    assert "Choose which call it was" in words_of(keep(client, case))
    assert not case.calls.exists()
    assert keep(client, case, which="other").status_code == 302
    later.refresh_from_db()
    assert later.state == "due"
    assert case.calls.get().callback is None
    keep(client, case, which=str(later.pk), words="This was it.")
    later.refresh_from_db()
    assert (later.state, later.ending) == ("done", "reached")


@pytest.mark.parametrize(("purpose", "days"), [("first", 3), ("follow_up", 0)])
def test_a_first_call_or_one_due_by_tonight_is_taken_without_a_question(
    case, leah, sign_in, purpose, days
):
    call = owed(case, purpose, days, leah)
    owed(case, "second", 9, leah)
    client = sign_in(leah)
    assert "which" not in form_of(client, case).fields
    keep(client, case)
    call.refresh_from_db()
    assert call.state == "done"


def test_who_asks_to_be_rung_later_is_owed_a_call_then(case, leah, sign_in):
    day = timezone.localdate() + timedelta(days=3)
    client = sign_in(leah)
    on = {"again_on_0": day.day, "again_on_1": day.month, "again_on_2": day.year}
    yesterday = timezone.localdate() - timedelta(days=1)
    past = {
        "again_on_0": yesterday.day,
        "again_on_1": yesterday.month,
        "again_on_2": yesterday.year,
    }
    refused = words_of(keep(client, case, outcome="later", **past))
    assert "Choose today or a day that comes" in refused
    assert "About something else." in refused
    keep(client, case, outcome="later", again_time="14:30", **on)
    call = case.callbacks.get(state="due")
    due = timezone.localtime(call.due_at)
    assert (call.purpose, due.date(), due.hour, due.minute) == ("follow_up", day, 14, 30)


def test_no_call_is_owed_after_ring_later_to_who_may_not_be_rung(case, leah, sign_in):
    nobody_rings(case.resident, leah)
    keep(sign_in(leah), case, outcome="later")
    assert case.calls.count() == 1
    assert not case.callbacks.filter(state="due").exists()


def test_a_call_not_made_says_who_decided_it(case, leah, owen, sign_in):
    call = owed(case, "follow_up", 2, leah)
    working.cancel_call(callback=call, because="She is away.", by=owen)
    call.refresh_from_db()
    assert call.not_made_by == owen
    page = words_of(sign_in(leah).get(case.get_absolute_url()))
    assert 'not made.</strong> She is away. <span class="quiet">Owen Pryce</span>' in page


def test_when_safety_comes_into_a_case_they_are_asked_anew(case, kinds, leah, noor):
    tonight = timezone.now() + timedelta(hours=9)
    rota.stand_in(person=noor, is_on=True, until=tonight, by=noor)
    need = adding.add_need(case=case, help_type=kinds["safety"], by=leah)
    action = planning.next_of(need)
    assert action is not None
    (asked,) = need.next_actions.filter(because="safety")
    assert asked.words == next_actions.ASK_ANEW
    assert asked.owner == noor
    assert next_actions.ASK_ANEW in str(vars(action))
    next_actions.done(action=asked, by=noor, words="She said text only.")
    assert not need.next_actions.filter(because="safety", state="planned").exists()


def test_nobody_is_asked_anew_for_food(case, kinds, leah):
    need = adding.add_need(case=case, help_type=kinds["debt"], by=leah)
    assert not need.next_actions.filter(because="safety").exists()


def test_who_is_being_checked_is_not_said_to_be_open(asks_for_help, leah):
    one = asks_for_help(by=leah, contact="any").resident
    other = asks_for_help(by=leah, contact="no_ring", last_name="Quillfether").resident
    PerhapsSame.objects.create(one=one, other=other)
    said = reaching.instruction(one)
    assert "is being checked. Until then do not ring" in said
    assert "May be rung" not in said


def test_a_call_that_nobody_may_make_is_a_whole_sentence(case, leah, sign_in):
    owed(case, "first", 1, leah)
    nobody_rings(case.resident, leah)
    page = words_of(sign_in(leah).get(case.get_absolute_url()))
    assert "they contact the desk</strong>. <a" in page
    assert "Don't make it" not in page


@pytest.mark.parametrize(("who", "where"), [("leah", "/desk/help/"), ("carys", None)])
def test_who_has_one_desk_lands_on_it(request, sign_in, who, where):
    answer = sign_in(request.getfixturevalue(who)).get("/space/")
    assert answer.headers.get("Location") == where
