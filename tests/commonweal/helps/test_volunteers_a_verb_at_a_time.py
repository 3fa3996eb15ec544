"""Volunteers, their checks and tasks, a verb at a time; and asks that pledges answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from commonweal.accounts.models import Event, Message, Person
from commonweal.asks import actions as asking
from commonweal.asks.models import Answer, Ask
from commonweal.office.errors import Refused
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers import takes
from commonweal.volunteers.models import Check, Task, TaskTake, Volunteer

pytestmark = pytest.mark.django_db
State = Task.State


def written(*verbs: str) -> list[str]:
    """Which of these verbs stand in the record, in their order."""
    events = Event.objects.filter(verb__in=verbs).order_by("pk")
    return list(events.values_list("verb", flat=True))


@pytest.fixture
def shopper(sam: Person) -> Volunteer:
    return Volunteer.objects.get(person=sam)


@pytest.fixture
def another(new_person: Callable[..., Person]) -> Volunteer:
    person = new_person("wim", "Wim Aarts")
    return Volunteer.objects.create(
        person=person, phone="07700 900112", skills=["shopping"], state="active"
    )


@pytest.fixture
def offer(grace: Person) -> Callable[..., Task]:
    """A task for nobody in particular: to fold letters."""

    def offered(**values: Any) -> Task:
        return volunteering.make_task(
            need=None,
            by=grace,
            values={"title": "Fold letters", "who": "Somebody", "where": "The hall"} | values,
        )

    return offered


# Signing up


def signed_up(person: Person, **more: Any) -> Volunteer:
    answers = {"phone": "07700 900113", "skills": ["phone"], "areas": [], "hours_a_week": 3}
    return volunteering.sign_up(person=person, **(answers | {"when": "Mornings"} | more))


def test_who_signs_up_waits_and_does_so_once(carys: Person, area: Any) -> None:
    volunteer = signed_up(carys, areas=[area], languages="Welsh")
    assert (volunteer.state, volunteer.agreed_terms) == ("new", volunteering.TERMS)
    assert ([*volunteer.areas.all()], volunteer.languages) == ([area], "Welsh")
    assert written("volunteer signed up") == ["volunteer signed up"]
    with pytest.raises(Refused, match="You have signed up already"):
        signed_up(carys)
    assert Volunteer.objects.filter(person=carys).count() == 1


@pytest.mark.parametrize("state", ["new", "paused", "left"])
def test_who_is_admitted_is_told_and_told_once(carys: Person, grace: Person, state: str) -> None:
    volunteer = signed_up(carys)
    Volunteer.objects.filter(pk=volunteer.pk).update(state=state)
    volunteering.admit(volunteer=volunteer, by=grace)
    volunteer.refresh_from_db()
    assert volunteer.state == "active"
    [letter] = Message.objects.filter(person=carys)
    assert letter.subject == "You can take tasks now"
    with pytest.raises(Refused, match="This volunteer is active already"):
        volunteering.admit(volunteer=volunteer, by=grace)
    assert Message.objects.filter(person=carys).count() == 1
    assert written("volunteer admitted") == ["volunteer admitted"]


@pytest.mark.parametrize("state", ["active", "paused", "left"])
def test_only_who_waits_is_turned_down(carys: Person, grace: Person, state: str) -> None:
    volunteer = signed_up(carys)
    volunteering.turn_down(volunteer=volunteer, by=grace)
    volunteer.refresh_from_db()
    assert volunteer.state == "left"
    assert Message.objects.get(person=carys).subject == "Your offer of time"
    Volunteer.objects.filter(pk=volunteer.pk).update(state=state)
    with pytest.raises(Refused, match="Somebody else has looked at it already"):
        volunteering.turn_down(volunteer=volunteer, by=grace)
    assert Message.objects.filter(person=carys).count() == 1
    assert not mail.outbox


@pytest.mark.parametrize("state", ["paused", "left"])
def test_who_pauses_or_leaves_has_no_task(
    shopper: Volunteer, another: Volunteer, grace: Person, offer: Callable[..., Task], state: str
) -> None:
    mine, theirs = offer(), offer(title="Fold more")
    volunteering.take(task=mine, volunteer=shopper)
    volunteering.take(task=theirs, volunteer=another)
    volunteering.set_state(volunteer=shopper, state=state, by=grace)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.state, mine.taken_by, mine.taken_at) == (State.OPEN, None, None)
    assert (theirs.state, theirs.taken_by) == (State.TAKEN, another)
    assert TaskTake.objects.get(task=mine).end == TaskTake.End.CANCELLED
    assert TaskTake.objects.get(task=theirs).end == ""
    assert written("task taken away", "volunteer changed") == [
        "task taken away",
        "volunteer changed",
    ]
    with pytest.raises(Refused, match="Somebody else has done that already"):
        volunteering.set_state(volunteer=shopper, state=state, by=grace)


@pytest.mark.parametrize("state", ["new", "paused", "left"])
def test_who_was_told_to_pause_a_moment_ago_reads_nobodys_address(
    shopper: Volunteer, grace: Person, offer: Callable[..., Task], state: str
) -> None:
    """They pressed *take* at the same moment, and were active when it began."""
    task, as_on_their_page = offer(), Volunteer.objects.get(pk=shopper.pk)
    volunteering.set_state(volunteer=shopper, state=state, by=grace)
    assert as_on_their_page.state == "active"
    with pytest.raises(Refused, match="once the desk has looked at your sign-up"):
        volunteering.take(task=task, volunteer=as_on_their_page)
    task.refresh_from_db()
    assert (task.state, TaskTake.objects.count()) == (State.OPEN, 0)


# Checks


def check(
    volunteer: Volunteer, by: Person, seen: int, expires: int | None, kind: str = "dbs"
) -> Check:
    today = timezone.localdate()
    return volunteering.add_check(
        volunteer=volunteer,
        kind=kind,
        seen_on=today + timedelta(days=seen),
        expires_on=None if expires is None else today + timedelta(days=expires),
        by=by,
    )


@pytest.mark.parametrize(
    ("expires", "days", "holds"),
    [(None, 9999, True), (5, 5, True), (5, 6, False), (-1, -1, True), (-1, 0, False)],
)
def test_a_check_holds_through_its_last_day(
    shopper: Volunteer, grace: Person, expires: int | None, days: int, holds: bool
) -> None:
    kind = Check.Kind.values[0]
    check(shopper, grace, -30, expires, kind)
    volunteer = Volunteer.objects.get(pk=shopper.pk)
    on = timezone.localdate() + timedelta(days=days)
    assert volunteer.has_check(kind, on) is holds
    assert not volunteer.has_check("another", on)
    assert volunteer.has_check("", on)
    event = Event.objects.get(verb="check seen")
    assert event.detail == {"kind": kind}


@pytest.mark.parametrize(
    ("seen", "expires", "sentence"),
    [
        (0, -1, "It would expire before it was seen"),
        (1, None, "It can't have been seen on a day that has not come"),
        (1, 30, "It can't have been seen on a day that has not come"),
    ],
)
def test_a_check_is_seen_before_it_expires_and_not_in_the_future(
    shopper: Volunteer, grace: Person, seen: int, expires: int | None, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        check(shopper, grace, seen, expires)
    assert not Check.objects.exists()
    # On one day it may be seen and expire.
    check(shopper, grace, 0, 0)


# Tasks


def test_a_task_is_offered_taken_given_back_taken_and_done(
    shopper: Volunteer, another: Volunteer, offer: Callable[..., Task]
) -> None:
    task = offer()
    volunteering.take(task=task, volunteer=shopper)
    volunteering.give_back(task=task, volunteer=shopper)
    volunteering.take(task=task, volunteer=another)
    volunteering.finish(task=task, volunteer=another, minutes=90)
    task.refresh_from_db()
    assert (task.state, task.minutes_given, task.taken_by) == (State.DONE, 90, another)
    # Who and where are forgotten at once.
    assert (task.who, task.where, task.instructions) == ("", "", "")
    ends = TaskTake.objects.order_by("pk").values_list("volunteer", "end")
    assert list(ends) == [(shopper.pk, TaskTake.End.BACK), (another.pk, TaskTake.End.DONE)]
    assert written("task offered", "task taken", "task given back", "task done") == [
        "task offered",
        "task taken",
        "task given back",
        "task taken",
        "task done",
    ]
    assert volunteering.hours_given() == volunteering.hours_given(another) == Decimal("1.5")
    assert volunteering.hours_given(shopper) == 0


def test_a_task_that_is_taken_is_nobody_elses(
    shopper: Volunteer, another: Volunteer, offer: Callable[..., Task]
) -> None:
    task = offer()
    volunteering.take(task=task, volunteer=shopper)
    # Pressed on a second page, it is theirs as before.
    volunteering.take(task=task, volunteer=shopper)
    assert TaskTake.objects.count() == 1
    with pytest.raises(Refused, match="Somebody else has just taken this task"):
        volunteering.take(task=task, volunteer=another)
    for deed in (
        lambda: volunteering.give_back(task=task, volunteer=another),
        lambda: volunteering.finish(task=task, volunteer=another, minutes=5),
    ):
        with pytest.raises(Refused, match="This task is not yours any more"):
            deed()
    task.refresh_from_db()
    assert (task.state, task.taken_by) == (State.TAKEN, shopper)


@pytest.mark.parametrize(
    ("minutes", "fits"), [(0, False), (-1, False), (1, True), (1440, True), (1441, False)]
)
def test_a_task_takes_up_to_a_day(
    shopper: Volunteer, offer: Callable[..., Task], minutes: int, fits: bool
) -> None:
    task = offer()
    volunteering.take(task=task, volunteer=shopper)
    if fits:
        volunteering.finish(task=task, volunteer=shopper, minutes=minutes)
    else:
        with pytest.raises(Refused, match="Enter the minutes that it took, at most a day"):
            volunteering.finish(task=task, volunteer=shopper, minutes=minutes)
    task.refresh_from_db()
    assert (task.state == State.DONE) is fits
    assert bool(task.where) is not fits


@pytest.mark.parametrize("before", ["open", "taken", "done", "cancelled"])
def test_a_task_is_cancelled_while_it_goes_on(
    shopper: Volunteer, grace: Person, offer: Callable[..., Task], before: str
) -> None:
    task = offer()
    if before in ("taken", "done"):
        volunteering.take(task=task, volunteer=shopper)
    if before == "done":
        volunteering.finish(task=task, volunteer=shopper, minutes=5)
    if before == "cancelled":
        volunteering.cancel(task=task, by=grace)
    if before in ("done", "cancelled"):
        with pytest.raises(Refused, match="This task has ended already"):
            volunteering.cancel(task=task, by=grace)
    else:
        volunteering.cancel(task=task, by=grace)
        assert not TaskTake.objects.filter(ended_at=None).exists()
    task.refresh_from_db()
    assert task.where == ""
    assert task.state == (State.DONE if before == "done" else State.CANCELLED)
    assert written("task cancelled") == ([] if before == "done" else ["task cancelled"])


@pytest.mark.parametrize(("days", "is_past"), [(-1, True), (0, False), (1, False), (None, False)])
def test_a_task_of_a_day_that_is_past_is_neither_offered_nor_taken(
    shopper: Volunteer, offer: Callable[..., Task], today: date, days: int | None, is_past: bool
) -> None:
    """It was offered, and no volunteer saw it; by its address its door could still be read."""
    day = None if days is None else today + timedelta(days=days)
    if is_past:
        with pytest.raises(Refused, match="That day is past"):
            offer(on=day)
    task = offer()
    Task.objects.filter(pk=task.pk).update(on=day)
    assert ([*volunteering.open_tasks(shopper, today)] == []) is is_past
    if is_past:
        with pytest.raises(Refused, match="The day of this task is past"):
            volunteering.take(task=task, volunteer=shopper)
        assert not TaskTake.objects.exists()
    else:
        volunteering.take(task=task, volunteer=shopper)


def test_a_task_taken_before_its_day_passed_is_finished_after_it(
    shopper: Volunteer, offer: Callable[..., Task], today: date
) -> None:
    task = offer(on=today)
    volunteering.take(task=task, volunteer=shopper)
    Task.objects.filter(pk=task.pk).update(on=today - timedelta(days=2))
    # On a second page it is theirs, and says so.
    volunteering.take(task=task, volunteer=shopper)
    volunteering.finish(task=task, volunteer=shopper, minutes=5)


@pytest.mark.parametrize(
    ("values", "is_shown"),
    [
        ({}, True),
        ({"skill": "shopping"}, True),
        ({"skill": "phone"}, False),
        ({"needs_check": "identity"}, False),
        ({"skill": "shopping", "needs_check": "identity"}, False),
    ],
)
def test_tasks_are_shown_by_skill_and_check(
    shopper: Volunteer,
    grace: Person,
    offer: Callable[..., Task],
    values: dict[str, str],
    is_shown: bool,
) -> None:
    task, today = offer(**values), timezone.localdate()
    assert (task in volunteering.open_tasks(shopper, today)) is is_shown
    check(shopper, grace, 0, None, "identity")
    volunteer = Volunteer.objects.get(pk=shopper.pk)
    is_able = values.get("skill") != "phone"
    assert (task in volunteering.open_tasks(volunteer, today)) is is_able
    for state in ("new", "paused", "left"):
        volunteer.state = state
        assert volunteering.open_tasks(volunteer, today) == []


def test_tasks_are_shown_where_somebody_wants_to_help(
    shopper: Volunteer, offer: Callable[..., Task], area: Any, today: date
) -> None:
    here, anywhere = offer(area=area), offer(title="Fold more")
    assert {*volunteering.open_tasks(shopper, today)} == {here, anywhere}
    elsewhere = type(area).objects.create(
        **{
            field.attname: getattr(area, field.attname)
            for field in area._meta.concrete_fields
            if field.attname not in ("id", "code", "name")
        },
        code="E05099999",
        name="Elsewhere",
    )
    shopper.areas.set([elsewhere])
    assert {*volunteering.open_tasks(shopper, today)} == {anywhere}


def test_other_tasks_of_the_day_are_named(
    shopper: Volunteer, another: Volunteer, offer: Callable[..., Task], today: date
) -> None:
    tasks = [offer(on=today), offer(title="B", on=today + timedelta(days=1)), offer(title="C")]
    for task in tasks:
        volunteering.take(task=task, volunteer=shopper)
    new = offer(title="D", on=today)
    assert volunteering.clashing_with(new, shopper) == [tasks[0]]
    assert volunteering.clashing_with(new, another) == []
    assert volunteering.clashing_with(tasks[0], shopper) == []
    assert volunteering.clashing_with(tasks[2], shopper) == []


@pytest.mark.parametrize("number", [1, takes.OPEN_MOST - 1, takes.OPEN_MOST])
def test_nobody_has_more_than_four_tasks(
    shopper: Volunteer, offer: Callable[..., Task], number: int
) -> None:
    for at in range(number):
        volunteering.take(task=offer(title=f"Fold {at}"), volunteer=shopper)
    one_more = offer(title="One more")
    if number < takes.OPEN_MOST:
        volunteering.take(task=one_more, volunteer=shopper)
    else:
        with pytest.raises(Refused, match=r"You have 4 tasks\. Finish one"):
            volunteering.take(task=one_more, volunteer=shopper)


# Asks


@pytest.fixture
def ask(grace: Person) -> Ask:
    values = {"title": "Hours at the hall", "words": "", "unit": "hours", "quantity": Decimal(40)}
    return asking.make_ask(values=values, by=grace)


def test_an_ask_is_drafted_changed_published_and_closed_each_once(ask: Ask, grace: Person) -> None:
    asking.change_ask(ask=ask, values={"title": "Hours in the hall"}, by=grace)
    asking.publish(ask=ask, by=grace)
    for deed, sentence in (
        (lambda: asking.change_ask(ask=ask, values={"title": "x"}, by=grace), "published already"),
        (lambda: asking.publish(ask=ask, by=grace), "This ask is published already"),
    ):
        with pytest.raises(Refused, match=sentence):
            deed()
    asking.close_ask(ask=ask, by=grace)
    with pytest.raises(Refused, match="This ask is not open"):
        asking.close_ask(ask=ask, by=grace)
    with pytest.raises(Refused, match="This ask is published already"):
        asking.publish(ask=ask, by=grace)
    ask.refresh_from_db()
    assert (ask.title, ask.state) == ("Hours in the hall", Ask.State.CLOSED)
    assert ask.published_on == ask.closed_on == timezone.localdate()
    verbs = ["ask drafted", "ask changed", "ask published", "ask closed"]
    assert written(*verbs) == verbs


def test_a_draft_is_not_closed(ask: Ask, grace: Person) -> None:
    with pytest.raises(Refused, match="This ask is not open"):
        asking.close_ask(ask=ask, by=grace)


@pytest.mark.parametrize(("days", "is_past"), [(-1, True), (0, False), (30, False)])
def test_an_ask_of_a_day_that_is_past_is_not_published(
    ask: Ask, grace: Person, today: date, days: int, is_past: bool
) -> None:
    asking.change_ask(ask=ask, values={"needed_by": today + timedelta(days=days)}, by=grace)
    if is_past:
        with pytest.raises(Refused, match="The day by which it is needed is past"):
            asking.publish(ask=ask, by=grace)
    else:
        asking.publish(ask=ask, by=grace)
    ask.refresh_from_db()
    assert ask.state == (Ask.State.DRAFT if is_past else Ask.State.OPEN)


@pytest.fixture
def open_ask(ask: Ask, grace: Person) -> Ask:
    asking.publish(ask=ask, by=grace)
    ask.refresh_from_db()
    return ask


def test_an_answer_is_refused_by_what_was_closed_while_somebody_wrote(
    open_ask: Ask, grace: Person, asha: Person, pledged: Any
) -> None:
    pledge, as_on_their_page = pledged(target=Decimal(50)), Ask.objects.get(pk=open_ask.pk)
    asking.close_ask(ask=open_ask, by=grace)
    with pytest.raises(Refused, match="This ask is not open any more"):
        asking.answer(ask=as_on_their_page, pledge=pledge, quantity=Decimal(5), by=asha)
    assert not Answer.objects.exists()
    assert not pledge.entries.filter(kind="offered").exists()


def test_an_offer_is_used_up_to_its_end(
    open_ask: Ask, grace: Person, asha: Person, pledged: Any, today: date
) -> None:
    pledge = pledged(target=Decimal(50))
    answer = asking.answer(ask=open_ask, pledge=pledge, quantity=Decimal(10), by=asha)
    for quantity in ("0", "-1"):
        with pytest.raises(Refused, match="Draw more than nought"):
            asking.draw(answer=answer, quantity=Decimal(quantity), by=grace)
    asking.draw(answer=answer, quantity=Decimal("7.5"), by=grace)
    with pytest.raises(Refused, match=r"2\.5 hours of this offer are left"):
        asking.draw(answer=answer, quantity=Decimal("2.6"), by=grace)
    draw = asking.draw(answer=answer, quantity=Decimal("2.5"), by=grace)
    assert (draw.drawn_on, draw.drawn_by) == (today, grace)
    assert asking.met_of(open_ask) == (10, 10)
    assert asking.met_of(open_ask, upto=today - timedelta(days=1)) == (0, 0)
    kinds = list(pledge.entries.order_by("seq").values_list("kind", flat=True))
    assert kinds[-3:] == ["offered", "drawn", "drawn"]
