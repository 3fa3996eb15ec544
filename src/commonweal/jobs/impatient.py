"""A page's connection to PostgreSQL; read in where the town is kept there, and nowhere else."""

from __future__ import annotations

import time
from typing import Any

from psycopg import Connection
from psycopg import OperationalError as ServerSilent

from .patience import ANSWER_MOST_S, FIRST_ANSWER_MOST_S, PAGE


class Impatient(Connection[Any]):
    """A connection to PostgreSQL by which no page waits for ever for a server that says nothing.

    Keep-alives don't notice a process that hangs: its machine answers them for it.
    """

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        if not getattr(PAGE, "is_page", False):
            return super().wait(gen, *args, **kwargs)
        try:
            answer = super().wait(_until(gen, _patience_s()), *args, **kwargs)
        except ServerSilent:
            # Nothing more can be asked by this one: what it answers would be another's answer.
            if time.monotonic() - PAGE.asked_at >= _patience_s():
                self.close()
            raise
        PAGE.was_answered = True
        return answer


def _patience_s() -> float:
    return ANSWER_MOST_S if getattr(PAGE, "was_answered", True) else FIRST_ANSWER_MOST_S


def _until(gen: Any, patience_s: float) -> Any:
    """What psycopg does while it waits, until so many seconds have passed."""
    PAGE.asked_at = time.monotonic()
    is_ready: Any = None
    while True:
        try:
            wanted = gen.send(is_ready)
        except StopIteration as end:
            return end.value
        is_ready = yield wanted
        if not is_ready and time.monotonic() - PAGE.asked_at >= patience_s:
            gen.close()
            raise ServerSilent("the server said nothing in time")
