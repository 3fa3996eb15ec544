"""What is the matter with the database when it fails, and pages that do not wait for it for long.

A page never waits longer than some seconds: for a connection, for a statement, for somebody
else's writing (SQLite's busy timeout stands in the settings). Jobs and commands may take longer.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.backends.signals import connection_created

from .patience import PAGE, STATEMENT_MOST_S

LOCK_MOST_S = 8
# Monitoring does not wait as long for SQLite's lock as pages do. No import holds it for so long.
HELD_MOST_S = 5
# After a refused write it is said on pages that nothing is taken in; so often one of them tries
# whether that is still so.
TRIED_EVERY_S = 5
_refused_at = 0.0
# A start asks at five of its steps; where the first got no answer, the others don't wait for one.
SILENT_FOR_S = 30
_silent_since: float | None = None


class Trouble(StrEnum):
    """Why nothing can be read or written."""

    AWAY = "away"
    BUSY = "busy"
    READ_ONLY = "read_only"
    FULL = "full"


# In the words of SQLite, of PostgreSQL, and of its client.
_WORDS = (
    (Trouble.FULL, ("disk is full", "no space left", "could not extend file", "disk full")),
    (Trouble.READ_ONLY, ("readonly database", "read-only transaction", "read-only sql")),
    (Trouble.BUSY, ("is locked", "statement timeout", "lock timeout", "canceling statement")),
)
_OF_DISKS = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What is the matter with the database or the disk; None where the fault is ours."""
    troubles = (_trouble_itself(cause) for cause in _causes(error))
    return next((trouble for trouble in troubles if trouble), None)


def _trouble_itself(cause: BaseException) -> Trouble | None:
    """What an error says by itself, without what led to it."""
    if isinstance(cause, OSError):
        return _OF_DISKS.get(cause.errno or 0)
    if not isinstance(cause, DatabaseError | InterfaceError):
        return None
    message = str(cause).lower()
    for trouble, signs in _WORDS:
        if any(part in message for part in signs):
            return trouble
    is_away = isinstance(cause, OperationalError | InterfaceError)
    return Trouble.AWAY if is_away and _is_no_fault_of_ours(message) else None


def _is_no_fault_of_ours(message: str) -> bool:
    return not any(part in message for part in ("no such table", "no such column", "syntax error"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def note_silence(error: BaseException) -> None:
    """Remember, for what else the start would ask, where it was no answer that came."""
    global _silent_since
    if trouble_of(error) is Trouble.AWAY:
        _silent_since = time.monotonic()


def is_silent() -> bool:
    """Whether this start waited for the database a moment ago, and in vain."""
    return _silent_since is not None and time.monotonic() - _silent_since < SILENT_FOR_S


def is_read_only(error: BaseException) -> bool:
    """Whether a write was refused because the database is only read now; pages say so a while."""
    global _refused_at
    refused = trouble_of(error) in {Trouble.READ_ONLY, Trouble.FULL}
    if refused:
        _refused_at = time.monotonic()
    return refused


def is_only_read() -> bool:
    """Whether a write was refused, and would be still."""
    global _refused_at
    if _refused_at and time.monotonic() - _refused_at >= TRIED_EVERY_S:
        # Others who ask meanwhile do not try as well.
        _refused_at = time.monotonic()
        if takes_writes():
            was_written()
    return bool(_refused_at)


def was_written() -> None:
    """Something was kept again: no page says any more that nothing is taken in."""
    global _refused_at
    _refused_at = 0.0


def takes_writes() -> bool:
    """Whether the database takes writes at all, tried by one that changes nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE jobs_schedule SET task_path = task_path WHERE 1 = 0")
    except DatabaseError as error:
        return not is_read_only(error)
    return True


def is_held() -> bool:
    """Whether somebody else writes to SQLite for so long that pages are told so."""
    if connection.vendor != "sqlite":
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            usual = int(cursor.fetchone()[0])
            cursor.execute(f"PRAGMA busy_timeout = {HELD_MOST_S * 1000}")
        try:
            with transaction.atomic():
                return False
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {usual}")
    except DatabaseError as error:
        return trouble_of(error) is Trouble.BUSY


def connections_most() -> int | None:
    """How many connections the server takes from roles like ours; None where nothing counts
    them (SQLite), and while it does not answer: pages are served all the same."""
    if connection.vendor != "postgresql" or is_silent():
        return None
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int"
            " - current_setting('superuser_reserved_connections')::int"
        )
        most: int = cursor.fetchone()[0]
        return most
    return None


class Cache(DatabaseCache):
    """Django's cache in the database, which says it when nothing can be written: otherwise a limit
    that could not be counted would look like one that was passed."""

    def _base_set(self, mode: str, *args: Any, **kwargs: Any) -> Any:
        was_kept = super()._base_set(mode, *args, **kwargs)  # type: ignore[misc]
        if not was_kept and not takes_writes():
            raise OperationalError("The cache is in a readonly database.")
        return was_kept


def begin_page() -> None:
    """Say that this thread answers somebody who waits."""
    PAGE.is_page = True
    PAGE.was_answered = False


def _limit_waiting(connection: Any, **_: Any) -> None:
    if connection.vendor != "postgresql":
        return
    # On SQLite the client of PostgreSQL is read in by nobody.
    from .impatient import Impatient

    # Django opens it as psycopg's own, and has no setting for another class.
    connection.connection.__class__ = Impatient
    with connection.cursor() as cursor:
        # Compiling a question of the desk takes seconds, answering it a quarter of one.
        cursor.execute("SET jit = off")
    if getattr(PAGE, "is_page", False):
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_MOST_S * 1000}")
            cursor.execute(f"SET lock_timeout = {LOCK_MOST_S * 1000}")
            # Helpers take as long to call as they save, and a core from whoever else waits. And
            # what pages ask for is in memory: by its usual setting, for disks that turn, the
            # server reads whole tables rather than a few thousand rows by their keys.
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("SET random_page_cost = 1.1")


connection_created.connect(_limit_waiting, dispatch_uid="pages do not wait long")
