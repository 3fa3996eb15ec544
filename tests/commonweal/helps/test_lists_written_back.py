"""What a long list commits is written back into SQLite's file by a thread beside its work."""

from __future__ import annotations

import sqlite3
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from commonweal.cases import lists
from commonweal.cases.lists import ahead, carrying, pace, writeback
from commonweal.cases.models import ListRow

pytestmark = pytest.mark.django_db


def connection_to(path: Path):
    """To a file of SQLite, whatever the suite runs on."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    return ConnectionHandler({"default": database})["default"]


def number_of(pragma: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        return cursor.fetchone()[0]


@pytest.fixture
def file(tmp_path):
    """Another file of SQLite, in whose log something waits; a connection that holds it open."""
    path = tmp_path / "town.sqlite3"
    writer = sqlite3.connect(path)
    writer.executescript("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;")
    writer.executescript("CREATE TABLE town (name); INSERT INTO town VALUES ('Brackenford');")
    yield SimpleNamespace(path=path, writer=writer)
    writer.close()


def test_what_waits_in_the_log_is_written_back_and_the_thread_ends(file, monkeypatch):
    other = connection_to(file.path)
    back = writeback.WriteBack(other)
    back.wait()
    assert b"Brackenford" not in file.path.read_bytes()
    back.begin()
    back.wait()
    assert b"Brackenford" in file.path.read_bytes()
    back.end()
    assert other.connection is None


def test_what_can_not_be_written_back_stays_in_the_log_and_stops_nobody(tmp_path):
    other = connection_to(tmp_path / "gone" / "town.sqlite3")
    back = writeback.WriteBack(other)
    back.begin()
    back.wait()
    back.end()


def test_sqlite_is_set_for_a_long_list_and_as_before_after_it(monkeypatch):
    if connection.vendor == "postgresql":
        with writeback.writing_back(is_long=True) as back:
            assert back.second is None
        return
    names = [*writeback.MEANWHILE, *writeback.LONG]
    usual = [number_of(name) for name in names]
    monkeypatch.setattr(writeback, "is_a_file", lambda: True)
    meanwhile = []

    def stopped():
        with writeback.writing_back(is_long=True) as back:
            assert back.second is not None
            meanwhile.extend(map(number_of, names))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert meanwhile == [*writeback.MEANWHILE.values(), *writeback.LONG.values()]
    assert [number_of(name) for name in names] == usual


@pytest.mark.parametrize(("is_long", "is_file"), [(False, True), (True, False)])
def test_a_short_list_and_a_database_that_is_no_file_need_no_thread(monkeypatch, is_long, is_file):
    monkeypatch.setattr(writeback, "is_a_file", lambda: is_file)
    with writeback.writing_back(is_long=is_long) as back:
        assert back.second is None
        back.begin()
        back.wait()


def test_each_step_waits_for_what_the_one_before_wrote(kinds, monkeypatch):
    for name, size in {"STEP": 1, "MOST": 1, "PAUSE_S": 0}.items():
        monkeypatch.setattr(pace, name, size)
    acts, begun, writing_back = [], [], writeback.writing_back
    monkeypatch.setattr(ahead, "is_long", lambda every, start: (len(every), start) == (3, 0))
    monkeypatch.setattr(ahead, "Helper", lambda rows: None)
    monkeypatch.setattr(
        writeback, "writing_back", lambda **how: (begun.append(how), writing_back(**how))[1]
    )
    monkeypatch.setattr(ahead.RowsAhead, "go_on", lambda _: acts.append("go on"))
    monkeypatch.setattr(writeback.WriteBack, "begin", lambda _: acts.append("begin"))
    monkeypatch.setattr(writeback.WriteBack, "wait", lambda _: acts.append(ListRow.objects.count()))
    looked_up = carrying.looking.ahead
    monkeypatch.setattr(
        carrying.looking, "ahead", lambda *step: (acts.append("look"), looked_up(*step))[1]
    )
    rows = [f"Ada,Quillfeather,1{number}/04/1958,BF1 2AG,,," for number in range(3)]
    heads = "First name,Surname,d.o.b,Postcode,Phone number,UPRN,Case Note 1"
    shown = lists.preview("\n".join([heads, *rows]).encode(), "list.csv")
    lists.carry_out(shown, lists.begin(shown, help_type=kinds["food"], by=None), by=None)
    each = [["look", "go on", number, "begin"] for number in range(3)]
    assert acts == list(chain.from_iterable(each))
    assert begun == [{"is_long": True}]
