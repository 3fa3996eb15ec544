"""What the other process of a long list does (`ahead`): it works out rows while nobody asks for
more, and compares whenever it is asked to, with those who are sent to it or whom it reads."""

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
from django.db import connection

from commonweal.office.fields import keyed_hash
from commonweal.residents.keys import Described

from .comparing import ToCompare, answered, those_of
from .drawing import Drawn, Near, draw
from .here import Here
from .persons import Listed

# So many pieces are worked out before the first of them is taken.
CHUNKS_AHEAD = 40
PLAIN = ("first", "last", "born", "email", "nhs", "address", "postcode", "uprn")


def sign_of_keys() -> str:
    """By what two processes know that they seal and hash under the same keys."""
    return keyed_hash(f"ahead:{' '.join(settings.FIELD_KEYS)}")


def sign_of_database() -> str:
    """By what two processes know that they read the same file."""
    return keyed_hash(f"ahead:{connection.settings_dict['NAME']}")


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
    candidates = [[pk, list(kinds)] for pk, kinds in question.candidates]
    return [_person_as_list(question.described), candidates]


def _question_of(cells: list[Any]) -> ToCompare:
    person, candidates = cells
    return ToCompare(_person_of(person), [(pk, set(kinds)) for pk, kinds in candidates])


def people_as_lists(people: dict[int, Here] | None) -> dict[int, list[Any]] | None:
    """Those who are here, as they stand."""
    if people is None:
        return None
    return {pk: [somebody.state, *somebody.closed] for pk, somebody in people.items()}


def _people_of(lists: dict[str, list[Any]]) -> dict[int, Here]:
    return {int(pk): Here(int(pk), state, closed) for pk, (state, *closed) in lists.items()}


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


def _near(questions: list[ToCompare], people: dict[str, list[Any]] | None) -> list[bool]:
    """Who has somebody near among these people; where none are sent, they are read here."""
    return answered(questions, those_of(questions) if people is None else _people_of(people))


class _Helper:
    def __init__(self, inbox: SimpleQueue[bytes], outbox: SimpleQueue[bytes]) -> None:
        self.inbox, self.outbox = inbox, outbox
        self.rows: deque[list[Any]] = deque()
        self.room = CHUNKS_AHEAD

    def work(self) -> None:
        self._answer("keys", 0, [sign_of_keys(), sign_of_database()])
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
            questions, people = cells
            self._answer("near", ticket, _near(list(map(_question_of, questions)), people))

    def _answer(self, *message: Any) -> None:
        self.outbox.put(json.dumps(message).encode())
