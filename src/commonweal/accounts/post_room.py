"""The administrator's look at what is sent and run by itself: letters, jobs, workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.jobs import clock
from commonweal.jobs.models import Pulse
from commonweal.jobs.queue import ALIVE

from . import mail
from .models import Message

MOST = 100


@dataclass(frozen=True)
class FailedJob:
    """A job that was given up after its last try: its name, when, and the kind of failure."""

    name: str
    at: datetime | None
    failure: str


@dataclass(frozen=True)
class PostRoom:
    """How letters and jobs stand. ``waiting_since`` is when the oldest waiting letter was
    written; ``worker_seen_at`` the last sign of life of any worker."""

    given_up: list[Message]
    waiting: int
    waiting_since: datetime | None
    failed_jobs: list[FailedJob]
    late_jobs: int
    worker_seen_at: datetime | None
    is_worker_alive: bool
    # Why what repeats rests, while the clock can't be believed.
    why_rest: str


def look(now: datetime | None = None) -> PostRoom:
    now = now or timezone.now()
    waiting = Message.objects.filter(sent_at=None, given_up_at=None).order_by("written_at")
    oldest = waiting.values_list("written_at", flat=True).first()
    failed = DBTaskResult.objects.filter(status="FAILED").order_by("-finished_at")[:MOST]
    late = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - timedelta(minutes=15))
    seen_at = Pulse.objects.order_by("-at").values_list("at", flat=True).first()
    return PostRoom(
        given_up=mail.given_up()[:MOST],
        waiting=waiting.count(),
        waiting_since=oldest,
        failed_jobs=[
            FailedJob(
                task.task_path.rsplit(".", 1)[-1].replace("_", " "),
                task.finished_at,
                task.exception_class_path.rsplit(".", 1)[-1],
            )
            for task in failed
        ],
        late_jobs=late.count(),
        worker_seen_at=seen_at,
        is_worker_alive=seen_at is not None and seen_at > now - ALIVE,
        why_rest=clock.why_rest(now),
    )
