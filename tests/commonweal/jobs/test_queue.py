"""Jobs: tried again, repeated once, given back when a worker was killed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.jobs import queue
from commonweal.jobs.models import Schedule

RAN: list[str] = []


@queue.job(tries=3)
def stumbling(what):
    RAN.append(what)
    raise RuntimeError("no")


@queue.job()
def steady(what):
    RAN.append(what)


@pytest.fixture(autouse=True)
def _clean(db, monkeypatch):
    RAN.clear()
    monkeypatch.setattr(queue, "REPEATS", {})


def test_a_job_runs_once():
    steady.enqueue("a")
    queue.run_all()
    queue.run_all()
    assert RAN == ["a"]


def test_a_job_of_a_rolled_back_transaction_never_runs():
    with transaction.atomic():
        steady.enqueue("a")
        transaction.set_rollback(True)
    queue.run_all()
    assert RAN == []


def test_a_failing_job_is_tried_again_later_and_then_given_up():
    stumbling.enqueue("a")
    for _ in range(5):
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
        queue.run_all()
    assert RAN == ["a"] * 3
    last = DBTaskResult.objects.order_by("enqueued_at").last()
    assert last.status == "FAILED"


def test_a_second_try_waits():
    stumbling.enqueue("a")
    queue.run_all()
    waiting = DBTaskResult.objects.get(status="READY")
    assert waiting.run_after > timezone.now() + timedelta(seconds=50)


def test_a_repeating_job_is_enqueued_once_a_turn():
    queue.every(timedelta(hours=1))(steady)
    now = timezone.now()
    assert len(queue.tick(now)) == 1
    assert queue.tick(now) == []
    assert queue.tick(now + timedelta(minutes=59)) == []
    assert len(queue.tick(now + timedelta(hours=30))) == 1
    assert Schedule.objects.count() == 1


def test_what_a_killed_worker_held_is_given_back():
    steady.enqueue("a")
    now = timezone.now()
    DBTaskResult.objects.update(status="RUNNING", started_at=now - timedelta(hours=3))
    assert queue.reap(now) == 1
    queue.run_all()
    assert RAN == ["a"]


def test_the_products_own_jobs_repeat():
    from commonweal.pledges import jobs

    for one in (jobs.write_reminders, jobs.send_mail, jobs.check_links, jobs.refresh_standings):
        one.enqueue()
    queue.run_all()
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
