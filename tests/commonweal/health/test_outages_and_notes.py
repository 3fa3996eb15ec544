"""What monitoring is told: each check by itself, one wait for a database that is away, and a line
in the log once when something begins to be wrong and once when it is well again."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from django.db import InterfaceError, OperationalError

from commonweal.health import readiness
from commonweal.health.readiness import AWAY, ReadinessCheck, all_of, note, tried

NOW = datetime(2027, 3, 3, 9, tzinfo=UTC)
WELL = ReadinessCheck("disk", True, "Room enough.")
ILL = ReadinessCheck("disk", False, "No room.", "Make room.")
GONE = OperationalError("could not connect to server: Connection refused")


def well(name):
    return lambda now: ReadinessCheck(name, True, f"{name} is well.")


def failing(error):
    def check(now):
        raise error

    return check


@pytest.fixture
def known(monkeypatch):
    """As of a town that has served for an hour and of which nothing is wrong yet."""
    names: set[str] = set()
    monkeypatch.setattr(readiness, "_known", names)
    monkeypatch.setattr(readiness, "_began", readiness.time.monotonic() - 3600)
    return names


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "commonweal.health")
    return lambda: [(line.levelname, line.getMessage()) for line in caplog.records]


# Each by itself


def test_each_check_is_asked_in_its_turn_with_the_same_moment():
    asked = []

    def check_of(name):
        def check(now):
            asked.append((name, now))
            return ReadinessCheck(name, True, "well")

        return check

    names = ["disk", "letters", "worker"]
    looked = all_of({name: check_of(name) for name in names}, set(), NOW)
    assert asked == [(name, NOW) for name in names]
    assert [check.name for check in looked] == names


def test_nothing_to_look_at_is_nothing_wrong():
    assert all_of({}, {"worker"}, NOW) == []


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ValueError("secret words"), "It can't be looked at (ValueError)."),
        (KeyError("ada@example.org"), "It can't be looked at (KeyError)."),
        (PermissionError(13, "denied", "/secret"), "It can't be looked at (PermissionError)."),
        (ZeroDivisionError(), "It can't be looked at (ZeroDivisionError)."),
        (OperationalError("database is locked"), "The database is busy."),
        (InterfaceError("connection already closed"), AWAY),
        (GONE, AWAY),
    ],
    ids=lambda part: type(part).__name__,
)
def test_what_cant_be_looked_at_is_not_well_and_says_no_word_of_the_error(error, says):
    check = tried("letters", failing(error), NOW)
    assert (check.name, check.is_well, check.says) == ("letters", False, says)
    assert check.mend == "Mend the database first: see 'database'."


def test_one_that_fails_stops_no_other():
    checks = {"disk": failing(ValueError()), "letters": well("letters"), "worker": well("worker")}
    looked = all_of(checks, {"letters", "worker"}, NOW)
    assert [check.is_well for check in looked] == [False, True, True]


def test_nobody_waits_twice_for_a_database_that_is_away():
    asked = []

    def check_of(name):
        def check(now):
            asked.append(name)
            raise GONE

        return check

    names = ["database", "migrations", "worker", "letters"]
    looked = all_of({name: check_of(name) for name in names}, set(names[1:]), NOW)
    assert asked == ["database"]
    assert [(check.name, check.is_well, check.says) for check in looked] == [
        (name, False, AWAY) for name in names
    ]
    assert {check.mend for check in looked[1:]} == {"Mend the database first: see 'database'."}


def test_what_asks_no_database_is_looked_at_all_the_same():
    checks = {"database": failing(GONE), "disk": well("disk"), "worker": well("worker")}
    looked = all_of(checks, {"worker"}, NOW)
    assert [check.says for check in looked] == [AWAY, "disk is well.", AWAY]


def test_what_comes_before_the_database_is_asked_and_what_is_busy_is_asked_again():
    busy = OperationalError("database is locked")
    checks = {"worker": well("worker"), "database": failing(busy), "letters": well("letters")}
    looked = all_of(checks, {"worker", "letters"}, NOW)
    assert [check.is_well for check in looked] == [True, False, True]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_who_ends_the_process_is_heeded(kind):
    with pytest.raises(kind):
        tried("disk", failing(kind()), NOW)


# What is written down


def test_what_is_well_is_no_news(known, lines):
    for _ in range(3):
        note([WELL])
    assert (lines(), known) == ([], set())


def test_what_begins_to_be_wrong_is_said_once_with_how_to_mend_it(known, lines):
    for _ in range(3):
        note([ILL])
    assert lines() == [("ERROR", "Not ready: disk. No room. Make room.")]


def test_what_is_well_again_is_said_once(known, lines):
    note([ILL])
    for _ in range(3):
        note([WELL])
    assert lines()[1:] == [("INFO", "Well again: disk. Room enough.")]
    assert known == set()


def test_what_comes_and_goes_is_said_each_time(known, lines):
    for _ in range(3):
        note([ILL])
        note([WELL])
    assert [level for level, _ in lines()] == ["ERROR", "INFO"] * 3


def test_two_that_are_wrong_are_told_apart(known, lines):
    letters = ReadinessCheck("letters", False, "They wait.", "Look.")
    note([ILL, letters])
    note([WELL, letters])
    assert [text for _, text in lines()] == [
        "Not ready: disk. No room. Make room.",
        "Not ready: letters. They wait. Look.",
        "Well again: disk. Room enough.",
    ]
    assert known == {"letters"}


def test_what_is_wrong_otherwise_than_before_is_the_same_news(known, lines):
    note([ILL])
    note([ReadinessCheck("disk", False, "Still no room.", "Make room.")])
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("served_s", "name", "is_said"),
    [
        (0, "worker", False),
        (30, "worker", False),
        (61, "worker", True),
        (0, "disk", True),
        (0, "database", True),
    ],
)
def test_that_no_worker_is_there_yet_is_no_news_of_a_town_that_starts(
    known, lines, monkeypatch, served_s, name, is_said
):
    monkeypatch.setattr(readiness, "_began", readiness.time.monotonic() - served_s)
    note([ReadinessCheck(name, False, "Not there.", "Start it.")])
    assert bool(lines()) is is_said
    assert (name in known) is is_said


def test_a_worker_that_never_came_is_said_when_the_start_is_over(known, lines, monkeypatch):
    silent = ReadinessCheck("worker", False, "None is at work.", "Start it.")
    monkeypatch.setattr(readiness, "_began", readiness.time.monotonic())
    note([silent])
    monkeypatch.setattr(readiness, "_began", readiness.time.monotonic() - 61)
    note([silent])
    assert lines() == [("ERROR", "Not ready: worker. None is at work. Start it.")]


# Room on the disk


@pytest.mark.parametrize(
    ("free", "is_well", "says"),
    [
        (0, False, "0 MB are free."),
        (500 * 1024**2 - 1, False, "499 MB are free."),
        (500 * 1024**2, True, "500 MB are free."),
        (5 * 1024**4, True, "5,242,880 MB are free."),
    ],
)
def test_a_disk_has_room_from_a_bound_on(monkeypatch, settings, free, is_well, says):
    asked = []

    def usage(path):
        asked.append(path)
        return readiness.shutil._ntuple_diskusage(0, 0, free)

    monkeypatch.setattr(readiness.shutil, "disk_usage", usage)
    check = readiness.disk_has_room(NOW)
    assert (check.is_well, check.says) == (is_well, says)
    assert asked == [settings.VAR]
    assert str(settings.VAR) in check.mend
