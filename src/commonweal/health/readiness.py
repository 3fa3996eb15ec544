"""Whether this town can serve now: each check says so in a sentence, and fails by itself."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import pluralize
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.design.words import many
from commonweal.jobs import clock, database
from commonweal.jobs.models import Pulse
from commonweal.jobs.queue import ALIVE, LANES
from commonweal.jobs.sqlite3 import base as sqlite

logger = logging.getLogger("commonweal.health")
# Pages are there before the jobs, which start beside them or after them.
STARTS_WITHIN_S = 60
_began = time.monotonic()
_known: set[str] = set()
DISK_LEAST = 500 * 1024 * 1024
LETTER_OLDEST = timedelta(hours=1)
AWAY = "The database does not answer."


@dataclass(frozen=True)
class ReadinessCheck:
    """How one thing stands: ``says`` what is so, ``mend`` what to do where it is wrong."""

    name: str
    is_well: bool
    says: str
    mend: str = ""


def database_answers(now: datetime) -> ReadinessCheck:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if database.is_held():
        return ReadinessCheck(
            "database",
            False,
            "It can be read, but somebody else writes and does not end: forms are refused.",
            "See which command or program has the file open, and end it.",
        )
    if not database.takes_writes():
        return ReadinessCheck(
            "database",
            False,
            "It can be read, but takes nothing in.",
            "Look for a full disk, a file that the service's user may not write, or a server that "
            "is a copy of another.",
        )
    return ReadinessCheck("database", True, f"{connection.vendor} answers.")


def migrations_are_done(now: datetime) -> ReadinessCheck:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        first = plan[0][0]
        return ReadinessCheck(
            "migrations",
            False,
            f"{len(plan)} {pluralize(len(plan), 'is,are')} missing, the first "
            f"{first.app_label}.{first.name}.",
            "Stop the service, run './commonweal upgrade', and start it again.",
        )
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    newer = sorted(
        f"{app}.{name}"
        for app, name in executor.loader.applied_migrations
        if app in ours and (app, name) not in known and not _is_replaced(executor, app, name)
    )
    if newer:
        return ReadinessCheck(
            "migrations",
            False,
            f"The database is of a newer version: it knows {newer[-1]}.",
            "Install the version that was here before; an older one may not write to it.",
        )
    return ReadinessCheck("migrations", True, "The database is up to date.")


def _is_replaced(executor: MigrationExecutor, app: str, name: str) -> bool:
    return any(
        (app, name) in migration.replaces for migration in executor.loader.disk_migrations.values()
    )


def _no_worker(silent: list[str], seen: Mapping[str, datetime]) -> ReadinessCheck:
    since = [seen[lane] for lane in silent if lane in seen]
    last = f", the last sign at {min(since):%H:%M on %d %B}" if since else ""
    return ReadinessCheck(
        "worker",
        False,
        f"No worker is at work for: {', '.join(silent)}{last}.",
        "Start './commonweal serve', or './commonweal work' beside the web processes.",
    )


def worker_is_alive(now: datetime) -> ReadinessCheck:
    # Asked each time, so that a clock that is set is noticed.
    is_steady = clock.is_steady()
    seen = dict(Pulse.objects.order_by("at").values_list("lane", "at"))
    silent = [lane for lane in LANES if lane not in seen or seen[lane] < now - ALIVE]
    if silent and len(seen) == len(LANES) and not is_steady:
        # By a clock that was set a moment ago every sign of life is old.
        return ReadinessCheck(
            "worker", True, "The clock was set a moment ago: whether jobs run is seen soon."
        )
    if silent:
        return _no_worker(silent, seen)
    # Pages are there all the same, so nobody is to be sent away from them.
    rests = clock.why_rest(now)
    return ReadinessCheck("worker", True, f"A worker is at work in every lane. {rests}".rstrip())


def disk_has_room(now: datetime) -> ReadinessCheck:
    free = shutil.disk_usage(settings.VAR).free
    says = f"{free // (1024 * 1024):,} MB are free."
    return ReadinessCheck(
        "disk", free >= DISK_LEAST, says, f"Make room on the disk that holds {settings.VAR}."
    )


def letters_go_out(now: datetime) -> ReadinessCheck:
    waiting = Message.objects.filter(sent_at=None, given_up_at=None, written_at__lt=now)
    oldest = waiting.order_by("written_at").values_list("written_at", flat=True).first()
    if oldest is not None and now - oldest > LETTER_OLDEST:
        count = waiting.count()
        hours = (now - oldest).total_seconds() / 3600
        return ReadinessCheck(
            "letters",
            False,
            f"{many(count, 'letter')} wait{pluralize(count, 's,')}, the oldest for "
            f"{many(round(hours), 'hour')}.",
            "Look at 'Letters and jobs'; './commonweal doctor --mail ADDRESS' tries the way out.",
        )
    return ReadinessCheck("letters", True, "No letter waits long.")


CHECKS: dict[str, Callable[[datetime], ReadinessCheck]] = {
    "database": database_answers,
    "migrations": migrations_are_done,
    "worker": worker_is_alive,
    "disk": disk_has_room,
    "letters": letters_go_out,
}


ASK_THE_DATABASE = {"migrations", "worker", "letters"}


def look(now: datetime | None = None) -> list[ReadinessCheck]:
    """How everything stands. What can't be looked at is not well."""
    return all_of(CHECKS, ASK_THE_DATABASE, now or timezone.now())


def all_of(
    checks: dict[str, Callable[[datetime], ReadinessCheck]],
    ask_the_database: set[str],
    now: datetime,
) -> list[ReadinessCheck]:
    """Each check, in turn; where the database is away, those that ask it say so unasked."""
    looked: list[ReadinessCheck] = []
    for name, check in checks.items():
        if name in ask_the_database and any(done.says == AWAY for done in looked):
            # Asked again it would be waited for again, check by check.
            looked.append(
                ReadinessCheck(name, False, AWAY, "Mend the database first: see 'database'.")
            )
            continue
        looked.append(tried(name, check, now))
    return looked


def tried(name: str, check: Callable[[datetime], ReadinessCheck], now: datetime) -> ReadinessCheck:
    try:
        return check(now)
    except Exception as failure:
        trouble = database.trouble_of(failure)
        says = {"away": AWAY, "busy": "The database is busy."}.get(
            trouble.value if trouble else "", f"It can't be looked at ({type(failure).__name__})."
        )
        mend = "Mend the database first: see 'database'."
        if name == "database":
            mend = _where_it_should_be()
        return ReadinessCheck(name, False, says, mend)


def _where_it_should_be() -> str:
    if sqlite.is_missing(connection):
        return (
            f"The file {connection.settings_dict['NAME']} is not there. Put it back with its -wal "
            "where it has one, or restore a backup; nothing makes a new one meanwhile."
        )
    if connection.vendor == "sqlite":
        return (
            f"See that the service's user may open {connection.settings_dict['NAME']}, and that "
            "DATABASE_URL, where it is set, names the right file."
        )
    return "See that it runs, and that DATABASE_URL names the right host and port."


def note(checks: list[ReadinessCheck]) -> None:
    """Log what began to be wrong, and what is well again: once, however often monitoring asks.

    That no worker is there yet is no news of a town that has just started.
    """
    is_starting = time.monotonic() - _began < STARTS_WITHIN_S
    for check in checks:
        if check.is_well and check.name in _known:
            _known.discard(check.name)
            logger.info("Well again: %s. %s", check.name, check.says)
        elif not (
            check.is_well or check.name in _known or (is_starting and check.name == "worker")
        ):
            _known.add(check.name)
            logger.error("Not ready: %s. %s %s", check.name, check.says, check.mend)
