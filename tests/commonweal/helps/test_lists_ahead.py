"""Another process works a long list's rows out: it says what would be said here, or is replaced."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
from contextlib import closing
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from commonweal.cases import lists
from commonweal.cases.lists import ahead, comparing, drawing, helper, here
from commonweal.cases.lists.persons import Listed
from commonweal.cases.models import Case, ListRow
from commonweal.office.fields import closed, keyed_hash, opened
from commonweal.residents.keys import Described
from commonweal.residents.models import Resident

HANGS = "import time; time.sleep(60)"
DIES = "raise SystemExit(1)"
# Speaks as the other process does, under other keys.
OTHER = """
import os, json, time
from multiprocessing.connection import Connection
back = Connection(os.dup(1), readable=False)
back.send_bytes(json.dumps(("keys", 0, ["other keys", "other file"])).encode())
back.send_bytes(json.dumps(("drawn", 0, [("not", "drawn")] * 4)).encode())
time.sleep(60)
"""


def a_row(number: int) -> Listed:
    who = Described("Zoë", f"O'Hagan-Nr {number}", born="1958-04-12", postcode="bf1 2ag")
    notes = "" if number % 2 else f"Note {number}"
    return Listed(number, str(number), who, notes, False, "x", phones=(f"0770090{number:04}",))


def said(drawn: drawing.Drawn) -> tuple[object, ...]:
    """What was worked out, opened, without what is chance."""
    cells = [opened(cell) if cell else "" for cell in (*drawn.row[1:], drawn.note)]
    digests = sorted(map(tuple, drawn.digests))
    wanted = [tuple(pair) for pair in drawn.near.wanted]
    return cells, drawn.is_as_listed, digests, wanted, sorted(drawn.near.swapped)


def some_facts(draw: random.Random) -> dict[str, str]:
    return {
        "first_name": draw.choice(["William", "Bill", "Ann", "Tomasz"]),
        "last_name": draw.choice(["Smyth", "Smith", "O'Hagan"]),
        "born": draw.choice(["1958-04-12", "1958-12-04", "1990-01-01", ""]),
    }


def as_they_stand(number: int) -> here.Here:
    """Somebody who is here; every twentieth was erased."""
    facts = some_facts(random.Random(number))
    cells = [closed(cell) if (cell := facts.get(name)) else "" for name in here.FIELDS]
    state = Resident.State.ERASED if number % 20 == 7 else Resident.State.ACTIVE
    return here.Here(number, state, cells)


def somebody_and_their_near(number: int) -> comparing.ToCompare:
    """Somebody, and two who have some keys in common with them, and one who was merged."""
    who = some_facts(random.Random(-number))
    near = [(pk, {"name"}) for pk in (2 * number, 2 * number + 1, 999)]
    described = Described(who["first_name"], who["last_name"], born=who["born"])
    return comparing.ToCompare(described, near)


QUESTIONS = [somebody_and_their_near(number) for number in range(60)]


@pytest.fixture
def people(monkeypatch):
    """Those who are near the questions, as if they stood in the database."""
    everybody = {number: as_they_stand(number) for number in range(120)}
    monkeypatch.setattr(
        comparing, "here", lambda pks: {pk: everybody[pk] for pk in pks if pk in everybody}
    )
    return everybody


@pytest.fixture
def soon(monkeypatch):
    """Even a short list is worked out by another process, in small pieces."""
    for name, size in {"LEAST": 5, "MEANWHILE": 2, "CHUNK": 4, "ASKED_LEAST": 1}.items():
        monkeypatch.setattr(ahead, name, size)
    monkeypatch.setattr(ahead, "_cores", lambda: 2)


@pytest.fixture
def began(monkeypatch):
    """The other processes that were begun."""
    processes, popen = [], subprocess.Popen

    def begin(*words, **how):
        processes.append(popen(*words, **how))
        return processes[-1]

    monkeypatch.setattr(ahead.subprocess, "Popen", begin)
    return processes


ROWS = [a_row(number) for number in range(30)]


def test_it_says_what_is_said_here_in_order_and_ends(soon, began):
    with ahead.rows_ahead(ROWS, 0) as drawn:
        pieces = [drawn.of(start, end) for start, end in [(0, 1), (1, 9), (9, 9), (12, 25)]]
        # Asked for once more, as after somebody else's step.
        pieces.append(drawn.of(12, 30))
        assert drawn.helper is not None
    for piece, (start, end) in zip(
        pieces, [(0, 1), (1, 9), (9, 9), (12, 25), (12, 30)], strict=True
    ):
        assert [said(one) for one in piece] == [said(drawing.draw(row)) for row in ROWS[start:end]]
    [process] = began
    assert process.returncode is not None


def test_it_compares_as_is_compared_here_and_where_it_is_killed_all_is_done_here(
    soon, began, people
):
    asked = QUESTIONS
    answers = comparing.ask_here(asked)()
    assert 10 < sum(answers) < 50
    with ahead.rows_ahead(ROWS, 3) as drawn:
        assert drawn.ask(asked)() == answers, "before it has begun"
        first = drawn.of(3, 12)
        assert drawn.helper.is_ready()
        one, other = drawn.ask(asked[:30]), drawn.ask(asked[30:])
        assert one() + other() == answers
        began[0].send_signal(signal.SIGSTOP)
        late = drawn.ask(asked)
        began[0].kill()
        began[0].wait()
        assert late() == drawn.ask(asked)() == answers
        # What it had sent before is taken; that it is gone is noticed at the end of that.
        rest = drawn.of(12, 30)
        assert drawn.helper is None or drawn.helper.next_chunk() is None
    expected = [said(drawing.draw(row)) for row in ROWS[3:]]
    assert [said(one) for one in first + rest] == expected


def test_who_was_erased_is_perhaps_anybody_and_who_was_merged_nobody(people):
    question = comparing.ToCompare(Described("Nobody", "Likethem", born="1930-01-02"), [])
    for pk, is_near in [(7, True), (8, False), (999, False)]:
        asked = question._replace(candidates=[(pk, {"phone"})])
        assert comparing.ask_here([asked])() == [is_near]


@pytest.fixture
def file(tmp_path, monkeypatch, people):
    """The same people in a file that the other process has as its database, and, so it seems, this
    one too; here nobody is found any more."""
    path = tmp_path / "test.sqlite3"
    columns = ("id", "state", *here.FIELDS)
    with closing(sqlite3.connect(path)) as town:
        town.execute(f"CREATE TABLE residents_resident ({', '.join(columns)})")
        rows = [(one.pk, one.state, *one.closed) for one in people.values()]
        town.executemany(f"INSERT INTO residents_resident VALUES ({', '.join('?' * 12)})", rows)
        town.commit()
    monkeypatch.setenv("COMMONWEAL_VAR", str(tmp_path))
    # A test before may have run a command, whose settings name the file otherwise.
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "commonweal.config.testing")
    monkeypatch.setattr(ahead, "is_a_file", lambda: True)
    monkeypatch.setattr(ahead, "sign_of_database", lambda: keyed_hash(f"ahead:{path}"))
    return path


def test_of_a_file_it_reads_by_itself_whom_it_compares(soon, began, file, monkeypatch):
    answers = comparing.ask_here(QUESTIONS)()
    monkeypatch.setattr(comparing, "here", lambda pks: {})
    with ahead.rows_ahead(ROWS, 0) as drawn:
        drawn.of(0, 9)
        assert drawn.helper.has_file
        assert drawn.ask(QUESTIONS)() == answers


def test_in_a_transaction_and_of_another_file_all_is_read_here(soon, began, file, monkeypatch):
    with closing(sqlite3.connect(file)) as town:
        town.execute("DELETE FROM residents_resident")
        town.commit()
    answers = comparing.ask_here(QUESTIONS)()
    assert any(answers)
    with ahead.rows_ahead(ROWS, 0) as drawn:
        drawn.of(0, 9)
        with monkeypatch.context() as inside:
            inside.setattr(ahead, "connection", SimpleNamespace(in_atomic_block=True))
            assert drawn.ask(QUESTIONS)() == answers
        assert not any(drawn.ask(QUESTIONS)())
    monkeypatch.setattr(ahead, "sign_of_database", lambda: "another file")
    with ahead.rows_ahead(ROWS, 0) as drawn:
        drawn.of(0, 9)
        assert drawn.ask(QUESTIONS)() == answers


@pytest.mark.parametrize("code", [HANGS, DIES, OTHER])
def test_one_that_hangs_dies_or_has_other_keys_is_ended_and_replaced(
    soon, began, monkeypatch, code
):
    monkeypatch.setattr(ahead, "CODE", code)
    monkeypatch.setattr(ahead, "SILENT_MOST_S", 0.3)
    with ahead.rows_ahead(ROWS, 0) as drawn:
        all_of_them = drawn.of(0, 30)
        assert drawn.helper is None
        assert began[0].returncode is not None
    assert [said(one) for one in all_of_them] == [said(drawing.draw(row)) for row in ROWS]


class Noting(SimpleQueue):
    """Where messages to the other process wait; what kinds of them there were."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str] = []

    def put(self, message: tuple | None) -> None:
        self.kinds.append(message[0] if message else "end")
        super().put(message)


@pytest.mark.parametrize(("most", "at_once"), [(5, 0), (2, 2)])
def test_more_is_worked_out_when_it_is_told_so_or_nothing_else_is_left(
    soon, began, monkeypatch, most, at_once
):
    monkeypatch.setattr(ahead, "SimpleQueue", Noting)
    for module in (ahead, helper):
        monkeypatch.setattr(module, "CHUNKS_AHEAD", most)
    with ahead.rows_ahead(ROWS, 0) as drawn:
        kinds = drawn.helper._outbox.kinds
        drawn.of(0, 14)
        assert kinds.count("taken") == at_once
        drawn.go_on()
        assert kinds.count("taken") == 3
        drawn.go_on()
        assert kinds.count("taken") == 3


def test_nothing_of_anybody_stands_in_its_command_line_and_nothing_is_logged(soon, began):
    with pytest.raises(KeyboardInterrupt), ahead.rows_ahead(ROWS, 0):
        raise KeyboardInterrupt
    [process] = began
    assert process.args[1:] == ["-c", ahead.CODE]
    assert process.returncode is not None
    assert process.stderr is None


def test_short_lists_and_one_core_need_no_other_process(monkeypatch, began):
    with ahead.rows_ahead(ROWS, 0) as drawn:
        assert drawn.helper is None
    monkeypatch.setattr(ahead, "LEAST", 5)
    monkeypatch.setattr(ahead, "_cores", lambda: 1)
    with ahead.rows_ahead(ROWS, 0) as drawn:
        assert drawn.helper is None
    assert began == []


@pytest.mark.django_db
def test_a_list_is_carried_out_with_it(soon, began, kinds):
    heads = "First name,Surname,d.o.b,Postcode,Phone number,UPRN,Case Note 1"
    lines = [f"Ada,Number{n},12/04/{1900 + n},BF1 2AG,07700 9{n:05},,Words {n}" for n in range(60)]
    shown = lists.preview("\n".join([heads, *lines]).encode(), "list.csv")
    run = lists.begin(shown, help_type=kinds["food"], by=None)
    lists.carry_out(shown, run, by=None)
    assert [process.returncode is not None for process in began] == [True]
    rows = ListRow.objects.select_related("case__resident").order_by("row")
    assert [row.case.words for row in rows] == [f"Case Note 1: Words {n}" for n in range(60)]
    assert [row.case.resident.last_name for row in rows] == [f"Number{n}" for n in range(60)]
    assert Resident.objects.count() == Case.objects.count() == 60
