"""Jobs: retry, schedule and reaper around django-tasks' database queue.

The queue enqueues inside the business transaction on both databases, but it knows no retries and
no schedules, and leaves a task RUNNING for ever when its worker is killed. What is added here:

`job` makes a function a task that is tried again, later each time, when it fails.
`every` says that a job repeats. `tick` enqueues what is due, once, however many workers tick.
`reap` gives back what a killed worker held: one that no longer has a pulse.

Jobs of different lanes do not wait for each other: a web address that doesn't answer holds up no
letter. A worker has a thread a lane. Long jobs ask `is_stopping` between their pieces, so that
stopping takes seconds.

When the clock has jumped ahead, what repeats rests: see `clock`.

Arguments are identifiers, never names or addresses: they are stored as they are.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from typing import Any

from django.db import close_old_connections, connections, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from . import clock
from .models import Pulse, Schedule
from .outages import OUTAGE, OUTAGES

logger = logging.getLogger("commonweal.jobs")
LANES = ("default", "letters", "slow")
BEATS_EVERY_S = 15
# Without a sign of life for so long, a worker is dead. Several beats, as one may have to wait
# for a long write.
ALIVE = timedelta(minutes=3)
KEPT = timedelta(days=2)
KEPT_FAILED = timedelta(days=30)
STOPPING = threading.Event()
# A piece of a job lasts seconds; whoever stops the town waits no longer than this for one.
ENDS_WITHIN_S = 20


@dataclass(frozen=True)
class Repeat:
    task: Any
    every: timedelta
    when: Callable[[], bool] | None = None


REPEATS: dict[str, Repeat] = {}

# Whoever has a say in whether a job may run puts a function here: the jobs of a room that is
# off rest.
GUARDS: list[Callable[[Any], bool]] = []


def may_run(function: Callable[..., Any]) -> bool:
    return all(guard(function) for guard in GUARDS)


def even_when_off(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a job that the law asks for: it runs although its room is off."""
    function.runs_when_off = True  # type: ignore[attr-defined]
    return function


def is_stopping() -> bool:
    """Whether the worker was told to end: a long job ends after the piece that it is at."""
    return STOPPING.is_set()


def job(
    *, tries: int = 5, first_wait: timedelta = timedelta(minutes=1), lane: str = "default"
) -> Callable[..., Any]:
    """Make a function a job. After ``tries`` it fails for good; each wait is four times longer."""

    def wrap(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def run(*args: Any, attempt: int = 1, **kwargs: Any) -> Any:
            if not may_run(function) or _rests(queued.module_path):
                return None
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
                queued.using(run_after=timezone.now() + wait).enqueue(
                    *args, attempt=attempt + 1, **kwargs
                )
                return None

        queued = task(queue_name=lane)(run)
        return queued

    return wrap


def every(interval: timedelta, *, when: Callable[[], bool] | None = None) -> Callable[[Any], Any]:
    """Say that a job repeats; with ``when``, only while that says that there is something to do."""

    def wrap(repeated: Any) -> Any:
        REPEATS[repeated.module_path] = Repeat(repeated, interval, when)
        if not getattr(repeated.func, "runs_whatever_the_clock", False):
            clock.RESTING.add(repeated.module_path)
        return repeated

    return wrap


def _rests(path: str) -> bool:
    """Whether a job rests because the clock has jumped."""
    return path in clock.RESTING and bool(clock.why_rest())


def tick(now: datetime | None = None, *, lane: str | None = None) -> list[str]:
    """Enqueue every repeating job (of a lane) that is due; return their paths. Safe from many
    workers."""
    now = now or timezone.now()
    started: list[str] = []
    why_rest = clock.why_rest(now)
    if why_rest:
        _say_once(why_rest)
    # A look without a lock, as most ticks find nothing to do.
    due_at = dict(Schedule.objects.values_list("task_path", "due_at"))
    for path, repeat in REPEATS.items():
        if lane not in (None, repeat.task.queue_name) or (why_rest and path in clock.RESTING):
            continue
        may_be = _may_be_due(due_at.get(path), repeat, now)
        if may_be and _has_work(repeat) and _claim(path, repeat, now):
            started.append(path)
    return started


def _has_work(repeat: Repeat) -> bool:
    return repeat.when is None or repeat.when()


@transaction.atomic
def _claim(path: str, repeat: Repeat, now: datetime) -> bool:
    """Enqueue a job unless another worker has done so: whose update finds it due is the one."""
    Schedule.objects.get_or_create(task_path=path, defaults={"due_at": now})
    claimed = Schedule.objects.filter(_due(repeat, now), task_path=path).update(
        due_at=now + repeat.every, last_at=now
    )
    if claimed:
        repeat.task.enqueue()
    return bool(claimed)


@lru_cache(maxsize=8)
def _say_once(why: str) -> None:
    logger.warning("Jobs rest. %s", why)


def _due(repeat: Repeat, now: datetime) -> Q:
    """Its time has come; or it lies further ahead than the job's interval, which only a clock that
    was wrong can have written."""
    return Q(due_at__lte=now) | Q(due_at__gt=now + repeat.every)


def _may_be_due(due_at: datetime | None, repeat: Repeat, now: datetime) -> bool:
    """As `_due`, of a moment that was read."""
    return due_at is None or not now < due_at <= now + repeat.every


def reap(now: datetime | None = None, *, alone: bool = False, instead_of: int = 0) -> int:
    """Put tasks that a killed worker left running back into the queue; drop old finished ones.

    ``alone``: no worker is at work yet, so whatever runs was left behind. ``instead_of``: the
    process of this machine that is known to have died; nobody has to wait for its silence. Just
    after the clock was set silence says nothing: the last signs of life are of another time.
    """
    silence_tells = clock.is_steady()
    now = now or timezone.now()
    dead = f"{_name_of_process(instead_of)}-" if instead_of else None
    beats = Pulse.objects.filter(at__range=(now - ALIVE, now + ALIVE))
    alive = set(beats.values_list("worker", flat=True))
    running = DBTaskResult.objects.filter(status="RUNNING")
    left = [
        task.pk
        for task in running.only("id", "worker_ids", "started_at")
        if alone
        or (dead and "".join(task.worker_ids[-1:]).startswith(dead))
        or (
            silence_tells
            and not alive & set(task.worker_ids[-1:])
            and _is_old(task.started_at, now)
        )
    ]
    back = running.filter(pk__in=left).update(status="READY", started_at=None)
    _drop_old(now)
    return back


def _drop_old(now: datetime) -> None:
    beats = Pulse.objects.filter(at__lt=now - timedelta(days=1))
    finished = DBTaskResult.objects.finished()
    well = finished.exclude(status="FAILED").filter(finished_at__lt=now - KEPT)
    for old in (beats, well, finished.filter(finished_at__lt=now - KEPT_FAILED)):
        # Nearly always there is nothing to drop, and to look takes no lock.
        if old.exists():
            old.delete()


def _is_old(started_at: datetime | None, now: datetime) -> bool:
    return started_at is None or not now - ALIVE < started_at < now + ALIVE


def _worker(lane: str, *, most: int | None = None) -> Worker:
    return Worker(
        queue_names=[lane],
        interval=2,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=most,
        worker_id=_name_of_worker(),
        excluded_queue_names=[],
    )


def _name_of_worker() -> str:
    return f"{_name_of_process(os.getpid())}-{threading.get_ident()}"


def _name_of_process(pid: int) -> str:
    return f"{socket.gethostname()[:30]}-{pid}"


def run_all() -> None:
    """Tick, then run everything that is ready, and return."""
    tick()
    for lane in LANES:
        _worker(lane).run()


def run_forever(
    stop: threading.Event, *, pause_s: float = 2, alone: bool = False, instead_of: int = 0
) -> None:
    """Work until told to stop, with a thread a lane. What was left behind (``alone``,
    ``instead_of``: see `reap`) is done first."""
    STOPPING.clear()
    _begin(stop, pause_s, alone=alone, instead_of=instead_of)
    lanes = [threading.Thread(target=_run_lane, args=(lane, stop, pause_s)) for lane in LANES]
    for thread in lanes:
        thread.start()
    stop.wait()
    STOPPING.set()
    _end(lanes)


def _end(lanes: list[threading.Thread]) -> None:
    """Let each lane finish the piece that it is at, and wait no longer than that may last."""
    until = time.monotonic() + ENDS_WITHIN_S
    for thread in lanes:
        thread.join(max(0.0, until - time.monotonic()))
    if any(thread.is_alive() for thread in lanes):
        logger.warning("A job did not end within %s s: it is begun again later.", ENDS_WITHIN_S)
        # No thread can be ended from outside. What it wrote since its last piece is taken back.
        os._exit(0)


def _begin(stop: threading.Event, pause_s: float, **left_by: Any) -> None:
    """Give back what was left behind, as soon as the database answers: after a power cut the
    worker is often up before it, and pages wait for it too."""
    while not stop.is_set():
        try:
            reap(**left_by)
            return
        except Exception as failure:
            _stumble(failure)
        finally:
            connections.close_all()
        stop.wait(pause_s)


def _stumble(failure: Exception) -> None:
    """Log what went wrong with the queue itself; a database that is away or only read is no fault
    of the code, and is said in one line, and seldom, however often it is asked."""
    if isinstance(failure, OUTAGES):
        OUTAGE.tell(failure)
    else:
        logger.error("A job worker stumbled; it goes on.", exc_info=failure)


def _run_lane(lane: str, stop: threading.Event, pause_s: float) -> None:
    """Run the jobs of one lane, one after the other, with a pulse beside them."""
    pulse = threading.Thread(target=_beat, args=(_name_of_worker(), lane, stop), daemon=True)
    pulse.start()
    while not stop.is_set():
        has_work = False
        try:
            if lane == LANES[0]:
                reap()
            tick(lane=lane)
            # A look without a lock first; then one job at a time, so that a stop is heeded.
            has_work = DBTaskResult.objects.ready().filter(queue_name=lane).exists()
            if has_work:
                _worker(lane, most=1).run()
        except Exception as failure:
            has_work = False
            _stumble(failure)
        close_old_connections()
        if not has_work:
            stop.wait(pause_s)
    close_old_connections()


def _beat(worker: str, lane: str, stop: threading.Event) -> None:
    """Say that a worker is alive until it stops. A beat that fails is tried again soon."""
    while True:
        wait_s: float = BEATS_EVERY_S
        try:
            Pulse.objects.update_or_create(
                worker=worker, defaults={"lane": lane, "at": timezone.now()}
            )
            OUTAGE.is_over()
        except OUTAGES as failure:
            OUTAGE.tell(failure)
            wait_s = 1
        except Exception as failure:
            logger.warning("A beat of the job worker failed: %s", type(failure).__name__)
            wait_s = 1
        connections.close_all()
        if stop.wait(wait_s):
            return
