"""Every open need has a next action with a day and an owner, or stands on *nothing planned*."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commonweal.accounts import actions as roles
from commonweal.accounts.models import Appointment
from commonweal.cases import consenting, next_actions, planning, referring, working
from commonweal.cases.models import Callback, Case, Consent, Need, NextAction, Referral
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Payment
from commonweal.residents import deaths
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers.models import Task

from .rooms import SOURCES, files
from .world import World, clear, is_looked_after

pytestmark = pytest.mark.django_db


# --- Each event that ends something under a need ----------------------------------------------


@pytest.fixture
def world(request):
    return World(request)


def spoken(w):
    w.owed()
    working.record_call(case=w.case, direction="out", outcome="spoke", by=w.leah)


def spent(w):
    owed = w.owed()
    Callback.objects.filter(pk=owed.pk).update(attempts=4)
    working.record_call(case=w.case, direction="out", outcome="no_answer", by=w.leah)
    assert Callback.objects.get(pk=owed.pk).ending == "attempts"


def call_not_made(w):
    working.cancel_call(callback=w.owed(), because="She asked us not to.", by=w.leah)


def task_done(w):
    volunteering.finish(task=w.taken(), volunteer=w.sam, minutes=30)


def task_cancelled(w):
    volunteering.cancel(task=w.task(), by=w.leah)


def declined(w):
    referring.decline(referral=w.referral(), because="no_capacity", words="", by=w.joan)


def returned(w):
    w.referral()
    Referral.objects.update(answer_by=timezone.now() - timedelta(hours=1))
    assert referring.return_unanswered() == 1


def partner_has_finished(w):
    referral = w.referral()
    referring.accept(referral=referral, by=w.joan)
    referring.finish(referral=referral, outcome="unable", words="", by=w.joan)


def taken_back(w):
    referring.take_back(referral=w.referral(), by=w.leah)


def consent_withdrawn(w):
    consent = w.consent()
    w.referral(consent)
    assert Case.objects.get().state == "waiting"
    consenting.withdraw_consent(consent=consent, by=w.leah)
    assert Case.objects.get().state == "working"


def grant_refused(w):
    granting.refuse(award=w.award(), words="Two in a month.", by=w.robert)


def grant_cancelled(w):
    granting.cancel(award=w.approved(), because="Not needed.", by=w.robert)


def grant_paid(w):
    award = w.approved()
    run = granting.make_run(fund=w.fund, by=w.imran)
    text = f"reference,state,amount,on\n{award.code},paid,50.00,{timezone.localdate()}\n"
    granting.reconcile(run=run, text=text, by=w.imran)
    assert Payment.objects.get().state == "paid"
    assert Award.objects.get().state == "paid"


def grant_withdrawn(w):
    granting.withdraw(award=w.award(), because="She has it from the church.", by=w.leah)
    assert Award.objects.get().state == "withdrawn"


def reopened(w):
    working.settle(need=w.need, state="gone", by=w.leah)
    working.reopen(need=Need.objects.get(), by=w.leah)


def not_dead_after_all(w):
    deaths.report_dead(resident=w.case.resident, by=w.leah)
    deaths.alive_after_all(resident=w.case.resident, because="He rang.", by=w.leah)


def died(w):
    w.referral()
    w.task()
    w.owed()
    deaths.report_dead(resident=w.case.resident, by=w.leah)
    assert not NextAction.objects.filter(state="planned").exists()


def action_done(w):
    next_actions.done(action=w.action(), by=w.leah)


def shift_ended(w):
    working.begin_shift(person=w.leah)
    w.action()
    working.end_shift(person=w.leah)


def role_ended(w):
    w.action()
    roles.end(appointment=Appointment.objects.get(person=w.leah), by=w.daniel)
    assert Case.objects.get().assigned_to is None


def role_ran_out(w):
    w.owed(days=9)
    Appointment.objects.filter(person=w.leah).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )


def consent_ran_out(w):
    w.referral(w.consent())
    Consent.objects.update(expires_on=timezone.localdate() - timedelta(days=1))


def day_of_the_task_passed(w):
    w.task()
    Task.objects.update(on=timezone.localdate() - timedelta(days=1))


# (event, why a next action is made, or "" where the need stands on the list)
EVENTS = {
    spoken: "spoken",
    spent: "attempts",
    call_not_made: "no_call",
    task_done: "task_done",
    task_cancelled: "task_cancelled",
    declined: "call",
    returned: "call",
    partner_has_finished: "call",
    taken_back: "referral_back",
    consent_withdrawn: "consent",
    grant_refused: "grant_refused",
    grant_cancelled: "grant_cancelled",
    grant_paid: "grant_paid",
    grant_withdrawn: "grant_withdrawn",
    reopened: "reopened",
    not_dead_after_all: "alive",
    died: "",
    action_done: "",
    shift_ended: "",
    role_ended: "",
    role_ran_out: "",
    consent_ran_out: "",
    day_of_the_task_passed: "",
}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_whatever_ends_something_makes_a_next_action_or_puts_the_need_on_the_list(world, event):
    assert not is_looked_after(world.need)
    event(world)
    why = EVENTS[event]
    assert is_looked_after(world.need) == bool(why)
    coming = planning.next_of(Need.objects.get())
    if why == "call":
        assert coming.title == "Follow-up call"
    elif why:
        assert coming.action.because == why
    if why:
        assert coming.who == "Leah Omondi"
        assert timezone.now() - timedelta(minutes=1) <= coming.due_at
        assert coming.due_at <= timezone.now() + timedelta(days=3)


@pytest.mark.parametrize(
    "event", [declined, returned, partner_has_finished], ids=lambda event: event.__name__
)
def test_where_nobody_has_the_case_what_comes_back_stands_on_the_list(world, event, service):
    Case.objects.update(assigned_to=None)
    world.referral = lambda: referring.refer(
        need=world.need, service=service, hand="nothing", by=world.leah
    )
    event(world)
    assert not is_looked_after(world.need)


def test_each_reason_for_a_next_action_is_one_of_an_event_above():
    by_events = {why for why in EVENTS.values() if why not in ("", "call")}
    covered_by_the_call = {"referral_declined", "referral_returned", "referral_done"}
    # Safety that comes into a case: test_what_is_asked_again.
    others = {"hand", "moved", "taken", "grant_asked", "safety"}
    assert set(NextAction.Because.values) == by_events | covered_by_the_call | others


ENDS = re.compile(
    r"\benter\(\s*award, Kind\.(?:REFUSED|CANCELLED|WITHDRAWN)|\*\*_now\(stop\.to\)"
    r"|(?:state|end)=(?:(?:Task\.|Referral\.)?State\.(?:REVOKED|DECLINED|RETURNED|DONE|REFUSED"
    r'|CANCELLED|MOVED|DROPPED)|"(?:cancelled|done|revoked|refused|returned|declined)")'
)
FOLLOWS = ("next_actions.", "follow(", "follow_all(", "_back_to_desk(", "enter(")
# What ends something and makes no next action, and why.
NEED_NOT = {
    "working.calls._reached": "record_call follows, whatever the outcome",
    "working.ending.close": "every need is settled by then",
    "cases.enclosing._take_back_referrals": "enclose follows, once the case has its new owner",
    "volunteers.enclosing.take_back_tasks": "enclose follows, once the case has its new owner",
    "residents.deaths._stop": "nothing is done any more; what is open stands on the list",
    "cases.next_actions._end": "done asks for the next one, move makes it",
    "cases.next_actions.decided": "something is under way instead",
    "cases.next_actions.drop": "the need is settled",
    "cases.next_actions.done": "the page asks what comes next; else the need is on the list",
    "cases.next_actions.move": "it makes the next one",
    "grants.paying.reconcile": "_settle_award follows",
    "grants.awaiting.do_next": "it plans what is done in its place",
    "grants.reviews.decide_review": "a review can only raise",
    "desk.figures.desk": "it only counts",
}


def test_every_function_that_ends_something_under_a_need_says_what_follows():
    """An end that is added later fails here until it calls `follow`, or says why it need not."""
    ending = {}
    for path in files():
        lines = (text := path.read_text()).splitlines(keepends=True)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                source = "".join(lines[node.lineno - 1 : node.end_lineno])
                about = re.search(
                    r"Callback|Referral|Task|Award|NextAction|Stopped|_move\(|callbacks|owed|_end\(",
                    source,
                )
                writes = re.search(r"update\(|_move\(|_end\(|\benter\(", source)
                if about and writes and ENDS.search(source.replace("state__in=", "")):
                    ending[f"{path.parent.name}.{path.stem}.{node.name}"] = source
    assert {
        "volunteers.actions.finish",
        "cases.referring.take_back",
        "grants.deciding.refuse",
        "grants.deciding.withdraw",
        "grants.deciding.cancel",
        "working.calls.cancel_call",
        "residents.deaths._stop",
    } <= set(ending)
    # Each act about a grant is entered there, and whatever it ends is followed there.
    keep = (SOURCES / "grants/entries.py").read_text()
    assert "return keep(award)" in keep
    assert "awaiting.grant_ended(" in keep
    silent = {
        name for name, source in ending.items() if not any(call in source for call in FOLLOWS)
    }
    assert silent - set(NEED_NOT) == set()


# --- What is planned where --------------------------------------------------------------------


def test_each_way_of_planning_is_a_next_action_with_day_and_owner(world):
    for plan in (world.action, world.owed, world.task, world.taken, world.referral, world.award):
        clear(world.case)
        Task.objects.all().delete()
        Referral.objects.all().delete()
        assert not is_looked_after(world.need)
        plan()
        coming = planning.next_of(world.need)
        assert coming.who == "Leah Omondi"
        assert coming.due_at > timezone.now()


def test_a_second_call_is_no_plan_for_another_need(asks_for_help, leah):
    case = asks_for_help("food", "debt", by=leah)
    food, debt = case.needs.order_by("help_type__order")
    clear(case)
    working.settle(need=food, state="met", by=leah)
    assert case.callbacks.get().purpose == "second"
    assert not is_looked_after(debt)


def test_a_call_that_nobody_has_is_the_managers_until_the_moment_promised(
    asks_for_help, leah, grace
):
    need = asks_for_help("debt").needs.get()
    assert planning.next_of(need).who == planning.DESK
    assert is_looked_after(need)
    Callback.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert not is_looked_after(need)
    Callback.objects.update(due_at=timezone.now() + timedelta(hours=1))
    # Without a desk manager there is nobody whose it could be.
    Appointment.objects.filter(person=grace).update(ended_at=timezone.now())
    assert not is_looked_after(need)


def test_whoever_takes_a_call_has_each_need_to_get_under_way_within_the_promise(
    asks_for_help, leah, kinds
):
    case = asks_for_help("food", "debt", by=leah)
    for need in case.needs.all():
        coming = planning.next_of(need)
        hours = kinds[need.help_type.code].hours_promised
        assert (coming.title, coming.who) == ("Get the help under way", "Leah Omondi")
        assert coming.due_at == case.opened_at + timedelta(hours=hours)
    urgent = asks_for_help("debt", by=leah, signs=["danger"], first_name="B")
    assert planning.next_of(urgent.needs.get()).due_at == urgent.due_at


def test_what_a_person_plans_takes_the_place_of_what_was_to_be_decided(world):
    consent_withdrawn(world)
    assert planning.next_of(world.need).action.kind == "decide"
    world.referral()
    assert not NextAction.objects.filter(state="planned").exists()
    assert planning.next_of(world.need).title.startswith("Advice Centre answers X-")


def test_a_grant_is_a_plan_for_the_need_that_it_can_meet(asks_for_help, leah, fund):
    case = asks_for_help("food", "debt", by=leah)
    clear(case)
    values = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": Decimal(9)}
    granting.apply(fund=fund, resident=case.resident, case=case, values=values, by=leah)
    food, debt = case.needs.order_by("help_type__order")
    assert is_looked_after(food)
    assert not is_looked_after(debt)


def test_what_goes_with_the_case_goes_with_it(world, owen, grace):
    action = world.action()
    working.hand_over(case=world.case, to=owen, words="Ring after four.", by=world.leah)
    action.refresh_from_db()
    assert action.owner == owen
    roles.end(appointment=Appointment.objects.get(person=owen), by=world.daniel)
    action.refresh_from_db()
    assert action.owner is None
    working.take(case=Case.objects.get(), by=world.leah)
    action.refresh_from_db()
    assert action.owner == world.leah
    assert is_looked_after(world.need)


def test_a_shift_that_ends_gives_todays_work_back_and_the_next_one_takes_it_again(
    world, sign_in, owen, leah
):
    sign_in(leah).post("/desk/help/shift/")
    today, later = world.action(), world.action(hours=72)
    page = sign_in(leah).post("/desk/help/shift/", follow=True).content.decode()
    assert "goes back to the desk: 1 call or action." in page
    # Both were for one need: the later one is Leah's still.
    assert [NextAction.objects.get(pk=one.pk).owner for one in (today, later)] == [None, leah]
    # A colleague may take up what is due today.
    assert sign_in(owen).get(world.case.get_absolute_url()).status_code == 200
    sign_in(leah).post("/desk/help/shift/")
    today.refresh_from_db()
    assert today.owner == leah
    assert sign_in(owen).get(world.case.get_absolute_url()).status_code == 302


def test_cases_of_whoever_left_by_date_are_released_by_the_clock(world):
    role_ran_out(world)
    assert next_actions.release_who_left() == 1
    assert Case.objects.get().assigned_to is None
    assert next_actions.release_who_left() == 0
