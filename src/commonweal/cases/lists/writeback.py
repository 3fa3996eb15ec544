"""SQLite's log is written back into its file by a thread, while the next step is looked up.

What a step commits stands in the log first and is written a second time into the file. Left to
SQLite that is done at the end of the commit, by whoever commits: it took as long as the commit
itself. Nobody else has to wait for the thread; it lets go of Python's lock for as long as it works,
so that it has a core of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

# All pages that the largest step touches: else SQLite writes some of them twice, and reads those
# anew that were looked at before.
PAGES_KB = 200_000
# The log keeps its room on the disk from step to step: that of a large step.
LOG_BYTES = 256_000_000
# So many pages may wait in the log before SQLite writes them back at the end of a commit after all.
LOG_PAGES = 100_000
# How SQLite is set on this connection while a list is carried out, and while a long one is.
MEANWHILE = {"cache_size": -PAGES_KB}
LONG = {"journal_size_limit": LOG_BYTES, "wal_autocheckpoint": LOG_PAGES}


class WriteBack:
    """Writes the log back when it is told to, one time after the other; ``second`` is a connection
    of the thread's own, None where SQLite does it by itself."""

    def __init__(self, second: BaseDatabaseWrapper | None) -> None:
        self.second = second
        if second is not None:
            # Of this thread and of the other, one after the other.
            second.inc_thread_sharing()
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._running: Future[None] | None = None

    def begin(self) -> None:
        """Write back what was committed so far."""
        if self.second is not None:
            self._running = self._thread.submit(_write_back, self.second)

    def wait(self) -> None:
        """Until it is written back: the log begins again from its beginning, and grows no longer
        than one step."""
        if self._running is not None:
            self._running.result()

    def end(self) -> None:
        """End the thread and its connection."""
        self._thread.shutdown()
        if self.second is not None:
            self.second.close()


def _write_back(second: BaseDatabaseWrapper) -> None:
    # What can't be written back stays in the log, where everybody reads it.
    with suppress(Error), second.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        cursor.fetchall()


@contextmanager
def writing_back(*, is_long: bool) -> Iterator[WriteBack]:
    """Let SQLite hold all pages of a step meanwhile, and have its log written back beside the work
    of a long list."""
    second = connection.copy() if is_long and is_a_file() else None
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            for name, number in (MEANWHILE | (LONG if second else {})).items():
                stack.enter_context(_set_meanwhile(name, number))
        back = WriteBack(second)
        stack.callback(back.end)
        yield back


def is_a_file() -> bool:
    """Whether the database is a file of SQLite, which others open too."""
    name = str(connection.settings_dict["NAME"])
    return connection.vendor == "sqlite" and not name.startswith((":memory:", "file:"))


@contextmanager
def _set_meanwhile(name: str, number: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        [usual] = cursor.fetchone()
        cursor.execute(f"PRAGMA {name} = {number}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name} = {usual}")
