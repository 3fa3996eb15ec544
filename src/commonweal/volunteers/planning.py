"""Volunteers' tasks among what is done next about a need, as `cases.planning` asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from commonweal.cases.planning import ROOMS, Desk, Next, Plans, end_of_day, owned_by

from .models import Task

# How long a volunteer is left alone before the desk looks, where no day was agreed.
TASK_FOR = timedelta(days=3)


def add_tasks(by_need: dict[int, list[Next]], at: Desk) -> None:
    """Put each task that holds, or could, beside the other next actions of its need."""
    tasks = Task.objects.filter(_doable(at.now), need__in=list(by_need))
    for task in tasks.select_related("need__case__assigned_to"):
        assert task.need is not None
        assert task.need_id is not None
        due_at = (task.taken_at or task.made_at) + TASK_FOR
        if task.on is not None:
            due_at = timezone.make_aware(datetime.combine(task.on, datetime.max.time()))
        title = f"Volunteers: {task.title}, {task.get_state_display().lower()} ({task.code})"
        by_need[task.need_id].append(
            owned_by(at, title, end_of_day(due_at), task.need.case.assigned_to)
        )


def held(at: Desk) -> QuerySet[Task]:
    """Tasks of a need whose case somebody at the desk has."""
    return Task.objects.filter(
        _doable(at.now), need=OuterRef("pk"), need__case__assigned_to__in=at.people
    )


def cases(at: Desk) -> QuerySet[Task, Any]:
    """Keys of the cases that have a task."""
    return _of_cases(Task.objects.filter(_doable(at.now)))


def late(now: datetime) -> QuerySet[Task, Any]:
    """Keys of the cases with a task whose day has passed, or that waits for too long."""
    days_ago = end_of_day(now) - timedelta(days=1) - TASK_FOR
    tasks = Task.objects.filter(need__state="open").filter(
        Q(state="taken", on__lt=timezone.localdate(now))
        | Q(state="open", on=None, made_at__lte=days_ago)
        | Q(state="taken", on=None, taken_at__lte=days_ago)
    )
    return _of_cases(tasks)


def _of_cases(tasks: QuerySet[Task]) -> QuerySet[Task, Any]:
    return tasks.filter(need__isnull=False).order_by().values("need__case")


def _doable(now: datetime) -> Q:
    """Tasks that a volunteer has, or can still take."""
    today = timezone.localdate(now)
    return Q(state="taken") | Q(state="open") & (Q(on=None) | Q(on__gte=today))


ROOMS.append(Plans(add=add_tasks, held=held, cases=cases, late=late))
