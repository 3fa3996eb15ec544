"""What a volunteer tells the desk from the doorstep, and how the desk answers a sign-up."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.cases.models import NextAction
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers.models import Task, Volunteer


@pytest.fixture
def offer(asks_for_help, grace):
    def make(number: int = 1, **values: Any) -> Task:
        need = asks_for_help(first_name=f"Person{number}").needs.get()
        offered = {"title": f"Shopping {number}", "skill": "shopping", "who": "Somebody"}
        return volunteering.make_task(need=need, by=grace, values=offered | values)

    return make


def read(response: Any) -> str:
    return unescape(response.content.decode())


def address(task: Task) -> str:
    return f"/help/give/tasks/{task.code}/"


@pytest.fixture
def taken(offer, sam, sign_in) -> tuple[Any, Task]:
    task, client = offer(), sign_in(sam)
    client.post(address(task), {"verb": "take"})
    return client, task


def test_nobody_answered_is_told_to_the_case_and_the_task_stays(taken):
    client, task = taken
    page = read(client.post(address(task), {"verb": "nobody", "account": ""}, follow=True))
    assert "The desk is told" in page
    assert any("nobody answered" in note.words for note in task.need.case.notes.all())
    assert NextAction.objects.filter(need=task.need, kind="decide", state="planned").exists()
    task.refresh_from_db()
    assert task.state == "taken"


def test_a_worry_says_why_and_is_due_within_the_hour(taken):
    client, task = taken
    assert "Write what worries you" in read(client.post(address(task), {"verb": "worried"}))
    assert not NextAction.objects.filter(because="safety").exists()
    client.post(address(task), {"verb": "worried", "account": "He did not know the day."})
    action = NextAction.objects.get(need=task.need, because="safety")
    assert "He did not know the day." in action.words
    assert action.due_at <= timezone.now() + timedelta(hours=1)


def test_a_task_that_is_not_theirs_any_more_is_reported_by_nobody(taken):
    client, task = taken
    client.post(address(task), {"verb": "back"})
    page = read(client.post(address(task), {"verb": "worried", "account": "The door was open."}))
    assert "not yours any more" in page
    assert not NextAction.objects.filter(because="safety").exists()


def test_the_number_of_the_desk_stands_on_the_card(taken, town):
    client, task = taken
    town.help_phone = "01632 960 200"
    town.save(update_fields=["help_phone"])
    assert "01632 960 200" in read(client.get(address(task)))


def test_a_second_task_on_one_day_is_warned_of(offer, sam, sign_in):
    day = timezone.localdate() + timedelta(days=1)
    first, second, later = offer(1, on=day), offer(2, on=day), offer(3, on=day + timedelta(days=1))
    client = sign_in(sam)
    client.post(address(first), {"verb": "take"})
    assert "You have another task that day" in read(client.get(address(second)))
    assert "You have another task that day" not in read(client.get(address(later)))


def test_a_sign_up_can_be_turned_down_once_and_they_are_told(new_person, sign_in, grace):
    one = Volunteer.objects.create(person=new_person("una", "Una Marsh"))
    client, page = sign_in(grace), f"/desk/help/volunteers/{one.pk}/"
    assert "Say no, and tell them" in read(client.get(page))
    client.post(page, {"verb": "turn-down"})
    one.refresh_from_db()
    assert one.state == "left"
    assert Message.objects.filter(key=f"volunteer-{one.pk}-turned-down").count() == 1
    assert "looked at it already" in read(client.post(page, {"verb": "turn-down"}, follow=True))


def test_a_volunteer_is_found_by_a_part_of_their_name(new_person, sign_in, grace, sam):
    Volunteer.objects.create(person=new_person("una", "Una Marsh"))
    page = read(sign_in(grace).get("/desk/help/volunteers/", {"q": "mars"}))
    assert "Una Marsh" in page
    assert sam.name not in page.split("<main")[1]
