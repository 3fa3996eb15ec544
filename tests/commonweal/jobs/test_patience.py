"""How long a page waits for a server of the database that says nothing: a moment for its first
word, longer for others, and for ever where no page is answered."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from psycopg import Connection, OperationalError

from commonweal.jobs import impatient
from commonweal.jobs.impatient import Impatient
from commonweal.jobs.patience import ANSWER_MOST_S, FIRST_ANSWER_MOST_S, STATEMENT_MOST_S


class Server:
    """A server that answers after so many looks, each of which takes a second."""

    def __init__(self, monkeypatch):
        self.page = SimpleNamespace()
        self.seconds, self.looks, self.is_closed = 0.0, 0, False
        self.answers_after, self.looked_in_vain = 0, []
        monkeypatch.setattr(impatient, "PAGE", self.page)
        monkeypatch.setattr(impatient.time, "monotonic", lambda: self.seconds)
        monkeypatch.setattr(Connection, "wait", self._wait)
        monkeypatch.setattr(Impatient, "close", self._close)
        monkeypatch.setattr(Impatient, "__del__", lambda connection: None)
        self.connection = object.__new__(Impatient)

    def _close(self):
        self.is_closed = True

    def _wait(self, gen, *args, **kwargs):
        """As psycopg does: it asks what is waited for, looks, and says what it saw."""
        try:
            next(gen)
            while True:
                self.looks += 1
                self.seconds += 1
                is_ready = self.looks >= self.answers_after
                self.looked_in_vain.append(not is_ready)
                gen.send(is_ready)
        except StopIteration as end:
            return end.value

    def asked(self, answers_after):
        """What comes of a question that the server answers after so many seconds."""
        self.looks, self.answers_after = 0, answers_after

        def question():
            while not (yield "read"):
                pass
            return "an answer"

        return self.connection.wait(question())


@pytest.fixture
def server(monkeypatch):
    return Server(monkeypatch)


def test_a_page_waits_longer_than_any_statement_may_take():
    assert FIRST_ANSWER_MOST_S < STATEMENT_MOST_S < ANSWER_MOST_S


@pytest.mark.parametrize(
    "state", [{}, {"is_page": False}, {"is_page": False, "was_answered": False}]
)
@pytest.mark.parametrize("seconds", [1, ANSWER_MOST_S * 50])
def test_where_no_page_is_answered_it_is_waited_for(server, state, seconds):
    server.page.__dict__.update(state)
    assert server.asked(seconds) == "an answer"
    assert not server.is_closed


@pytest.mark.parametrize(
    ("was_answered", "seconds", "is_silent"),
    [
        (False, 1, False),
        (False, FIRST_ANSWER_MOST_S, False),
        (False, FIRST_ANSWER_MOST_S + 1, True),
        (False, ANSWER_MOST_S, True),
        (True, FIRST_ANSWER_MOST_S + 1, False),
        (True, ANSWER_MOST_S, False),
        (True, ANSWER_MOST_S + 1, True),
        (True, ANSWER_MOST_S * 50, True),
        # Nothing was said of whether it ever answered: it is believed.
        (None, ANSWER_MOST_S, False),
        (None, ANSWER_MOST_S + 1, True),
    ],
)
def test_a_page_waits_so_long_and_no_longer(server, was_answered, seconds, is_silent):
    server.page.is_page = True
    if was_answered is not None:
        server.page.was_answered = was_answered
    if not is_silent:
        assert server.asked(seconds) == "an answer"
        assert not server.is_closed
        return
    with pytest.raises(OperationalError, match="the server said nothing in time"):
        server.asked(seconds)
    most = FIRST_ANSWER_MOST_S if was_answered is False else ANSWER_MOST_S
    assert server.seconds == most
    assert server.is_closed, "what it answers later would be taken for another's answer"


def test_once_answered_a_page_is_more_patient(server):
    server.page.is_page, server.page.was_answered = True, False
    assert server.asked(2) == "an answer"
    assert server.page.was_answered
    assert server.asked(FIRST_ANSWER_MOST_S + 5) == "an answer"


def test_each_question_is_waited_for_anew(server):
    server.page.is_page, server.page.was_answered = True, True
    for _ in range(4):
        assert server.asked(ANSWER_MOST_S - 1) == "an answer"
    assert server.seconds == 4 * (ANSWER_MOST_S - 1)


def test_a_server_that_refuses_at_once_is_not_silent(server):
    server.page.is_page, server.page.was_answered = True, True

    def refused():
        yield "read"
        raise OperationalError("the database system is shutting down")

    with pytest.raises(OperationalError, match="shutting down"):
        server.connection.wait(refused())
    assert not server.is_closed


def test_a_fault_of_the_program_is_none_of_the_server(server):
    server.page.is_page, server.page.was_answered = True, False

    def broken():
        yield "read"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        server.connection.wait(broken())
    assert server.page.was_answered is False
    assert not server.is_closed


def test_whoever_waits_is_told_that_it_ended(server):
    """What the question holds is let go, as if it had been answered."""
    server.page.is_page, server.page.was_answered = True, False
    server.answers_after = 100
    ended = []

    def question():
        try:
            while not (yield "read"):
                pass
        finally:
            ended.append(server.seconds)

    # Held here, so that it does not end by being forgotten.
    waiting = question()
    with pytest.raises(OperationalError):
        server.connection.wait(waiting)
    assert ended == [FIRST_ANSWER_MOST_S]
