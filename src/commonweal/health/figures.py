"""The figures that monitoring reads: counts and ages, of nobody in particular.

A figure that can't be had (the database is away) is left out; ``commonweal_database_up`` says so.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.accounts.models import KeptWords, Message, Person, Sending
from commonweal.jobs import counting
from commonweal.jobs.models import Pulse, Schedule
from commonweal.jobs.queue import LANES
from commonweal.partners.models import Partner
from commonweal.pledges.models import Entry, EvidenceFile, EvidenceLink, Pledge

from . import readiness

Samples = Iterator[tuple[str, float]]


@dataclass(frozen=True)
class Figure:
    """A figure: its name, kind and meaning, and what reads it as (labels, number)."""

    name: str
    about: str
    read: Callable[[datetime], Samples]
    kind: str = "gauge"


def _just(read: Callable[[datetime], float]) -> Callable[[datetime], Samples]:
    def samples(now: datetime) -> Samples:
        yield "", float(read(now))

    return samples


def _age(at: datetime | None, now: datetime) -> float:
    return max((now - at).total_seconds(), 0) if at else 0


def _since(now: datetime) -> Samples:
    if counts := counting.counts():
        yield "", counts.since


def _answered(now: datetime) -> Samples:
    if counts := counting.counts():
        for status, count in counts.answered.items():
            yield f'_total{{status="{status}"}}', count


def _took(now: datetime) -> Samples:
    if counts := counting.counts():
        for bound, count in counts.took_at_most.items():
            yield f'_bucket{{le="{bound}"}}', count
        yield '_bucket{le="+Inf"}', sum(counts.answered.values())
        yield "_count", sum(counts.answered.values())
        yield "_sum", counts.took_s


def _disk(part: str) -> Callable[[datetime], Samples]:
    return _just(lambda now: getattr(shutil.disk_usage(settings.VAR), part))


def _folder(name: str) -> Callable[[datetime], float]:
    def size(now: datetime) -> float:
        return sum(path.stat().st_size for path in (Path(settings.VAR) / name).glob("*/*"))

    return size


def _database_up(now: datetime) -> float:
    return readiness.tried("database", readiness.database_answers, now).is_well


def _database_size(now: datetime) -> float:
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return sum(
            path.stat().st_size for end in ("", "-wal") if (path := Path(name + end)).exists()
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0])


def _migrations_well(now: datetime) -> float:
    return readiness.tried("migrations", readiness.migrations_are_done, now).is_well


def _jobs(now: datetime) -> Samples:
    counts = {
        (queue, status): count
        for queue, status, count in DBTaskResult.objects.values_list("queue_name", "status")
        .annotate(count=Count("id"))
        .order_by()
    }
    for lane in LANES:
        for status in ("READY", "RUNNING", "FAILED"):
            labels = f'{{lane="{lane}",status="{status.lower()}"}}'
            yield labels, counts.get((lane, status), 0)


def _oldest_job(now: datetime) -> float:
    return _age(DBTaskResult.objects.ready().aggregate(at=Min("enqueued_at"))["at"], now)


def _pulses(now: datetime) -> Samples:
    seen = dict(Pulse.objects.order_by("at").values_list("lane", "at"))
    for lane in LANES:
        if lane in seen:
            yield f'{{lane="{lane}"}}', _age(seen[lane], now)


def _schedule_late(now: datetime) -> float:
    return _age(Schedule.objects.aggregate(at=Min("due_at"))["at"], now)


def _oldest_letter(now: datetime) -> float:
    waiting = Message.objects.filter(sent_at=None, given_up_at=None)
    return _age(waiting.aggregate(at=Min("written_at"))["at"], now)


def _standings(now: datetime) -> Samples:
    counts = Pledge.objects.values_list("standing").annotate(count=Count("id")).order_by("standing")
    for standing, count in counts:
        yield f'{{standing="{standing}"}}', count


FIGURES = (
    Figure(
        "started_at_seconds",
        "When the town began to serve, as a Unix time.",
        _since,
    ),
    Figure("requests", "Requests answered since then, by status.", _answered, "counter"),
    Figure("request_duration_seconds", "How long these answers took.", _took, "histogram"),
    Figure("disk_free_bytes", "Room left on the disk of the data folder.", _disk("free")),
    Figure("disk_size_bytes", "Size of the disk of the data folder.", _disk("total")),
    Figure("evidence_bytes", "Size of the kept evidence.", _just(_folder("evidence"))),
    Figure("payments_bytes", "Size of the kept files of payments.", _just(_folder("spend"))),
    Figure("papers_bytes", "Size of the kept papers.", _just(_folder("cases"))),
    Figure("database_up", "1 where the database answers and takes writes.", _just(_database_up)),
    Figure("database_bytes", "Size of the database.", _just(_database_size)),
    Figure("migrations_done", "1 where the database is of this version.", _just(_migrations_well)),
    Figure("jobs", "Jobs by lane and status; failed ones are kept for 30 days.", _jobs),
    Figure("job_oldest_seconds", "Age of the oldest job that is ready.", _just(_oldest_job)),
    Figure("worker_silent_seconds", "Time since the last sign of a worker, by lane.", _pulses),
    Figure(
        "workers",
        "Workers that were seen within the last day.",
        _just(lambda now: Pulse.objects.count()),
    ),
    Figure("schedule_late_seconds", "How late the latest repeating job is.", _just(_schedule_late)),
    Figure(
        "letters_waiting",
        "Letters that wait.",
        _just(lambda now: Message.objects.filter(sent_at=None, given_up_at=None).count()),
    ),
    Figure("letter_oldest_seconds", "Age of the oldest letter that waits.", _just(_oldest_letter)),
    Figure(
        "letters_given_up",
        "Letters that were given up.",
        _just(lambda now: Message.objects.exclude(given_up_at=None).count()),
    ),
    Figure(
        "letters_sent_day",
        "Letters sent within a day.",
        _just(lambda now: Message.objects.filter(sent_at__gt=now - timedelta(days=1)).count()),
    ),
    Figure(
        "sessions",
        "Sessions that have not ended, signed in or not.",
        _just(lambda now: Session.objects.filter(expire_date__gt=now).count()),
    ),
    Figure("accounts", "People with an account.", _just(lambda now: Person.objects.count())),
    Figure(
        "forms_unsure",
        "Forms of which nobody knows yet what came of them.",
        _just(lambda now: Sending.objects.filter(done_at=None).count()),
    ),
    Figure(
        "forms_kept",
        "Forms whose words wait for somebody to sign in.",
        _just(lambda now: KeptWords.objects.count()),
    ),
    Figure(
        "partners",
        "Organisations.",
        _just(lambda now: Partner.objects.filter(merged_into=None).count()),
    ),
    Figure("pledges", "Pledges by their standing.", _standings),
    Figure("ledger_entries", "Entries of the ledger.", _just(lambda now: Entry.objects.count())),
    Figure("evidence_files", "Files of evidence.", _just(lambda now: EvidenceFile.objects.count())),
    Figure(
        "evidence_links_dead",
        "Web addresses of evidence that are gone.",
        _just(lambda now: EvidenceLink.objects.filter(is_dead=True).count()),
    ),
    Figure(
        "clock_seconds",
        "The clock of this machine, as a Unix time.",
        _just(lambda now: time.time()),
    ),
)


def text(now: datetime | None = None) -> str:
    now = now or timezone.now()
    lines: list[str] = []
    for figure in FIGURES:
        name = f"commonweal_{figure.name}"
        try:
            samples = list(figure.read(now))
        except Exception:
            continue
        lines += [f"# TYPE {name} {figure.kind}", f"# HELP {name} {figure.about}"]
        lines += [f"{name}{labels} {number:.15g}" for labels, number in samples]
    return "\n".join([*lines, "# EOF", ""])
