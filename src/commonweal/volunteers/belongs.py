"""Volunteers' tasks for somebody: what was offered, and who was given name and address."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from commonweal.residents.belongings import CHOICE, CODE, STAYS, Belonging, Stop, belongs, set_aside
from commonweal.residents.belongs import FREE, STAFF

from .models import Check, Task, TaskTake, Volunteer

VOLUNTEER = "a volunteer"


def _goes_on(task: Any) -> bool:
    """Not a task whose day has passed, or whose need was settled in between."""
    is_past = task.on is not None and task.on < timezone.localdate()
    return not is_past and task.need.state == "open"


belongs(
    Belonging(
        Task,
        by=("need__case__resident",),
        title="Volunteer's task",
        outlet="task",
        words=("title", "between", "language", *Task.PERSONAL),
        plain={"code": CODE, "skill": CHOICE, "needs_check": CHOICE},
        remains="that there was a task, when, and how long it took",
        stop=Stop(
            ("open", "taken"),
            {"state": "cancelled", "who": "", "where": "", "instructions": ""},
            back={"state": "open", "taken_by": None, "taken_at": None},
            goes_on=_goes_on,
        ),
        gives=(
            ("code", "Reference"),
            ("title", "What was offered"),
            ("language", "Language"),
            ("on", "On"),
            ("between", "Between"),
            ("who", "Name given"),
            ("where", "Address given"),
            ("instructions", "Instructions given"),
            ("state", "State"),
            ("taken_by.person.name", "Volunteer who was given them"),
            ("taken_at", "Taken"),
            ("made_by.name", "Offered by"),
        ),
        at="made_at",
        thirds={
            "taken_by.person.name": VOLUNTEER,
            "title": FREE,
            "instructions": FREE,
            "made_by.name": STAFF,
        },
    )
)


def _end_takes(takes: list[int]) -> None:
    """The volunteer is free of the task: it counts no more among those that they have, and
    somebody else can take it once the report is withdrawn."""
    TaskTake.objects.filter(pk__in=takes, ended_at=None).update(
        ended_at=timezone.now(), end=TaskTake.End.CANCELLED
    )


belongs(
    Belonging(
        TaskTake,
        by=("task__need__case__resident",),
        title="Volunteer who took a task",
        erased=STAYS,
        remains="which volunteer took which task, when, and what came of it",
        stop=Stop(ends=_end_takes),
        gives=(
            ("task.code", "Task"),
            ("volunteer.person.name", "Volunteer"),
            ("read_at", "Read name and address"),
            ("ended_at", "Ended"),
            ("end", "How it ended"),
        ),
        at="taken_at",
        thirds={"volunteer.person.name": VOLUNTEER},
    )
)

set_aside(Volunteer, because="somebody who gives time; signs in, and is no resident here")
set_aside(Check, because="what was seen of a volunteer")
