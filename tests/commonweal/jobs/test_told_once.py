"""That jobs wait is told once and then seldom; where a server is opened; where letters lie; whether
the clock was set a moment ago."""

from __future__ import annotations

import logging

import pytest
from django.db import OperationalError

from commonweal.jobs import clock, outages
from commonweal.jobs.addresses import address_to_open
from commonweal.jobs.mail_folder import where_letters_lie
from commonweal.jobs.outages import OUTAGES, SAID_EVERY_S, Outage

AWAY = OperationalError("connection refused to ada@example.org")


@pytest.fixture
def seconds(monkeypatch):
    """A clock that nobody sets, moved by hand."""
    at = [1000.0]
    monkeypatch.setattr(outages.time, "monotonic", lambda: at[0])
    return at


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "commonweal.jobs")
    return lambda: [line.getMessage() for line in caplog.records]


@pytest.mark.parametrize("kind", OUTAGES)
def test_that_jobs_wait_is_said_by_the_kind_of_failure_and_nothing_else(seconds, lines, kind):
    Outage().tell(kind("the words of ada@example.org"))
    [line] = lines()
    assert line.startswith("Jobs wait: ")
    assert f"({kind.__name__})" in line
    assert "ada" not in line


@pytest.mark.parametrize(
    ("pauses", "said"),
    [
        ([], 1),
        ([1] * 20, 1),
        ([SAID_EVERY_S - 1], 1),
        ([SAID_EVERY_S], 2),
        ([SAID_EVERY_S - 1, 1], 2),
        ([SAID_EVERY_S - 1, 1, SAID_EVERY_S - 1], 2),
        ([SAID_EVERY_S] * 5, 6),
        ([SAID_EVERY_S * 10], 2),
    ],
)
def test_it_is_told_once_and_then_seldom(seconds, lines, pauses, said):
    outage = Outage()
    outage.tell(AWAY)
    for pause in pauses:
        seconds[0] += pause
        outage.tell(AWAY)
    assert len(lines()) == said


def test_where_nothing_was_said_nothing_is_over(seconds, lines):
    outage = Outage()
    outage.is_over()
    outage.is_over()
    assert lines() == []


def test_that_jobs_go_on_is_said_once(seconds, lines):
    outage = Outage()
    outage.tell(AWAY)
    for _ in range(3):
        outage.is_over()
    assert lines()[1:] == ["Jobs go on: the database answers."]


def test_a_database_that_comes_and_goes_fills_no_log(seconds, lines):
    outage = Outage()
    for _ in range(50):
        outage.tell(AWAY)
        outage.is_over()
        seconds[0] += 5
    # In 250 seconds: it is away, it is back, and nothing more.
    assert len(lines()) == 2


def test_after_a_while_it_is_told_anew_and_its_end_too(seconds, lines):
    outage = Outage()
    for _ in range(2):
        outage.tell(AWAY)
        outage.is_over()
        seconds[0] += SAID_EVERY_S
    assert [line.split(":")[0] for line in lines()] == ["Jobs wait", "Jobs go on"] * 2


def test_two_outages_know_nothing_of_each_other(seconds, lines):
    Outage().tell(AWAY)
    Outage().is_over()
    Outage().tell(AWAY)
    assert [line.split(":")[0] for line in lines()] == ["Jobs wait"] * 2


# What to type into a browser


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 8000, "http://localhost:8000"),
        ("::1", 8000, "http://localhost:8000"),
        ("0.0.0.0", 80, "http://localhost:80"),
        ("::", 8443, "http://localhost:8443"),
        ("localhost", 8000, "http://localhost:8000"),
        ("town.example", 8000, "http://town.example:8000"),
        ("192.168.1.7", 8000, "http://192.168.1.7:8000"),
        ("127.0.0.2", 8000, "http://127.0.0.2:8000"),
    ],
)
def test_a_server_of_this_machine_is_opened_by_a_name(host, port, address):
    assert address_to_open(host, port) == address


# Letters


@pytest.mark.parametrize(
    ("backend", "is_demo", "is_said"),
    [
        ("django.core.mail.backends.filebased.EmailBackend", False, True),
        ("django.core.mail.backends.filebased.EmailBackend", True, False),
        ("django.core.mail.backends.smtp.EmailBackend", False, False),
        ("django.core.mail.backends.locmem.EmailBackend", False, False),
    ],
)
def test_whoever_starts_a_town_hears_where_letters_lie(settings, backend, is_demo, is_said):
    settings.EMAIL_BACKEND, settings.DEMO = backend, is_demo
    settings.EMAIL_FILE_PATH = "/var/town/mail"
    sentence = where_letters_lie()
    assert bool(sentence) is is_said
    assert ("/var/town/mail" in sentence) is ("EMAIL_HOST" in sentence) is is_said


# The clock


class Clocks:
    """The machine's clock, which may be set, beside one that runs on."""

    def __init__(self, monkeypatch):
        self.steady, self.ahead = 5000.0, 0.0
        monkeypatch.setattr(clock.time, "monotonic", lambda: self.steady)
        monkeypatch.setattr(clock.time, "time", lambda: 1_800_000_000 + self.steady + self.ahead)
        monkeypatch.setattr(clock._Beside, "apart", None)
        monkeypatch.setattr(clock._Beside, "set_at", None)

    def is_steady_after(self, seconds=0.0, *, set_by=0.0):
        self.steady += seconds
        self.ahead += set_by
        return clock.is_steady()


@pytest.fixture
def clocks(monkeypatch):
    return Clocks(monkeypatch)


def test_the_first_look_tells_nothing(clocks):
    assert clocks.is_steady_after(set_by=10**9)


@pytest.mark.parametrize("pause", [0, 1, 60, 10**6])
def test_a_clock_that_runs_on_is_steady(clocks, pause):
    assert all(clocks.is_steady_after(pause) for _ in range(4))


@pytest.mark.parametrize(
    ("set_by", "is_steady"),
    [
        (29, True),
        (30, True),
        (31, False),
        (-30, True),
        (-31, False),
        (3600, False),
        (-86400, False),
    ],
)
def test_a_clock_is_drawn_right_by_seconds_and_set_by_more(clocks, set_by, is_steady):
    clocks.is_steady_after()
    assert clocks.is_steady_after(1, set_by=set_by) is is_steady


def test_a_clock_that_was_set_is_believed_after_some_minutes(clocks):
    clocks.is_steady_after()
    assert not clocks.is_steady_after(set_by=3600)
    assert not clocks.is_steady_after(clock.SETTLES_WITHIN_S)
    assert clocks.is_steady_after(1)
    assert clocks.is_steady_after(1)


def test_a_clock_that_is_set_once_more_is_waited_for_anew(clocks):
    clocks.is_steady_after()
    clocks.is_steady_after(set_by=3600)
    assert not clocks.is_steady_after(clock.SETTLES_WITHIN_S - 1, set_by=-3600)
    assert not clocks.is_steady_after(clock.SETTLES_WITHIN_S - 1)
    assert clocks.is_steady_after(2)


def test_a_clock_that_creeps_is_never_said_to_be_set(clocks):
    clocks.is_steady_after()
    assert all(clocks.is_steady_after(5, set_by=20) for _ in range(30))


def test_a_job_is_marked_and_still_itself():
    def job():
        return 7

    marked = clock.whatever_the_clock(job)
    assert marked is job
    assert marked() == 7
    assert marked.runs_whatever_the_clock
