"""Volunteers and their tasks."""

from __future__ import annotations

from datetime import timedelta

from commonweal.cases.models import Case, Need
from commonweal.volunteers.models import Check, Task, TaskTake, Volunteer

from .scene import TABLES, Scene


def volunteers(scene: Scene, requests: list[Case]) -> None:
    sam = _sam(scene)
    newcomer = Volunteer.objects.create(
        person=scene.people["resident"],
        phone="07700 900 112",
        skills=["phone"],
        hours_a_week=2,
        agreed_terms="2026-11",
    )
    assert newcomer.state == "new"
    codes = ["food", "medicine", "company"]
    needs = Need.objects.filter(case__in=requests, help_type__code__in=codes)
    needs = needs.select_related("case__area")
    met = needs.filter(state="met").order_by("pk")[: scene.size // 5]
    still_open = needs.filter(state="open").order_by("-pk")[:6]
    Task.objects.bulk_create(
        [
            *(_done_task(scene, number, need, sam) for number, need in enumerate(met)),
            *(_open_task(scene, number, need) for number, need in enumerate(still_open)),
        ]
    )
    TaskTake.objects.bulk_create(
        TaskTake(
            task=task,
            volunteer=sam,
            taken_at=task.taken_at or task.made_at,
            ended_at=task.done_at or task.made_at,
            end="done",
        )
        for task in Task.objects.filter(taken_by=sam, state="done")
    )


def _sam(scene: Scene) -> Volunteer:
    """The volunteer of the cast, whose identity was checked."""
    sam = Volunteer.objects.create(
        person=scene.people["volunteer"],
        phone="07700 900 111",
        state="active",
        skills=["shopping", "phone", "prescriptions"],
        hours_a_week=3,
        agreed_terms="2026-11",
    )
    Check.objects.create(
        volunteer=sam,
        kind="identity",
        seen_on=scene.today - timedelta(days=90),
        seen_by=scene.people["desk-manager"],
    )
    return sam


def _task(scene: Scene, number: int, need: Need) -> Task:
    titles, skills = TABLES["tasks"]["titles"], TABLES["tasks"]["skills"]
    kind = number % len(titles)
    return Task(
        need=need,
        title=titles[kind],
        skill=skills[kind],
        area=need.case.area,
        minutes=60,
        made_by=scene.people["desk-manager"],
    )


def _done_task(scene: Scene, number: int, need: Need, volunteer: Volunteer) -> Task:
    task = _task(scene, number, need)
    task.state, task.taken_by = "done", volunteer
    task.minutes_given = scene.random.choice([45, 60, 75])
    task.taken_at, task.done_at = need.case.first_contact_at, need.case.closed_at
    return task


def _open_task(scene: Scene, number: int, need: Need) -> Task:
    task, resident = _task(scene, number, need), need.case.resident
    task.on, task.between = scene.today + timedelta(days=1), "10 to 12"
    task.who, task.where = resident.first_name, f"{resident.address} {resident.postcode}"
    task.instructions = "Ring twice; it takes a while."
    return task
