"""On a disk that became read-only public pages go on, and forms are taken in as soon as it is not.

SQLite can't open a database in WAL mode there as usual, as it makes files beside it.
"""

from __future__ import annotations

import os
import sqlite3

import pytest
from django.db import OperationalError
from django.db.backends.sqlite3 import base

from commonweal.jobs import database
from commonweal.jobs.sqlite3.base import DatabaseWrapper, stands_still


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A database in WAL mode on a disk that takes nothing in, which can't be opened as usual.

    Seen so on a disk that was mounted to be read only; root may write wherever modes forbid it, so
    that a folder without rights shows nothing.
    """
    path = tmp_path / "a town's #1.sqlite3"
    with sqlite3.connect(path) as town:
        town.execute("PRAGMA journal_mode=WAL")
        town.execute("CREATE TABLE town (name)")
        town.execute("INSERT INTO town VALUES ('Brackenford')")
    town.close()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    usual = base.DatabaseWrapper.get_new_connection

    def on_that_disk(self, conn_params):
        if "immutable=1" not in str(conn_params["database"]):
            raise sqlite3.OperationalError("unable to open database file")
        return usual(self, conn_params)

    monkeypatch.setattr(base.DatabaseWrapper, "get_new_connection", on_that_disk)
    return path


def opened(path):
    options = {"init_command": "PRAGMA journal_mode=WAL"}
    wrapper = DatabaseWrapper(
        {"NAME": path, "OPTIONS": options, "AUTOCOMMIT": True, "TIME_ZONE": None}
        | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "TEST": {}}
    )
    return wrapper.get_new_connection(wrapper.get_connection_params())


def test_what_lies_still_is_read_and_takes_nothing_in(file):
    town = opened(file)
    assert town.execute("SELECT name FROM town").fetchall() == [("Brackenford",)]
    with pytest.raises(sqlite3.OperationalError, match="readonly database"):
        town.execute("INSERT INTO town VALUES ('Elsewhere')")
    town.close()


def test_a_log_that_waits_to_be_read_is_not_left_out(file):
    log = file.with_name(f"{file.name}-wal")
    log.write_bytes(b"")
    assert stands_still(file)
    log.write_bytes(b"something that was committed")
    assert not stands_still(file)
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        opened(file)


def test_what_somebody_may_be_writing_is_not_read_as_if_it_lay_still(file, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    with pytest.raises(sqlite3.OperationalError):
        opened(file)


@pytest.mark.parametrize("takes", [True, False])
def test_pages_say_so_for_as_long_as_it_is_so(monkeypatch, takes):
    """Not longer: whoever reads that nothing is taken in does not write for help."""
    monkeypatch.setattr(database, "_refused_at", 0.0)
    monkeypatch.setattr(database, "takes_writes", lambda: takes)
    assert database.is_read_only(OperationalError("attempt to write a readonly database"))
    assert database.is_only_read()
    long_ago = database._refused_at - database.TRIED_EVERY_S
    monkeypatch.setattr(database, "_refused_at", long_ago)
    assert database.is_only_read() is not takes
    assert database.is_only_read() is not takes
