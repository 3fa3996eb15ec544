"""Another process that works out the rows of a long list (`drawing`) and compares (`comparing`)
while this one looks people up and writes, so that a list uses two cores.

Whatever it gets and gives back goes through pipes alone: nothing of anybody stands in a command
line or in a log. It has the keys by the same settings. Of a database that is a file of SQLite it
reads by itself those with whom it compares, and writes nothing. It is so many rows ahead at most.
Where it dies, says nothing, or has other keys, its work is done here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from django.db import connection

from .comparing import ToCompare, answered, ask_here, those_of
from .drawing import Drawn, draw
from .helper import (
    CHUNKS_AHEAD,
    as_list,
    drawn_of,
    people_as_lists,
    question_as_list,
    sign_of_database,
    sign_of_keys,
)
from .here import Here
from .persons import Listed
from .writeback import is_a_file

# In shorter lists it would have begun when the list is done.
LEAST = 5000
# It takes a second to begin: so many of the first rows are worked out here meanwhile.
MEANWHILE = 700
CHUNK = 100
# For fewer people to compare asking takes longer than answering.
ASKED_LEAST = 100
# Where it says nothing for so long it is taken to hang.
SILENT_MOST_S = 20.0
CODE = "import django; django.setup(); from commonweal.cases.lists import helper; helper.work()"


@contextmanager
def rows_ahead(every: list[Listed], start: int) -> Iterator[RowsAhead]:
    """The rows of a list from ``start`` on, worked out."""
    helper = Helper(every[start + MEANWHILE :]) if is_long(every, start) else None
    try:
        yield RowsAhead(every, start + MEANWHILE, helper)
    finally:
        if helper is not None:
            helper.end()


def is_long(every: list[Listed], start: int) -> bool:
    """Whether a second core is there and worth it for what is left of a list."""
    return len(every) - start >= LEAST and _cores() > 1


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class RowsAhead:
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

    def go_on(self) -> None:
        """Work out the next ones: now, while nobody waits for an answer."""
        if self.helper is not None:
            self.helper.go_on()

    def ask(self, every: list[ToCompare]) -> Callable[[], list[bool]]:
        """Ask who of these has somebody near; the answer is there when it is called for."""
        number = sum(len(question.candidates) for question in every)
        if self.helper is None or number < ASKED_LEAST or not self.helper.is_ready():
            return ask_here(every)
        # In a transaction it might not see what this process sees.
        is_read_there = self.helper.has_file and not connection.in_atomic_block
        people = None if is_read_there else those_of(every)
        answer = self.helper.ask(every, people)

        def answers() -> list[bool]:
            theirs = answer()
            if theirs is not None:
                return theirs
            return answered(every, those_of(every) if people is None else people)

        return answers


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
        self._to = Connection(os.dup(self._process.stdin.fileno()), readable=False)
        self._process.stdin.close()
        self._process.stdout.close()
        self._is_trusted = self._is_over = False
        # Whether it reads the same file of SQLite.
        self.has_file = False
        self._chunks: deque[list[Drawn]] = deque()
        self._answers: dict[int, list[bool]] = {}
        self._tickets = self._taken = 0
        self._outbox: SimpleQueue[tuple[Any, ...] | None] = SimpleQueue()
        for at in range(0, len(rows), CHUNK):
            self._outbox.put(("rows", 0, list(map(as_list, rows[at : at + CHUNK]))))
        threading.Thread(target=self._give, daemon=True).start()

    def _give(self) -> None:
        # By a thread of its own, so that nobody waits for one that does not listen.
        with suppress(OSError), self._to:
            while (message := self._outbox.get()) is not None:
                self._to.send_bytes(json.dumps(message).encode())

    def is_ready(self) -> bool:
        """Whether it has begun to answer."""
        if not self._is_trusted and not self._is_over and self._back.poll(0):
            self._receive()
        return self._is_trusted and not self._is_over

    def next_chunk(self) -> list[Drawn] | None:
        """The next rows; None where no more come."""
        if self._taken == CHUNKS_AHEAD:
            self.go_on()
        while not self._chunks and not self._is_over:
            self._receive()
        if not self._chunks:
            return None
        self._taken += 1
        return self._chunks.popleft()

    def go_on(self) -> None:
        """Let it work out as many rows more as were taken."""
        taken, self._taken = self._taken, 0
        for _ in range(taken):
            self._outbox.put(("taken", 0, []))

    def ask(
        self, every: list[ToCompare], people: dict[int, Here] | None
    ) -> Callable[[], list[bool] | None]:
        """Ask who of these has somebody near among ``people`` (None: it reads them by itself); the
        answer, or None where none comes."""
        self._tickets += 1
        ticket = self._tickets
        questions = list(map(question_as_list, every))
        self._outbox.put(("compare", ticket, [questions, people_as_lists(people)]))

        def answer() -> list[bool] | None:
            while ticket not in self._answers and not self._is_over:
                self._receive()
            return self._answers.pop(ticket, None)

        return answer

    def _receive(self) -> None:
        """Take what it says next."""
        try:
            if not self._back.poll(SILENT_MOST_S):
                raise EOFError
            self._take(*json.loads(self._back.recv_bytes()))
        except (EOFError, OSError, ValueError):
            self.end()

    def _take(self, kind: str, ticket: int, cells: Any) -> None:
        if kind == "keys":
            self._is_trusted = cells[:1] == [sign_of_keys()]
            self.has_file = is_a_file() and cells[1:] == [sign_of_database()]
        if not self._is_trusted:
            raise EOFError
        if kind == "drawn":
            self._chunks.append(list(map(drawn_of, cells)))
        elif kind == "near":
            self._answers[ticket] = cells

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._is_over = True
        self._process.kill()
        self._process.wait()
        self._back.close()
        self._outbox.put(None)
