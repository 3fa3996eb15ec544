"""What a case keeps of its own future is what its rows say, whatever was done in whatever order."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from commonweal.cases import adding, next_actions, planning, queues, working
from commonweal.cases.models import Call, Callback, Case, Need, NextAction
from commonweal.office.errors import Refused
from commonweal.residents import deaths

from . import foreseen

pytestmark = pytest.mark.django_db
WATCHED = ("cases_case", "cases_need", "cases_callback", "cases_nextaction", "cases_call")


@pytest.fixture
def desk(asks_for_help, leah, owen, grace, kinds):
    asks_for_help("food", "debt", by=leah)
    asks_for_help("debt", first_name="Bea", last_name="Ottery", at=timezone.now())
    return {"people": [leah, owen, grace], "kinds": [kinds["food"], kinds["debt"], kinds["work"]]}


def _an_open_need(draw):
    return draw.choice(list(Need.objects.filter(state="open").order_by("pk")))


def _planned(draw):
    return draw.choice(list(NextAction.objects.filter(state="planned").order_by("pk")))


def plan(draw, case, by, desk):
    due_at = timezone.now() + timedelta(hours=draw.randint(1, 99))
    owner = draw.choice(desk["people"])
    next_actions.plan(need=_an_open_need(draw), kind="ask", due_at=due_at, owner=owner, by=by)


def do(draw, case, by, desk):
    next_actions.done(action=_planned(draw), by=by)


def move(draw, case, by, desk):
    due_at = timezone.now() + timedelta(hours=draw.randint(1, 99))
    owner = draw.choice(desk["people"])
    next_actions.move(action=_planned(draw), due_at=due_at, owner=owner, because="x", by=by)


def ring(draw, case, by, desk):
    outcome = draw.choice(["spoke", "no_answer", "refused", "voicemail"])
    working.record_call(case=case, direction="out", outcome=outcome, by=by)


def plan_call(draw, case, by, desk):
    due_at = timezone.now() + timedelta(hours=draw.randint(1, 99))
    working.plan_call(case=case, purpose="follow_up", due_at=due_at, by=by)


def not_made(draw, case, by, desk):
    owed = draw.choice(list(Callback.objects.filter(state="due").order_by("pk")))
    working.cancel_call(callback=owed, because="She asked.", by=by)


def take(draw, case, by, desk):
    working.take(case=case, by=by)


def hand_many(draw, case, by, desk):
    to = draw.choice(desk["people"])
    working.hand_many(codes=[case.code], to=to, words="x", by=desk["people"][2])


def give_back(draw, case, by, desk):
    working.give_back(person=by, untouched=draw.random() < 0.5, by=by)


def shift(draw, case, by, desk):
    working.begin_shift(person=by)
    if draw.random() < 0.5:
        working.end_shift(person=by)


def share(draw, case, by, desk):
    stroke = working.share_out(
        part=working.Part(), caps={by: None, desk["people"][0]: 1}, by=desk["people"][2]
    )
    if draw.random() < 0.5:
        working.take_back(stroke=stroke, by=desk["people"][2])


def settle(draw, case, by, desk):
    working.settle(need=_an_open_need(draw), state="met", by=by)


def reopen(draw, case, by, desk):
    settled = Need.objects.exclude(state="open").order_by("pk")
    working.reopen(need=draw.choice(list(settled)), by=by)


def add_need(draw, case, by, desk):
    adding.add_need(case=case, help_type=draw.choice(desk["kinds"]), by=by)


def close(draw, case, by, desk):
    working.close(case=case, words="x", by=by)


def urgent(draw, case, by, desk):
    working.decide_urgency(case=case, level=draw.randint(1, 4), because="x", by=by)


def died(draw, case, by, desk):
    deaths.report_dead(resident=case.resident, by=by)
    deaths.alive_after_all(resident=case.resident, because="x", by=by)


def release(draw, case, by, desk):
    Callback.objects.filter(assigned_to=by, state="due").update(assigned_to=None)
    NextAction.objects.filter(owner=by, state="planned").update(owner=None)


ACTS = [
    plan,
    do,
    move,
    ring,
    plan_call,
    not_made,
    take,
    hand_many,
    give_back,
    shift,
    share,
    settle,
    reopen,
    add_need,
    close,
    urgent,
    died,
    release,
]


@pytest.mark.parametrize("seed", range(3))
def test_after_any_acts_in_any_order_each_case_keeps_what_its_rows_say(desk, seed):
    draw, done = random.Random(seed), set()
    foreseen.check()
    for _ in range(25):
        act = draw.choice(ACTS)
        case = draw.choice(list(Case.objects.order_by("pk")))
        try:
            act(draw, case, draw.choice(desk["people"]), desk)
        except (Refused, IndexError):
            continue
        done.add(act)
        foreseen.check()
    assert len(done) > len(ACTS) // 3


def test_rows_that_go_to_another_case_or_away_are_followed(desk):
    first, second = Case.objects.order_by("pk")
    Callback.objects.filter(case=second).update(case=first)
    foreseen.check()
    Need.objects.filter(case=first).update(state="gone", closed_on=timezone.localdate())
    foreseen.check()
    Need.objects.create(case=first, help_type=desk["kinds"][2])
    foreseen.check()
    Call.objects.create(case=second, direction="out", outcome="spoke")
    foreseen.check()
    Call.objects.update(case=first)
    foreseen.check()
    Call.objects.all().delete()
    NextAction.objects.all().delete()
    Callback.objects.all().delete()
    foreseen.check()
    Need.objects.filter(case=first).order_by("pk").last().delete()
    foreseen.check()


def test_a_stale_copy_of_a_case_that_is_saved_whole_changes_nothing(desk, leah):
    stale = Case.objects.order_by("pk")[0]
    Callback.objects.filter(case=stale).delete()
    NextAction.objects.filter(need__case=stale).delete()
    stale.save()
    foreseen.check()


def test_every_table_that_tells_it_is_watched():
    """A migration that makes one of these tables anew on SQLite loses its triggers."""
    place, column = {
        "sqlite": ("sqlite_master", "tbl_name"),
        "postgresql": ("pg_trigger", "tgrelid::regclass::text"),
    }[connection.vendor]
    named = "tgname" if connection.vendor == "postgresql" else "name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {place} WHERE {named} LIKE '%%_foresee%%'", [])
        assert set(WATCHED) == {table for (table,) in cursor.fetchall()}


def test_where_there_is_no_desk_manager_what_nobody_has_is_not_planned(desk, grace):
    grace.appointments.update(ended_at=timezone.now())
    at = planning.desk()
    assert not at.managed
    unshared = Case.objects.get(assigned_to=None)
    assert unshared in planning.with_unplanned(Case.objects.all(), at)
    foreseen.check()


def test_whose_last_contact_is_longest_ago_comes_first(desk, leah, sign_in):
    spoken, never = Case.objects.order_by("pk")
    Call.objects.create(case=spoken, direction="out", outcome="spoke")
    page = sign_in(leah).get("/desk/help/queue/?sort=contact").content.decode()
    assert "Not spoken to, then longest without contact" in page
    rows = page[page.index('id="queue"') :]
    assert rows.index(never.code) < rows.index(spoken.code)
    assert "contact" in queues.SORTS
