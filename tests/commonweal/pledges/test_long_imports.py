"""A long file of pledges: others wait only while what is ready is moved, and see none or all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from commonweal.office.errors import Refused
from commonweal.pledges import batches, carrying, importing, ledger, proving
from commonweal.pledges.layout import layout_named
from commonweal.pledges.models import AskedImport, Entry, LedgerHead, Pledge
from commonweal.pledges.standing import Kind

HEAD = "partner,sector,reference,statement,measure,baseline,target,due_on"
CLUB = f"{HEAD}\nToy Library,voluntary,1,We lend 300 toys,hours,0,300,2029-01-31\n"
LATER = CLUB.replace("300,2029", "250,2029") + "New Club,voluntary,1,A club,hours,0,9,2028-05-01\n"


def plan(text: str, as_at: date) -> importing.PledgePlan:
    return importing.plan(text.encode(), "l.csv", layout=layout_named("commonweal"), as_at=as_at)


def imported(text: str, as_at: date) -> None:
    carrying.carry_out(plan(text, as_at), by=None)


@pytest.fixture(autouse=True)
def _menu(measure):
    """The town's menu has the measure that the files name."""


@pytest.fixture
def somebody_writes(pledged) -> Callable[[], None]:
    """Writes one entry, on a pledge that no file is about."""
    pledge = pledged()

    def write() -> None:
        asked = {"asked_on": "2026-09-10"}
        ledger.append(ledger.NewEntry(pledge, Kind.QUESTION, date(2026, 9, 10), asked, "When?"))

    return write


def counted(monkeypatch, *, then: Callable[[], None] = lambda: None) -> list[bool]:
    """A line for each time that a batch is chained; what happens right after it."""
    chained: list[bool] = []
    place = batches.Batch._place

    def place_and_tell(batch, head):
        place(batch, head)
        chained.append(True)
        then()

    monkeypatch.setattr(batches.Batch, "_place", place_and_tell)
    return chained


def test_entries_are_chained_before_others_wait(monkeypatch):
    held: list[bool] = []
    hold, place = ledger.hold, ledger.place

    def hold_and_tell() -> LedgerHead:
        held.append(True)
        return hold()

    def place_while_free(*placed) -> None:
        assert not held, "others wait while an entry is chained"
        place(*placed)

    monkeypatch.setattr(ledger, "hold", hold_and_tell)
    monkeypatch.setattr(ledger, "place", place_while_free)
    imported(CLUB, date(2026, 9, 1))
    held.clear()
    imported(LATER, date(2026, 10, 1))
    assert held
    assert proving.verify().broken is None


@pytest.mark.parametrize("text", [CLUB, LATER])
def test_an_entry_that_came_in_between_stands_before_the_file(monkeypatch, somebody_writes, text):
    imported(CLUB.replace("300", "299"), date(2026, 8, 1))
    once = [somebody_writes]
    chained = counted(monkeypatch, then=lambda: once.pop()() if once else None)
    before = LedgerHead.objects.get().seq
    imported(text, date(2026, 9, 1))
    assert len(chained) == 2
    after = list(Entry.objects.filter(seq__gt=before).values_list("kind", flat=True))
    assert after[0] == Kind.QUESTION
    assert len(after) > 1
    assert Kind.QUESTION not in after[1:]
    assert proving.verify().broken is None
    assert not list(proving.stale_figures(date(2026, 11, 1)))


def test_where_somebody_always_writes_they_wait_at_last(monkeypatch, somebody_writes):
    many = carrying.TRIES
    times = iter(range(many))
    chained = counted(
        monkeypatch, then=lambda: somebody_writes() if next(times, None) is not None else None
    )
    imported(CLUB, date(2026, 9, 1))
    assert len(chained) == many + 1
    assert Pledge.objects.public().filter(statement="We lend 300 toys").count() == 1
    assert proving.verify().broken is None


def test_a_measure_that_a_file_brings_is_there_once_however_often_it_is_tried(
    monkeypatch, somebody_writes
):
    brought = {"name": "Toys lent", "kind": "count", "unit": "toys", "direction": "up"}
    layout = replace(layout_named("commonweal"), measures={"toys": brought})
    once = [somebody_writes]
    counted(monkeypatch, then=lambda: once.pop()() if once else None)
    text = CLUB.replace(",hours,", ",toys,")
    toys = importing.plan(text.encode(), "l.csv", layout=layout, as_at=date(2026, 9, 1))
    carrying.carry_out(toys, by=None)
    pledge = Pledge.objects.get(statement="We lend 300 toys")
    assert (pledge.measure.code, pledge.theme.code) == ("toys", carrying.THEME["code"])
    connection.check_constraints()
    assert proving.verify().broken is None


def test_what_broke_in_the_middle_leaves_nothing_and_is_done_again(monkeypatch):
    before = (Pledge.objects.count(), Entry.objects.count(), LedgerHead.objects.first())

    def break_off(heard) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(batches, "_hear", break_off)
        with pytest.raises(MemoryError):
            imported(CLUB, date(2026, 9, 1))
    assert before == (Pledge.objects.count(), Entry.objects.count(), LedgerHead.objects.first())
    imported(CLUB, date(2026, 9, 1))
    imported(LATER, date(2026, 10, 1))
    assert proving.verify().broken is None


def test_a_file_longer_than_sqlite_takes_at_a_stroke_is_refused(monkeypatch, maya):
    monkeypatch.setattr(batches, "MOST_ON_SQLITE", 3)
    short, long = plan(CLUB, date(2026, 9, 1)), plan(LATER, date(2026, 9, 1))
    if connection.vendor == "postgresql":
        carrying.carry_out(long, by=None)
        return
    for act in (carrying.carry_out, carrying.ask_for):
        with pytest.raises(Refused, match=r"4 entries at one stroke.*3 are the most"):
            act(long, by=maya)
    assert not AskedImport.objects.exists()
    assert not Entry.objects.exists()
    carrying.carry_out(short, by=None)


def test_a_writer_who_is_killed_leaves_nothing_and_whoever_writes_meanwhile_is_answered(run_apart):
    done = run_apart(Path(__file__).with_name("killed_import.py"))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("whole 123")
