"""Jobs that moved to another room keep their times; what waited under an old name is dropped."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.jobs import queue
from commonweal.jobs.models import Schedule

pytestmark = pytest.mark.django_db


def test_jobs_that_moved_keep_their_times_and_are_found():
    Schedule.objects.all().delete()
    moment = timezone.now()
    for job in ("watch_for_surges", "remind_owners_of_services", "work_out_urgency"):
        Schedule.objects.create(task_path=f"commonweal.helps.jobs.{job}", due_at=moment)
    for path in ("commonweal.helps.jobs.work_out_urgency", "commonweal.pledges.jobs.send_mail"):
        DBTaskResult.objects.create(task_path=path, args_kwargs={"args": [], "kwargs": {}})
    import_module("commonweal.jobs.migrations.0003_moved_jobs").rename(apps, None)
    names = set(Schedule.objects.values_list("task_path", flat=True))
    assert names == {
        "commonweal.asks.jobs.watch_for_surges",
        "commonweal.services.jobs.remind_owners_of_services",
        "commonweal.cases.jobs.work_out_urgency",
    }
    assert names <= set(queue.REPEATS)
    assert Schedule.objects.filter(due_at=moment).count() == 3
    assert [task.task_path for task in DBTaskResult.objects.all()] == [
        "commonweal.pledges.jobs.send_mail"
    ]
