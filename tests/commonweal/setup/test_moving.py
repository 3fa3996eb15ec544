"""From SQLite to PostgreSQL: the same rows, the same ciphertext, the same head, or nothing."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing

import psycopg
import pytest


def test_a_move_is_refused_where_it_can_t_be_whole(run, stevenage):
    for address, words in (
        ("sqlite:///other", "--to begins with postgresql://"),
        ("postgresql://nobody@127.0.0.1:1/nothing", "PostgreSQL does not answer"),
        ("postgresql://nobody@127.0.0.1:port/nothing", "--to is wrong"),
        ("postgresql://nobody@127.0.0.1:1", "--to is wrong: name the database too"),
        ("postgresql://nobody@127.0.0.1:1/nothing?sslmod=no", "--to is wrong: after its ?"),
    ):
        done = run(stevenage, "move", "--to", address)
        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr


# These are tried on PostgreSQL alone.


@pytest.fixture(scope="module")
def village(demo_village, tmp_path_factory):
    return demo_village(tmp_path_factory.mktemp("moved") / "village")


@pytest.fixture
def target(postgresql):
    # Of this process alone: another worker moves a town as well.
    name = f"moved_{os.getpid()}"
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    return postgresql.replace("/postgres?", f"/{name}?")


def ask(address, sql):
    with psycopg.connect(address) as there:
        return there.execute(sql).fetchall()


def test_a_town_moves_whole_and_goes_on(run, village, target):
    head = run(village, "ledger", "head").stdout
    done = run(village, "move", "--to", target)
    assert done.returncode == 0, done.stderr
    tables = re.findall(r"^  table (\d+) of (\d+): \w+, [\d,]+ rows?$", done.stdout, re.MULTILINE)
    assert tables == [(str(number), str(len(tables))) for number in range(1, len(tables) + 1)] != []
    assert run(village, "ledger", "head", DATABASE_URL=target).stdout == head != ""
    for command in (("ledger", "verify"), ("balance", "verify"), ("check",)):
        done = run(village, *command, DATABASE_URL=target)
        assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(village / "commonweal.sqlite3")) as source:
        sql = "SELECT last_name FROM residents_resident ORDER BY id"
        assert ask(target, sql) == source.execute(sql).fetchall() != []
        awards = source.execute("SELECT COUNT(*) FROM grants_award").fetchone()
    assert ask(target, "SELECT COUNT(*) FROM grants_award") == [awards]
    # Rows are guarded, and new ones get a number of their own.
    with psycopg.connect(target) as there:
        with pytest.raises(psycopg.errors.RaiseException):
            there.execute("UPDATE pledges_entry SET seq = seq")
        there.rollback()
        newest = there.execute("SELECT MAX(id) FROM accounts_event").fetchone()[0]
        new = there.execute("SELECT nextval(pg_get_serial_sequence('accounts_event', 'id'))")
        assert new.fetchone()[0] > newest
    assert run(village, "work", "--once", DATABASE_URL=target).returncode == 0
    assert "There is a town in that database" in run(village, "move", "--to", target).stderr


def test_what_does_not_fit_moves_nothing(run, stevenage, target):
    with closing(sqlite3.connect(stevenage / "commonweal.sqlite3")) as source, source:
        # PostgreSQL takes no such sign, SQLite does.
        source.execute("UPDATE places_area SET name = 'a' || char(0) WHERE id = 5")
    done = run(stevenage, "move", "--to", target)
    assert done.returncode == 1
    assert "Nothing was moved" in done.stderr
    assert ask(target, "SELECT COUNT(*) FROM places_town") == [(0,)]
    # The same database is good for another try.
    with closing(sqlite3.connect(stevenage / "commonweal.sqlite3")) as source, source:
        source.execute("UPDATE places_area SET name = 'a' WHERE id = 5")
    done = run(stevenage, "move", "--to", target)
    assert done.returncode == 0, done.stderr
    assert "The same as it was: a ledger without entries." in done.stdout


def test_a_database_with_something_in_it_is_left_alone(run, stevenage, target):
    with psycopg.connect(target) as there:
        there.execute("CREATE TABLE somebody_elses (id integer)")
    assert "it has a table somebody_elses" in run(stevenage, "move", "--to", target).stderr
