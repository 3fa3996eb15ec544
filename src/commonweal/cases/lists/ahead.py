"""Another process that works out the rows of a long list (`drawing`) while this one looks people up
and writes: on two cores a list is done in little more than half the time.

Rows and what is made of them go through pipes alone: nothing of anybody stands in a command line or
in a log. The other process has the keys by the same settings, and asks no database. It is so many
rows ahead at most. Where it dies, says nothing, or has other keys, its work is done here.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from django.conf import settings

from commonweal.office.fields import keyed_hash

from .drawing import Drawn, draw
from .persons import Listed

# In shorter lists it would have begun when the list is done.
LEAST = 5000
# It takes a second to begin: so many of the first rows are worked out here meanwhile.
MEANWHILE = 700
CHUNK, CHUNKS_AHEAD = 200, 25
# Where it says nothing for so long it is taken to hang.
SILENT_MOST_S = 20.0
CODE = (
    "import django; django.setup(); from commonweal.cases.lists.ahead import work_out; work_out()"
)


@contextmanager
def drawing(every: list[Listed], start: int) -> Iterator[Drawing]:
    """The rows of a list from ``start`` on, worked out."""
    is_long = len(every) - start >= LEAST and _cores() > 1
    helper = Helper(every[start + MEANWHILE :]) if is_long else None
    try:
        yield Drawing(every, start + MEANWHILE, helper)
    finally:
        if helper is not None:
            helper.end()


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Drawing:
    """Rows of a list as they are worked out, asked for in order; ``begin`` is the first of those
    that come from the helper."""

    def __init__(self, every: list[Listed], begin: int, helper: Helper | None) -> None:
        self.every, self.begin, self.helper = every, begin, helper
        self._come: list[Drawn] = []

    def of(self, start: int, end: int) -> list[Drawn]:
        """The rows from one number to another; none that come before are asked for any more."""
        until = min(max(start, self.begin), end)
        drawn = list(map(draw, self.every[start:until]))
        while self.helper and self.begin + len(self._come) < end:
            if (chunk := self.helper.next_chunk()) is None:
                self.helper = None
            else:
                self._come += chunk
        passed = max(0, start - self.begin)
        self._come, self.begin = self._come[passed:], self.begin + passed
        drawn += self._come[: end - until]
        return drawn + list(map(draw, self.every[start + len(drawn) : end]))


class Helper:
    """The other process, as it is seen from here."""

    def __init__(self, rows: list[Listed]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What it might complain of could name somebody.
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._back = Connection(os.dup(self._process.stdout.fileno()), writable=False)
        there = Connection(os.dup(self._process.stdin.fileno()), readable=False)
        self._process.stdin.close()
        self._process.stdout.close()
        threading.Thread(target=_give, args=(rows, there), daemon=True).start()
        self._is_trusted = False

    def next_chunk(self) -> list[Drawn] | None:
        """The next rows; None where no more come."""
        try:
            if not self._is_trusted:
                self._is_trusted = self._receive() == _sign_of_keys()
            chunk = self._receive() if self._is_trusted else None
        except (EOFError, OSError, pickle.UnpicklingError):
            chunk = None
        if not isinstance(chunk, list):
            self.end()
            return None
        return chunk

    def _receive(self) -> object:
        if not self._back.poll(SILENT_MOST_S):
            raise EOFError
        return pickle.loads(self._back.recv_bytes())

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._back.close()


def _give(rows: list[Listed], there: Connection) -> None:
    with suppress(OSError), there:
        for start in range(0, len(rows), CHUNK):
            there.send_bytes(pickle.dumps(rows[start : start + CHUNK]))


def _sign_of_keys() -> str:
    """By what two processes know that they seal and hash under the same keys."""
    return keyed_hash(f"ahead:{' '.join(settings.FIELD_KEYS)}")


# --- In the other process ---------------------------------------------------------------------


def work_out() -> None:
    """Work out the rows that come, and give them back in order, not too far ahead."""
    # Whoever presses Ctrl+C tells the one that began this, and that ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    rows, back = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    # What anything might print goes nowhere.
    os.dup2(2, 1)
    gc.disable()
    chunks = list(_chunks(rows))
    waiting: queue.Queue[bytes | None] = queue.Queue(CHUNKS_AHEAD)
    sending = threading.Thread(target=_send, args=(waiting, back))
    sending.start()
    waiting.put(pickle.dumps(_sign_of_keys()))
    for chunk in chunks:
        waiting.put(pickle.dumps(list(map(draw, pickle.loads(chunk)))))
    waiting.put(None)
    sending.join()


def _chunks(rows: Connection) -> Iterator[bytes]:
    with suppress(EOFError):
        while True:
            yield rows.recv_bytes()


def _send(waiting: queue.Queue[bytes | None], back: Connection) -> None:
    try:
        while (chunk := waiting.get()) is not None:
            back.send_bytes(chunk)
    except OSError:
        # Nobody is there any more.
        os._exit(1)
