"""What volunteers take and give back is counted, shown, and has its limits."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from commonweal.cases import keeping
from commonweal.cases.models import CaseRead
from commonweal.office.errors import Refused
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers import takes
from commonweal.volunteers.models import Task, TaskTake

from .rooms import before_the_rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(asks_for_help, grace):
    def make(number: int = 1) -> Task:
        need = asks_for_help(first_name=f"Person{number}").needs.get()
        return volunteering.make_task(
            need=need,
            by=grace,
            values={
                "title": f"Shopping {number}",
                "skill": "shopping",
                "who": f"Somebody {number}",
                "where": f"{number} Mill Lane",
            },
        )

    return make


def sweep(client, one):
    """Take, read who and where, give back."""
    address = f"/help/give/tasks/{one.code}/"
    client.post(address, {"verb": "take"})
    page = client.get(address).content.decode()
    client.post(address, {"verb": "back"})
    return page


def test_a_volunteer_who_sweeps_addresses_is_stopped(task, sam, sign_in, grace):
    """Take, read, give back: six of six in seconds, once."""
    tasks = [task(number) for number in range(1, 7)]
    client = sign_in(sam)
    pages = [sweep(client, one) for one in tasks]
    read = [number for number, page in enumerate(pages, 1) if f"{number} Mill Lane" in page]
    assert read == [1, 2, 3]
    page = client.post(f"/help/give/tasks/{tasks[4].code}/", {"verb": "take"}, follow=True)
    assert b"You have given 3 tasks back since yesterday" in page.content
    # The next day it is forgiven.
    TaskTake.objects.update(ended_at=timezone.now() - timedelta(hours=25))
    client.post(f"/help/give/tasks/{tasks[5].code}/", {"verb": "take"})
    assert TaskTake.objects.filter(ended_at=None).count() == 1


def test_nobody_has_more_than_so_many_at_once(task, sam, sign_in):
    tasks = [task(number) for number in range(1, takes.OPEN_MOST + 2)]
    client = sign_in(sam)
    for one in tasks:
        page = client.post(f"/help/give/tasks/{one.code}/", {"verb": "take"}, follow=True)
    assert b"You have 4 tasks. Finish one" in page.content
    assert Task.objects.filter(state="taken").count() == takes.OPEN_MOST
    client.post(f"/help/give/tasks/{tasks[0].code}/", {"verb": "done", "minutes": "30"})
    client.post(f"/help/give/tasks/{tasks[-1].code}/", {"verb": "take"})
    assert Task.objects.get(pk=tasks[-1].pk).state == "taken"


def test_who_takes_a_task_on_a_second_page_is_told_that_it_is_theirs(task, sam, sign_in):
    """*Somebody else has just taken it* would have kept them at home."""
    one = task()
    client = sign_in(sam)
    for _page in range(2):
        page = client.post(f"/help/give/tasks/{one.code}/", {"verb": "take"}, follow=True)
        assert b"It is yours. Here is who and where." in page.content
        assert b"1 Mill Lane" in page.content
    assert TaskTake.objects.count() == 1


def test_whoever_has_all_that_one_may_is_told_of_one_of_them_that_it_is_theirs(task, sam):
    tasks = [task(number) for number in range(takes.OPEN_MOST)]
    for one in tasks:
        volunteering.take(task=one, volunteer=sam.volunteer)
    assert volunteering.take(task=tasks[0], volunteer=sam.volunteer).taken_by == sam.volunteer
    assert TaskTake.objects.count() == takes.OPEN_MOST


def test_the_limits_stand_in_the_action(task, sam):
    volunteer = sam.volunteer
    for number in range(1, takes.BACK_MOST + 1):
        one = volunteering.take(task=task(number), volunteer=volunteer)
        volunteering.give_back(task=one, volunteer=volunteer)
    with pytest.raises(Refused, match="given 3 tasks back"):
        volunteering.take(task=task(9), volunteer=volunteer)


def test_takes_are_shown_to_the_desk_manager(task, sam, sign_in, grace, leah):
    client = sign_in(sam)
    for number in (1, 2, 3):
        sweep(client, task(number))
    TaskTake.objects.update(ended_at=timezone.now() - timedelta(hours=25))
    done, cancelled, taken = task(4), task(5), task(6)
    for one in (done, cancelled, taken):
        client.post(f"/help/give/tasks/{one.code}/", {"verb": "take"})
    client.post(f"/help/give/tasks/{done.code}/", {"verb": "done", "minutes": "30"})
    volunteering.cancel(task=cancelled, by=grace)
    [line] = takes.lines()
    assert (line.takes, line.back, line.back_after_reading, line.done, line.open) == (6, 3, 3, 1, 1)
    assert line.stands_out
    assert sign_in(leah).get("/desk/help/volunteers/").status_code == 403
    page = sign_in(grace).get("/desk/help/volunteers/").content.decode()
    assert "Sam Okoro" in page
    assert "Look at it" in page
    assert (
        "gave several tasks back lately"
        in sign_in(grace).get("/desk/help/manage/").content.decode()
    )
    own = sign_in(grace).get(f"/desk/help/volunteers/{sam.volunteer.pk}/").content.decode()
    assert "3 given" in " ".join(own.split())
    assert "read who and where" in own


def test_reading_who_and_where_is_a_reading_of_the_record(task, sam, sign_in, helen, today):
    one = task()
    client = sign_in(sam)
    address = f"/help/give/tasks/{one.code}/"
    client.get(address)
    assert not CaseRead.objects.filter(person=sam).exists()
    client.post(address, {"verb": "take"})
    client.get(address)
    [read] = CaseRead.objects.filter(person=sam)
    assert (read.resident, read.case, read.link) == (
        one.need.case.resident,
        one.need.case,
        "volunteer",
    )
    # Doing a task is no offence; giving it back after reading is looked at.
    assert read not in keeping.unusual_reads(today, today)
    client.post(address, {"verb": "back"})
    assert read in keeping.unusual_reads(today, today)
    page = sign_in(helen).get("/desk/reads/").content.decode()
    assert "gave the task back after reading who and where" in page


def test_a_take_that_was_given_back_unread_does_not_stand_out(task, sam, today):
    one = volunteering.take(task=task(), volunteer=sam.volunteer)
    volunteering.give_back(task=one, volunteer=sam.volunteer)
    assert not keeping.unusual_reads(today, today)
    assert takes.lines()[0].back_after_reading == 0


def test_tasks_of_before_have_their_takes(task, sam):
    open_, taken, done = task(1), task(2), task(3)
    now = timezone.now()
    Task.objects.filter(pk=taken.pk).update(state="taken", taken_by=sam.volunteer, taken_at=now)
    Task.objects.filter(pk=done.pk).update(
        state="done", taken_by=sam.volunteer, taken_at=now, done_at=now, minutes_given=20
    )
    step = import_module("commonweal.helps.migrations.0007_open_where_somebody_manages")
    old_apps = before_the_rooms()
    step.takes_of_tasks(old_apps, None)
    assert {(take.task, take.end) for take in TaskTake.objects.all()} == {
        (taken, ""),
        (done, "done"),
    }
    volunteering.give_back(task=taken, volunteer=sam.volunteer)
    assert TaskTake.objects.get(task=taken).end == "back"
    assert not open_.takes.exists()
