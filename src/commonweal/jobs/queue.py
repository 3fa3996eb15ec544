"""Jobs: retry, schedule and reaper around django-tasks' database queue.

The queue enqueues inside the business transaction on both databases, but it knows no retries and
no schedules, and leaves a task RUNNING for ever when its worker is killed. What is added here:

`job` makes a function a task that is tried again, later each time, when it fails.
`every` says that a job repeats. `tick` enqueues what is due, once, however many workers tick.
`reap` gives back what a killed worker held.

Arguments are identifiers, never names or addresses: they are stored as they are.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import close_old_connections, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from .models import Schedule

logger = logging.getLogger("commonweal.jobs")
RUNS_AT_MOST = timedelta(hours=2)
KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Repeat:
    task: Any
    every: timedelta


REPEATS: dict[str, Repeat] = {}


def job(*, tries: int = 5, first_wait: timedelta = timedelta(minutes=1)) -> Callable[..., Any]:
    """Make a function a job. After ``tries`` it fails for good; each wait is four times longer."""

    def wrap(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def run(*args: Any, attempt: int = 1, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except Exception as failure:
                if attempt >= tries:
                    raise
                wait = first_wait * 4 ** (attempt - 1)
                logger.warning(
                    "%s failed (%s), try %s of %s; again in %s",
                    function.__name__,
                    type(failure).__name__,
                    attempt,
                    tries,
                    wait,
                )
                made.using(run_after=timezone.now() + wait).enqueue(
                    *args, attempt=attempt + 1, **kwargs
                )
                return None

        made = task()(run)
        return made

    return wrap


def every(interval: timedelta) -> Callable[[Any], Any]:
    def wrap(made: Any) -> Any:
        REPEATS[made.module_path] = Repeat(made, interval)
        return made

    return wrap


def tick(now: datetime | None = None) -> list[str]:
    """Enqueue every repeating job that is due; return their paths. Safe from many workers."""
    now = now or timezone.now()
    started = []
    for path, repeat in REPEATS.items():
        with transaction.atomic():
            Schedule.objects.get_or_create(task_path=path, defaults={"due_at": now})
            claimed = Schedule.objects.filter(task_path=path, due_at__lte=now).update(
                due_at=now + repeat.every, last_at=now
            )
            if claimed:
                repeat.task.enqueue()
                started.append(path)
    return started


def reap(now: datetime | None = None, *, older_than: timedelta = RUNS_AT_MOST) -> int:
    """Put tasks that a killed worker left running back into the queue; drop old finished ones."""
    now = now or timezone.now()
    back = DBTaskResult.objects.filter(status="RUNNING", started_at__lte=now - older_than).update(
        status="READY", started_at=None
    )
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()
    return back


def _worker(batch: bool) -> Worker:
    return Worker(
        queue_names=["default"],
        interval=2,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{os.getpid()}-{threading.get_ident()}",
        excluded_queue_names=[],
    )


def run_all() -> None:
    """Tick, then run everything that is ready, and return."""
    tick()
    _worker(batch=True).run()


def run_forever(stop: threading.Event, *, pause_s: float = 5, alone: bool = False) -> None:
    """Work until told to stop. ``alone``: no other worker exists, so what runs was left behind."""
    reap(older_than=timedelta(0) if alone else RUNS_AT_MOST)
    while not stop.is_set():
        try:
            reap()
            run_all()
        except Exception:
            logger.exception("The job worker stumbled; it goes on.")
        close_old_connections()
        stop.wait(pause_s)
