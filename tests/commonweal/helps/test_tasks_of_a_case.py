"""What a volunteer's task does to its case: what is reported from the doorstep, what is taken back
when a case becomes restricted, when the desk looks, and who gave how much back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event, Person
from commonweal.cases.models import Case, CaseRead, Need, NextAction, Note
from commonweal.office.errors import Refused
from commonweal.volunteers import planning, reporting, takes
from commonweal.volunteers.enclosing import take_back_tasks
from commonweal.volunteers.models import Task, TaskTake, Volunteer

pytestmark = pytest.mark.django_db

# Wednesday, half past eleven.
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shopper(sam: Person) -> Volunteer:
    return Volunteer.objects.get(person=sam)


@pytest.fixture
def need(asks_for_help: Any, leah: Person) -> Need:
    """Of a case of Leah's."""
    return Need.objects.get(case=asks_for_help("food", by=leah))


@pytest.fixture
def task(need: Need) -> Callable[..., Task]:
    def make(**columns: Any) -> Task:
        details = {"title": "Shop for them", "who": "Zebedee Q", "where": "14 Mill Lane"}
        return Task.objects.create(**({"need": need} | details | columns))

    return make


def taken(task: Task, by: Volunteer) -> Task:
    Task.objects.filter(pk=task.pk).update(state="taken", taken_by=by, taken_at=timezone.now())
    return Task.objects.get(pk=task.pk)


def done_by(volunteer: Volunteer) -> dict[str, Any]:
    return {"taken_by": volunteer, "taken_at": NOW, "minutes_given": 5}


# From the doorstep


@pytest.mark.parametrize(
    ("kind", "account", "heard", "hours", "because"),
    [
        ("nobody", "", "A volunteer rang or called, and nobody answered.", 4, "hand"),
        (
            "nobody",
            "Twice.",
            "A volunteer rang or called, and nobody answered. Twice.",
            4,
            "hand",
        ),
        (
            "worried",
            "No light,\nno sound.",
            "A volunteer is worried about them. No light,\nno sound.",
            1,
            "safety",
        ),
    ],
)
def test_what_is_reported_is_a_note_and_the_next_thing_to_do(
    clock: Any,
    shopper: Volunteer,
    need: Need,
    leah: Person,
    task: Callable[..., Task],
    kind: str,
    account: str,
    heard: str,
    hours: int,
    because: str,
) -> None:
    mine = taken(task(), shopper)
    reporting.report(task=mine, volunteer=shopper, kind=kind, account=account)
    note = Note.objects.get(case=need.case, by=shopper.person)
    assert note.words == heard
    action = NextAction.objects.get(made_by=shopper.person)
    assert (action.need, action.owner, action.kind) == (need, leah, "decide")
    assert (action.words, action.because, action.due_at) == (heard, because, NOW + hours * HOUR)
    event = Event.objects.get(verb="task reported")
    assert event.detail == {"report": kind}
    # The task stays theirs, with name and address.
    mine.refresh_from_db()
    assert (mine.state, mine.taken_by, mine.where) == ("taken", shopper, "14 Mill Lane")


@pytest.mark.parametrize("account", ["", "  ", "\n\t"])
def test_a_worry_without_a_word_is_asked_for_one(
    shopper: Volunteer, task: Callable[..., Task], account: str
) -> None:
    mine = taken(task(), shopper)
    with pytest.raises(Refused, match="Write what worries you, in a sentence"):
        reporting.report(task=mine, volunteer=shopper, kind="worried", account=account)
    assert not Event.objects.filter(verb="task reported").exists()
    assert not Note.objects.filter(by=shopper.person).exists()


@pytest.mark.parametrize("state", ["open", "done", "cancelled"])
def test_of_a_task_that_is_not_theirs_nothing_is_reported(
    shopper: Volunteer, task: Callable[..., Task], state: str
) -> None:
    by = done_by(shopper) if state == "done" else {}
    other = task(state=state, **by)
    with pytest.raises(Refused, match="This task is not yours any more"):
        reporting.report(task=other, volunteer=shopper, kind="nobody")
    assert not NextAction.objects.filter(made_by=shopper.person).exists()


def test_a_task_for_nobody_in_particular_stands_in_the_record_alone(
    shopper: Volunteer, task: Callable[..., Task]
) -> None:
    reporting.report(task=taken(task(need=None), shopper), volunteer=shopper, kind="nobody")
    assert Event.objects.filter(verb="task reported").count() == 1
    assert not Note.objects.exists()


def test_of_a_need_that_is_settled_it_is_a_note_and_nothing_to_do(
    shopper: Volunteer, need: Need, task: Callable[..., Task]
) -> None:
    mine = taken(task(), shopper)
    Need.objects.filter(pk=need.pk).update(state="met", closed_on=timezone.localdate())
    reporting.report(task=Task.objects.get(pk=mine.pk), volunteer=shopper, kind="nobody")
    assert Note.objects.filter(by=shopper.person).count() == 1
    assert not NextAction.objects.filter(made_by=shopper.person).exists()


# A case becomes restricted


def test_what_was_offered_is_taken_back_and_stands_in_a_note(
    need: Need, task: Callable[..., Task]
) -> None:
    offered = task(instructions="Knock twice.")
    assert take_back_tasks(need.case) == [need]
    offered.refresh_from_db()
    assert offered.state == "cancelled"
    assert (offered.who, offered.where, offered.instructions) == ("", "", "")
    [note] = Note.objects.filter(case=need.case)
    assert note.words.startswith("The task “Shop for them” was taken back from the volunteers")
    assert note.words.endswith("\nZebedee Q\n14 Mill Lane\nKnock twice.")
    # Asked again nothing is left to take back.
    assert take_back_tasks(need.case) == []
    assert Note.objects.filter(case=need.case).count() == 1


def test_of_what_a_volunteer_has_a_note_says_whom_to_ring(
    shopper: Volunteer, need: Need, task: Callable[..., Task]
) -> None:
    mine = taken(task(), shopper)
    assert take_back_tasks(need.case) == []
    mine.refresh_from_db()
    assert (mine.state, mine.where) == ("taken", "14 Mill Lane")
    [note] = Note.objects.filter(case=need.case)
    assert "has read name and address. Ring the volunteer" in note.words


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_what_is_over_is_left(
    shopper: Volunteer, need: Need, task: Callable[..., Task], state: str
) -> None:
    by = done_by(shopper) if state == "done" else {}
    task(state=state, **by)
    assert take_back_tasks(need.case) == []
    assert not Note.objects.filter(case=need.case).exists()


def test_tasks_of_another_case_go_on(
    need: Need, task: Callable[..., Task], asks_for_help: Any
) -> None:
    offered = task()
    assert take_back_tasks(asks_for_help("food")) == []
    offered.refresh_from_db()
    assert (offered.state, offered.where) == ("open", "14 Mill Lane")


# When the desk looks


@pytest.mark.parametrize(
    ("state", "on", "days_ago", "is_late"),
    [
        # Its day has passed.
        ("taken", -1, 0, True),
        ("taken", 0, 0, False),
        ("taken", 1, 9, False),
        # What nobody took by its day is done by nobody: no task, and nothing late of it.
        ("open", -1, 0, False),
        ("open", 1, 9, False),
        # Without a day, three days and the rest of the last.
        ("taken", None, 3, False),
        ("taken", None, 4, True),
        ("open", None, 3, False),
        ("open", None, 4, True),
        ("done", None, 9, False),
        ("cancelled", None, 9, False),
    ],
)
def test_when_a_task_makes_its_case_late(
    need: Need,
    task: Callable[..., Task],
    shopper: Volunteer,
    state: str,
    on: int | None,
    days_ago: int,
    is_late: bool,
) -> None:
    at = NOW - days_ago * DAY
    task(
        state=state,
        on=None if on is None else NOW.date() + on * DAY,
        made_at=at,
        taken_at=at if state in ("taken", "done") else None,
        taken_by=shopper if state in ("taken", "done") else None,
        minutes_given=5 if state == "done" else None,
    )
    assert Case.objects.filter(pk__in=planning.late(NOW)).exists() is is_late
    Need.objects.filter(pk=need.pk).update(state="met", closed_on=NOW.date())
    assert not Case.objects.filter(pk__in=planning.late(NOW)).exists()


# Who gave how much back


def take(
    task: Task, by: Volunteer, how: str, *, is_read: bool = False, days_ago: float = 1
) -> TaskTake:
    at = timezone.now() - timedelta(days=days_ago)
    return TaskTake.objects.create(
        task=task,
        volunteer=by,
        taken_at=at,
        read_at=at if is_read else None,
        ended_at=at if how else None,
        end=how,
    )


def test_takes_are_counted_by_how_they_ended(
    shopper: Volunteer, task: Callable[..., Task], new_person: Callable[..., Person]
) -> None:
    idle = Volunteer.objects.create(person=new_person("ada", "Ada Webb"), state="active")
    for how, is_read, days_ago in (
        ("back", True, 1),
        ("back", True, 27),
        ("back", True, 29),
        ("back", False, 1),
        ("done", True, 1),
        ("cancelled", True, 1),
        ("", True, 2),
    ):
        take(task(), shopper, how, is_read=is_read, days_ago=days_ago)
    first, second = takes.lines()
    assert (first.volunteer, second.volunteer) == (shopper, idle)
    assert (first.takes, first.back, first.back_after_reading) == (7, 4, 3)
    assert (first.done, first.open, first.lately) == (1, 1, 2)
    assert (second.takes, second.back, second.open, second.last_at) == (0, 0, 0, None)
    assert not first.stands_out
    take(task(), shopper, "back", is_read=True)
    assert takes.lines()[0].stands_out


@pytest.mark.parametrize(
    ("how", "is_read", "read_days_ago", "stands_out"),
    [
        ("back", True, 2, True),
        ("back", False, 2, False),
        ("done", True, 2, False),
        ("cancelled", True, 2, False),
        # Before they took it, and after they gave it back.
        ("back", True, 4, False),
        ("back", True, 0.5, False),
    ],
)
def test_a_read_that_was_given_back_stands_out(
    shopper: Volunteer,
    need: Need,
    task: Callable[..., Task],
    how: str,
    is_read: bool,
    read_days_ago: float,
    stands_out: bool,
) -> None:
    now = timezone.now()
    TaskTake.objects.create(
        task=task(),
        volunteer=shopper,
        taken_at=now - 3 * DAY,
        read_at=now - 2 * DAY if is_read else None,
        ended_at=now - DAY,
        end=how,
    )
    read = CaseRead.objects.create(
        person=shopper.person,
        resident=need.case.resident,
        case=need.case,
        what="task",
        link="volunteer",
        at=now - read_days_ago * DAY,
    )
    today = timezone.localdate()
    reads = takes.reads_given_back(today - 7 * DAY, today)
    assert reads == ({read.pk} if stands_out else set())


@pytest.mark.parametrize(("back", "fits"), [(0, True), (2, True), (3, False), (4, False)])
@pytest.mark.parametrize(("days_ago", "is_today"), [(0.9, True), (1.1, False)])
def test_who_gave_three_back_since_yesterday_takes_no_more(
    shopper: Volunteer,
    task: Callable[..., Task],
    back: int,
    fits: bool,
    days_ago: float,
    is_today: bool,
) -> None:
    for _ in range(back):
        take(task(), shopper, "back", days_ago=days_ago)
    if fits or not is_today:
        takes.must_have_room(shopper)
    else:
        with pytest.raises(Refused, match=f"You have given {back} tasks back since yesterday"):
            takes.must_have_room(shopper)
