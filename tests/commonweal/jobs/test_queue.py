"""Jobs: tried again, repeated once, given back when a worker was killed."""

from __future__ import annotations

import logging
import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.jobs import clock, outages, queue
from commonweal.jobs.models import Pulse, Schedule
from commonweal.jobs.outages import Outage

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


def test_what_a_wrong_clock_wrote_holds_up_no_job():
    queue.every(timedelta(hours=1))(steady)
    # Others rest while the clock is ahead, and write nothing.
    clock.RESTING.discard(steady.module_path)
    now = timezone.now()
    ahead = now + timedelta(days=40)
    assert len(queue.tick(ahead)) == 1
    assert len(queue.tick(now)) == 1
    assert queue.tick(now) == []
    DBTaskResult.objects.update(status="RUNNING", started_at=ahead, worker_ids=["dead-1"])
    Pulse.objects.create(worker="dead-1", lane="slow", at=ahead)
    assert queue.reap(now) == 2


def test_what_a_killed_worker_held_is_given_back():
    steady.enqueue("a")
    now = timezone.now()
    DBTaskResult.objects.update(
        status="RUNNING", started_at=now - timedelta(hours=3), worker_ids=["dead-1"]
    )
    assert queue.reap(now) == 1
    queue.run_all()
    assert RAN == ["a"]


def test_what_a_worker_held_that_is_known_to_be_dead_is_given_back_at_once():
    """Its pulse is fresh still; that of another process, whose number begins alike, too."""
    now = timezone.now()
    host = socket.gethostname()[:30]
    for pid in (41, 412):
        steady.enqueue(str(pid))
        Pulse.objects.create(worker=f"{host}-{pid}-9", lane="slow", at=now)
        DBTaskResult.objects.filter(status="READY").update(
            status="RUNNING", started_at=now, worker_ids=[f"{host}-{pid}-9"]
        )
    assert queue.reap(now) == 0
    assert queue.reap(now, instead_of=41) == 1
    queue.run_all()
    assert RAN == ["41"]


def test_a_long_job_of_a_worker_that_lives_is_left_to_it():
    steady.enqueue("a")
    now = timezone.now()
    DBTaskResult.objects.update(
        status="RUNNING", started_at=now - timedelta(hours=30), worker_ids=["dead-1", "alive-2"]
    )
    Pulse.objects.create(worker="alive-2", lane="slow", at=now - timedelta(minutes=1))
    assert queue.reap(now) == 0
    assert queue.reap(now + timedelta(minutes=4)) == 1


@pytest.mark.parametrize("days", [7, -7])
def test_a_clock_that_is_set_takes_no_job_from_who_is_at_it(clock_set, days):
    steady.enqueue("a")
    now = timezone.now()
    DBTaskResult.objects.update(
        status="RUNNING", started_at=now - timedelta(minutes=1), worker_ids=["alive-2"]
    )
    Pulse.objects.create(worker="alive-2", lane="slow", at=now)
    assert queue.reap() == 0
    clock_set(days=days)
    assert queue.reap() == 0
    # It was silent for long enough by a clock that nobody sets.
    clock_set(days=days, minutes=5, steady_s=300)
    assert queue.reap() == 1


def test_a_slow_job_holds_up_no_letter_and_a_stop_is_heeded(run_apart):
    done = run_apart(Path(__file__).with_name("lanes.py"))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("no letter was held up")


def test_a_worker_that_begins_while_nothing_can_be_written_begins_when_it_can(run_apart):
    """A restart while an import holds the database: pages went on, jobs never came back."""
    done = run_apart(Path(__file__).with_name("beginning.py"))
    assert done.returncode == 0, done.stderr


def test_a_repeating_job_is_not_enqueued_while_there_is_nothing_to_do():
    queue.every(timedelta(seconds=1), when=lambda: False)(steady)
    assert queue.tick() == []
    queue.every(timedelta(seconds=1), when=lambda: True)(steady)
    assert len(queue.tick(lane="default")) == 1
    assert queue.tick(timezone.now() + timedelta(hours=1), lane="letters") == []


def test_looking_for_what_is_due_asks_as_little_for_many_jobs_and_takes_no_lock(monkeypatch):
    """A worker looks every two seconds, all its life."""
    many = {f"job.{n}": queue.Repeat(steady, timedelta(hours=1)) for n in range(30)}
    monkeypatch.setattr(queue, "REPEATS", many)
    now = timezone.now()
    assert queue.tick(now) == list(many)
    assert queue.tick(now + timedelta(hours=1)) == list(many)
    # What another clock wrote lies too far ahead.
    assert queue.tick(now - timedelta(days=1)) == list(many)
    DBTaskResult.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        assert queue.tick(now - timedelta(days=1, minutes=-59)) == []
        assert queue.reap(now) == 0
    assert len(asked) <= 7
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_what_failed_is_kept_longer_than_what_went_well():
    for name in ("a", "b"):
        steady.enqueue(name)
    now = timezone.now()
    DBTaskResult.objects.update(finished_at=now - timedelta(days=5), status="SUCCESSFUL")
    DBTaskResult.objects.filter(pk=DBTaskResult.objects.first().pk).update(status="FAILED")
    queue.reap(now)
    assert list(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED"]
    queue.reap(now + timedelta(days=30))
    assert not DBTaskResult.objects.exists()


def test_the_products_own_jobs_repeat():
    from commonweal.pledges import jobs

    for one in (jobs.write_reminders, jobs.send_mail, jobs.check_links, jobs.refresh_standings):
        one.enqueue()
    queue.run_all()
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_work_begins_when_the_database_answers_later_than_it_started(monkeypatch, caplog):
    stop, asked = threading.Event(), []

    def reap(**_):
        asked.append("reap")
        if len(asked) < 3:
            raise OperationalError("connection refused at 127.0.0.1")
        stop.set()

    monkeypatch.setattr(queue, "STOPPING", threading.Event())
    monkeypatch.setattr(queue, "LANES", ())
    monkeypatch.setattr(queue, "OUTAGE", Outage())
    monkeypatch.setattr(queue, "reap", reap)
    with caplog.at_level(logging.WARNING):
        queue.run_forever(stop, pause_s=0)
    assert len(asked) == 3
    # However often it is asked, it is said once.
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert not any(record.exc_info for record in caplog.records)


def test_a_database_that_is_away_is_told_once_then_seldom_and_when_it_is_back(monkeypatch, caplog):
    now = [1000.0]
    monkeypatch.setattr(outages.time, "monotonic", lambda: now[0])
    outage = Outage()
    for _ in range(3 * outages.SAID_EVERY_S - 60):
        outage.tell(OperationalError("away"))
        now[0] += 1
    assert [record.getMessage()[:9] for record in caplog.records] == ["Jobs wait"] * 3
    caplog.clear()
    outage.is_over()
    outage.is_over()
    # A minute later it is away again for a moment.
    outage.tell(OperationalError("away"))
    outage.is_over()
    now[0] += 2 * outages.SAID_EVERY_S
    outage.tell(OperationalError("away"))
    assert [record.getMessage()[:9] for record in caplog.records] == ["Jobs go o", "Jobs wait"]


def test_work_that_never_found_its_database_stops_when_told(monkeypatch):
    stop = threading.Event()

    def reap(**_):
        stop.set()
        raise OperationalError("connection refused")

    monkeypatch.setattr(queue, "STOPPING", threading.Event())
    monkeypatch.setattr(queue, "LANES", ())
    monkeypatch.setattr(queue, "OUTAGE", Outage())
    monkeypatch.setattr(queue, "reap", reap)
    queue.run_forever(stop, pause_s=0)
    assert stop.is_set()


def test_a_fault_of_the_queue_itself_is_logged_whole(monkeypatch, caplog):
    stop = threading.Event()

    def reap(**_):
        stop.set()
        raise ProgrammingError("no such column")

    monkeypatch.setattr(queue, "STOPPING", threading.Event())
    monkeypatch.setattr(queue, "LANES", ())
    monkeypatch.setattr(queue, "OUTAGE", Outage())
    monkeypatch.setattr(queue, "reap", reap)
    queue.run_forever(stop, pause_s=0)
    (stumble,) = caplog.records
    assert stumble.levelname == "ERROR"
    assert stumble.exc_info
