"""A list looks people up before its turn to write: what others write in between is not missed."""

from __future__ import annotations

import gc
from itertools import count

import pytest
from django.db import connection

from commonweal.cases import lists
from commonweal.cases.lists import known, looking, pace
from commonweal.cases.models import ListRow, ListRun
from commonweal.residents import people
from commonweal.residents.models import PerhapsSame, Resident

pytestmark = pytest.mark.django_db
HEADS = "First name,Surname,d.o.b,Postcode,Phone number,UPRN,Case Note 1"
ADA = {
    "first_name": "Ada",
    "last_name": "Quillfeather",
    "born": "1958-04-12",
    "phones": "07700 934567",
    "postcode": "BF1 2AG",
}
ELSE = {"first_name": "Una", "last_name": "Otherwise", "born": "1990-02-01"}


@pytest.fixture
def meanwhile(monkeypatch, kinds):
    """Carry out a list of Ada and of nobody like her; what somebody else does between looking up
    and writing; what became of both rows, and how many were looked up each time."""

    def carried(act, versions=None):
        numbers, sizes, looked_up = versions or count(), [], looking.find
        monkeypatch.setattr(looking, "_version", lambda: next(numbers))
        monkeypatch.setattr(pace, "let_others", lambda _: act())
        monkeypatch.setattr(
            looking, "find", lambda plans, ask: (sizes.append(len(plans)), looked_up(plans, ask))
        )
        rows = [
            "Ada,Quillfeather,12/04/1958,BF1 2AG,07700 934567,,",
            "Kezia,Lowenthal,01/02/1990,ZZ1 1ZZ,,,",
        ]
        shown = lists.preview("\n".join([HEADS, *rows]).encode(), "list.csv")
        run = lists.begin(shown, help_type=kinds["food"], by=None)
        lists.carry_out(shown, run, by=None)
        outcomes = ListRow.objects.order_by("row").values_list("outcome", flat=True)
        return list(outcomes), sizes

    return carried


def expected(*sizes):
    """Where several write at once all is looked up in its turn."""
    return list(sizes) if connection.vendor == "sqlite" else [2]


def test_nothing_is_looked_up_twice_where_nobody_wrote(meanwhile):
    outcomes, sizes = meanwhile(lambda: None, versions=iter([7] * 9))
    assert outcomes == ["new", "new"]
    assert sizes == expected(2, 0)


def test_who_is_written_down_in_between_is_found_and_nobody_else_looked_up(meanwhile):
    outcomes, sizes = meanwhile(lambda: people.add(values=ADA, by=None))
    assert outcomes == ["known person", "new"]
    assert sizes == expected(2, 1)
    assert Resident.objects.count() == 2


def test_who_is_like_nobody_of_the_step_costs_nothing(meanwhile):
    outcomes, sizes = meanwhile(lambda: people.add(values=ELSE, by=None))
    assert outcomes == ["new", "new"]
    assert sizes == expected(2, 0)


def test_who_became_somebody_else_in_between_is_found_by_it(meanwhile, leah):
    who = people.add(values=ELSE, by=None)
    outcomes, sizes = meanwhile(lambda: people.change(resident=who, values=ADA, by=leah))
    assert outcomes == ["known person", "new"]
    assert sizes == expected(2, 2)


def test_who_became_restricted_in_between_is_joined_unseen(meanwhile, asks_for_help):
    outcomes, sizes = meanwhile(lambda: asks_for_help("safety", **ADA))
    assert outcomes == ["new", "new"]
    assert sizes == expected(2, 2)
    assert {pair.one.first_name for pair in PerhapsSame.objects.all()} == {"Ada"}


def brought_alone(kinds, monkeypatch):
    """A list of Ada alone is carried out."""
    with monkeypatch.context() as alone:
        alone.setattr(pace, "let_others", lambda _: None)
        alone.setattr(looking, "find", known.find)
        row = "Ada,Quillfeather,12/04/1958,BF1 2AG,07700 934567,,"
        shown = lists.preview(f"{HEADS}\n{row}".encode(), "other.csv")
        run = lists.begin(shown, help_type=kinds["food"], by=None)
        lists.carry_out(shown, run, by=None)


def test_a_row_that_another_list_told_of_in_between_is_known(meanwhile, kinds, monkeypatch):
    outcomes, sizes = meanwhile(lambda: brought_alone(kinds, monkeypatch))
    assert sizes == ([2, 0] if connection.vendor == "sqlite" else [1])
    assert outcomes == ["new", "new"]
    assert Resident.objects.count() == 2
    assert ListRun.objects.get(rows=2).counts["known"] == 1


def test_a_row_of_which_no_list_tells_any_more_is_looked_up(meanwhile, kinds, monkeypatch):
    brought_alone(kinds, monkeypatch)
    outcomes, sizes = meanwhile(lambda: ListRow.objects.all().delete())
    assert sizes == ([1, 1] if connection.vendor == "sqlite" else [2])
    assert outcomes == ["known person", "new"]


def test_no_circles_are_looked_for_between_two_steps_and_again_afterwards(kinds, monkeypatch):
    monkeypatch.setattr(pace, "STEP", 1)
    monkeypatch.setattr(pace, "MOST", 1)
    monkeypatch.setattr(pace, "PAUSE_S", 0)
    rows = [f"Ada,Quillfeather,1{number}/04/1958,BF1 2AG,,," for number in range(3)]
    shown = lists.preview("\n".join([HEADS, *rows]).encode(), "list.csv")
    run, are_on = lists.begin(shown, help_type=kinds["food"], by=None), []
    lists.carry_out(shown, run, by=None, say=lambda *_: are_on.append(gc.isenabled()))
    assert are_on == [False] * 3
    assert gc.isenabled()
