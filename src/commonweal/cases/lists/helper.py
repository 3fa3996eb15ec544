"""What the other process of a long list does (`ahead`): it works out rows while nobody asks for
more, and compares whenever it is asked to."""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings

from commonweal.office.fields import keyed_hash
from commonweal.residents.keys import Described

from .comparing import ToCompare, is_any_near
from .drawing import Drawn, Near, draw
from .persons import Listed

# So many pieces are worked out before the first of them is taken.
CHUNKS_AHEAD = 40
PLAIN = ("first", "last", "born", "email", "nhs", "address", "postcode", "uprn")


def sign_of_keys() -> str:
    """By what two processes know that they seal and hash under the same keys."""
    return keyed_hash(f"ahead:{' '.join(settings.FIELD_KEYS)}")


# --- What goes through the pipes --------------------------------------------------------------


def _person_as_list(person: Described) -> list[Any]:
    return [*(getattr(person, name) for name in PLAIN), person.phones, person.others]


def _person_of(cells: list[Any]) -> Described:
    *plain, phones, others = cells
    facts = dict(zip(PLAIN, plain, strict=True))
    return Described(**facts, phones=tuple(phones), others=tuple(others))


def as_list(listed: Listed) -> list[Any]:
    """A row, as far as it is needed to work it out."""
    return [_person_as_list(listed.described), listed.notes, listed.phones]


def _listed_of(cells: list[Any]) -> Listed:
    person, notes, phones = cells
    return Listed(0, "", _person_of(person), notes, False, "", phones=tuple(phones))


def drawn_of(cells: list[Any]) -> Drawn:
    """A row that was worked out."""
    row, is_as_listed, digests, (wanted, swapped), note = cells
    return Drawn(tuple(row), is_as_listed, digests, Near(wanted, swapped), note)


def question_as_list(question: ToCompare) -> list[Any]:
    """A question who is near."""
    candidates = [[row, list(kinds)] for row, kinds in question.candidates]
    return [_person_as_list(question.described), candidates]


def _question_of(cells: list[Any]) -> ToCompare:
    person, candidates = cells
    return ToCompare(_person_of(person), [(row, set(kinds)) for row, kinds in candidates])


# --- In the other process ---------------------------------------------------------------------


def work() -> None:
    """Do what is asked on standard input, until that is closed."""
    # Whoever presses Ctrl+C tells the one that began this, and that ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    come, back = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    # What anything might print goes nowhere.
    os.dup2(2, 1)
    gc.disable()
    inbox, outbox = SimpleQueue[bytes](), SimpleQueue[bytes]()
    for act in (lambda: inbox.put(come.recv_bytes()), lambda: back.send_bytes(outbox.get())):
        threading.Thread(target=_until_nobody_listens, args=(act,), daemon=True).start()
    _Helper(inbox, outbox).work()


def _until_nobody_listens(act: Callable[[], None]) -> None:
    try:
        while True:
            act()
    except (OSError, EOFError):
        os._exit(0)


class _Helper:
    def __init__(self, inbox: SimpleQueue[bytes], outbox: SimpleQueue[bytes]) -> None:
        self.inbox, self.outbox = inbox, outbox
        self.rows: deque[list[Any]] = deque()
        self.room = CHUNKS_AHEAD

    def work(self) -> None:
        self._answer("keys", 0, sign_of_keys())
        while True:
            has_rows = bool(self.rows) and self.room > 0
            try:
                self._take(*json.loads(self.inbox.get(block=not has_rows)))
            except Empty:
                self.room -= 1
                rows = map(_listed_of, self.rows.popleft())
                self._answer("drawn", 0, list(map(draw, rows)))

    def _take(self, kind: str, ticket: int, cells: list[Any]) -> None:
        if kind == "rows":
            self.rows.append(cells)
        elif kind == "taken":
            self.room += 1
        else:
            self._answer("near", ticket, list(map(is_any_near, map(_question_of, cells))))

    def _answer(self, *message: Any) -> None:
        self.outbox.put(json.dumps(message).encode())
