"""Who does a task of a plan: a colleague by name, or an office outside; and it can be given on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Appointment, Event, Message, Role
from commonweal.economy.models import Shock, ShockTask
from commonweal.economy.shocks import owners, working
from commonweal.office.errors import Refused

pytestmark = pytest.mark.django_db
OUTSIDE = {"owner": "", "owner_title": "The Rapid Response Service"}


@pytest.fixture
def shock(tell: Any, maya: Any, nadia: Any, yusuf: Any) -> Shock:
    return tell()


@pytest.fixture
def task(shock: Shock) -> ShockTask:
    """The first meeting, which is Nadia's."""
    return shock.tasks.order_by("pk")[0]


def give(task: ShockTask) -> str:
    return reverse("shock-task-give", args=[task.shock.code, task.pk])


def test_a_plan_is_laid_out_for_whoever_alone_holds_a_role(shock, maya, nadia, yusuf):
    by_title = dict(shock.tasks.values_list("owner_title", "owner"))
    assert by_title == {"Programme lead": nadia.pk, "Analyst": yusuf.pk, "Charter manager": maya.pk}


def test_between_two_of_a_role_a_person_chooses(tell, nadia, new_person, sign_in):
    second = new_person("second", "Ada Second", role=Role.PROGRAMME_LEAD)
    task = tell().tasks.get(title__startswith="First meeting")
    assert (task.owner, task.owner_title) == (None, "Programme lead")
    sign_in(nadia).post(give(task), {"owner": second.pk, "owner_title": ""})
    task.refresh_from_db()
    assert task.owner == second


def test_a_task_is_given_to_a_colleague_who_is_written_to(task, nadia, yusuf, asha, sign_in):
    client = sign_in(nadia)
    answer = client.post(give(task), {"owner": yusuf.pk, "owner_title": ""}, follow=True)
    assert f"{yusuf.name}, analyst" in answer.content.decode()
    given = Event.objects.get(verb="shock task given")
    assert (given.by_code, given.detail["to"]) == (nadia.code, str(yusuf.code))
    letter = Message.objects.get(person=yusuf, key__startswith="shock-task-")
    assert "Harbour" not in letter.subject + letter.body
    assert task.title not in letter.subject + letter.body
    yours = sign_in(yusuf).get("/desk/economy/").context["shocks"].yours
    assert task in [line.task for line in yours]
    # Who told of it reads the role, never the name.
    page = sign_in(asha).get(reverse("space-shock", args=["bakery", task.shock.code]))
    assert yusuf.name not in page.content.decode()


def test_who_takes_a_task_on_themselves_gets_no_letter(task, yusuf, sign_in):
    sign_in(yusuf).post(give(task), {"owner": yusuf.pk, "owner_title": ""})
    assert not Message.objects.filter(key__startswith="shock-task-").exists()


def test_a_task_is_given_to_an_office_outside(task, nadia, asha, sign_in):
    answer = sign_in(nadia).post(give(task), OUTSIDE, follow=True)
    assert "The Rapid Response Service" in answer.content.decode()
    task.refresh_from_db()
    assert task.owner is None
    page = sign_in(asha).get(reverse("space-shock", args=["bakery", task.shock.code]))
    assert "The Rapid Response Service" in page.content.decode()


def test_each_wrong_answer_is_asked_again(task, nadia, yusuf, asha, sign_in):
    client = sign_in(nadia)
    neither = client.post(give(task), {"owner": "", "owner_title": ""})
    assert owners.NOBODY in neither.content.decode()
    both = client.post(give(task), OUTSIDE | {"owner": str(yusuf.pk)})
    assert owners.BOTH in both.content.decode()
    assert "The Rapid Response Service" in both.content.decode()
    stranger = client.post(give(task), {"owner": str(asha.pk), "owner_title": ""})
    assert "Choose from the list" in stranger.content.decode()
    same = client.post(give(task), {"owner": str(nadia.pk), "owner_title": ""})
    assert b"It is theirs already." in same.content
    task.refresh_from_db()
    assert task.owner == nadia


def test_what_is_done_or_closed_is_given_to_nobody(task, nadia, sign_in, today):
    working.done(task=task, done_on=today, words="", by=nadia)
    assert b"This is done already" in sign_in(nadia).post(give(task), OUTSIDE).content
    other = task.shock.tasks.filter(done_on=None)[0]
    Shock.objects.filter(pk=task.shock.pk).update(state="closed", closed_on=today)
    assert b"This case is closed." in sign_in(nadia).post(give(other), OUTSIDE).content


def test_the_action_refuses_who_is_not_at_the_desk(task, nadia, asha):
    with pytest.raises(Refused, match="not at the economy desk"):
        owners.give(task=task, owner=asha, owner_title="", by=nadia)


def test_a_task_of_one_who_left_is_said_to_wait(task, nadia, yusuf, sign_in):
    Appointment.objects.filter(person=nadia).update(ended_at=timezone.now())
    page = sign_in(yusuf).get(reverse("desk-shock", args=[task.shock.code])).content.decode()
    assert f"nobody: {nadia.name} has left the desk" in page


def test_a_task_is_added_for_a_colleague(shock, nadia, yusuf, sign_in, today):
    day: date = today + timedelta(days=3)
    values = {
        "title": "Ring the union",
        "owner": yusuf.pk,
        "owner_title": "",
        "due_on_0": day.day,
        "due_on_1": day.month,
        "due_on_2": day.year,
    }
    address = reverse("shock-task-add", args=[shock.code])
    nobody = sign_in(nadia).post(address, values | {"owner": ""})
    assert owners.NOBODY in nobody.content.decode()
    assert b"Ring the union" in nobody.content
    sign_in(nadia).post(address, values)
    assert shock.tasks.get(title="Ring the union").owner == yusuf
    assert Message.objects.filter(person=yusuf, key__startswith="shock-task-").count() == 1


@pytest.mark.parametrize("who", ["asha", "carys", "daniel", "tom"])
def test_nobody_else_gives_a_task(who, request, task, sign_in):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(give(task)).status_code == 403
    assert client.post(give(task), OUTSIDE).status_code == 403
