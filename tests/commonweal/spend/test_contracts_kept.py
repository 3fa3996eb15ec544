"""Keeping registers of contracts, verb by verb: brought in, taken out, undone; who and how many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import contracts, contracts_frame, contracts_planned, registers
from commonweal.spend.models import Anchor, Contract, ContractsFile

pytestmark = pytest.mark.django_db
HEAD = "Ref,Title,Supplier name,Start date,End date,Total value (£)"
ROOF = "C1,Roofs,Acorn Ltd,01/04/2024,31/03/2030,900"
ROADS = "C2,Roads,Birch Ltd,01/04/2024,31/03/2029,500"
TREES = "C3,Trees,,,31/03/2031,"
UNKNOWN = "C9,Else,,,rolling,"


def plan_of(anchor: Anchor, *lines: str, name: str = "c.csv") -> contracts_planned.ContractPlan:
    register = contracts.read(anchor, "\n".join([HEAD, *lines]).encode(), name)
    return contracts_planned.plan(anchor, register, file_name=name)


def keep(anchor: Anchor, *lines: str, name: str = "c.csv", by=None) -> ContractsFile:
    register = contracts.read(anchor, "\n".join([HEAD, *lines]).encode(), name)
    return registers.keep(anchor=anchor, register=register, file_name=name, by=by)


def titles() -> list[str]:
    return sorted(Contract.objects.values_list("title", flat=True))


def events(verb: str) -> list[tuple[object, str, object]]:
    lines = Event.objects.filter(verb=verb).order_by("pk")
    return [(line.by_code, line.as_role, line.detail["count"]) for line in lines]


def undo(file: ContractsFile, by) -> ContractsFile:
    file.refresh_from_db()
    return registers.undo(file=file, by=by, seen=registers.plan_undo(file).fingerprint)


# --- Brought in -----------------------------------------------------------------------------------


def test_a_file_is_brought_in_by_somebody_with_what_became_of_its_lines(anchor, yusuf):
    file = registers.carry_out(plan_of(anchor, ROOF, ROADS, "C4,,,,,"), by=yusuf)
    assert (file.anchor, file.file_name, file.read_by) == (anchor, "c.csv", yusuf)
    assert file.counts == {
        "lines": 3,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "left out": 1,
        "removed": 0,
    }
    roof = Contract.objects.get(title="Roofs")
    assert (roof.reference, roof.supplier, roof.value_gbp) == ("C1", "Acorn Ltd", Decimal(900))
    assert (roof.starts_on, roof.ends_on) == (date(2024, 4, 1), date(2030, 3, 31))
    assert (roof.file_name, roof.line, roof.listed_in) == ("c.csv", 2, file)
    assert sorted(file.added) == sorted(Contract.objects.values_list("pk", flat=True))
    assert events("contracts read") == [(yusuf.code, "analyst", 2)]


def test_a_command_brings_it_in_as_nobody(anchor):
    assert keep(anchor, ROOF).read_by is None
    assert events("contracts read") == [(None, "import", 1)]


def test_the_same_file_again_would_do_nothing(anchor, yusuf):
    registers.carry_out(plan_of(anchor, ROOF, ROADS), by=yusuf)
    with pytest.raises(Refused):
        registers.carry_out(plan_of(anchor, ROOF, ROADS), by=yusuf)
    assert ContractsFile.objects.count() == 1
    assert len(events("contracts read")) == 1


def test_what_somebody_changed_since_it_was_looked_at_is_looked_at_again(anchor, yusuf):
    keep(anchor, ROOF)
    looked_at = plan_of(anchor, ROOF.replace("900", "950"))
    keep(anchor, ROOF.replace("900", "800"))
    with pytest.raises(Refused) as refusal:
        registers.carry_out(looked_at, by=yusuf)
    assert str(refusal.value) == registers.OVERTAKEN
    assert Contract.objects.get().value_gbp == 800


def test_what_is_said_to_go_goes_with_the_file(anchor, yusuf):
    keep(anchor, ROOF, ROADS)
    planned = plan_of(anchor, ROOF, TREES)
    planned.remove(1)
    file = registers.carry_out(planned, by=yusuf)
    assert titles() == ["Roofs", "Trees"]
    file.refresh_from_db()
    assert file.counts["removed"] == 1
    assert [gone["title"] for gone in file.removed] == ["Roads"]
    assert events("contracts taken out") == [(yusuf.code, "analyst", 1)]


def test_another_anchors_contracts_are_left_alone(anchor, new_partner, town):
    other = Anchor.objects.create(
        partner=new_partner("hospital", "General Hospital", sector="public", kind="health")
    )
    keep(anchor, ROOF, ROADS)
    file = keep(other, ROOF)
    assert file.counts["new"] == 1
    assert not registers.unlisted(file).exists()
    assert Contract.objects.filter(anchor=anchor).count() == 2


# --- Taken out ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 2, -1, 99])
def test_another_number_than_that_of_the_names_takes_nothing_out(anchor, yusuf, count):
    keep(anchor, ROOF, ROADS)
    file = keep(anchor, ROOF)
    with pytest.raises(Refused) as refusal:
        registers.remove(file=file, count=count, by=yusuf)
    assert str(refusal.value) == (
        f"The file no longer names 1 contract, and {count:,} was said. Look at their names, then "
        "say the number."
    )
    assert titles() == ["Roads", "Roofs"]
    assert events("contracts taken out") == []


def test_where_all_are_named_none_is_taken_out(anchor, yusuf):
    file = keep(anchor, ROOF)
    with pytest.raises(Refused, match=r"^The file no longer names 0 contracts, and 0 was said\."):
        registers.remove(file=file, count=0, by=yusuf)


def test_what_was_taken_out_is_not_taken_out_again(anchor, yusuf):
    keep(anchor, ROOF, ROADS)
    file = keep(anchor, ROOF)
    assert registers.remove(file=file, count=1, by=yusuf) == 1
    with pytest.raises(Refused):
        registers.remove(file=file, count=1, by=yusuf)
    file.refresh_from_db()
    assert file.counts["removed"] == len(file.removed) == 1


def test_an_older_file_and_one_that_was_undone_take_nothing_out(anchor, yusuf):
    first = keep(anchor, ROOF, ROADS)
    second = keep(anchor, ROOF)
    assert [contract.title for contract in registers.unlisted(second)] == ["Roads"]
    assert not registers.unlisted(first).exists()
    undo(second, yusuf)
    second.refresh_from_db()
    assert not registers.unlisted(second).exists()
    with pytest.raises(Refused):
        registers.remove(file=second, count=1, by=yusuf)
    assert titles() == ["Roads", "Roofs"]


def test_while_a_line_may_be_about_any_nothing_is_taken_out(anchor, yusuf):
    keep(anchor, ROOF, ROADS)
    file = keep(anchor, ROOF, UNKNOWN)
    with pytest.raises(Refused) as refusal:
        registers.remove(file=file, count=1, by=yusuf)
    assert str(refusal.value) == (
        "Nothing is taken out while it isn't known which contract line 3 is. Correct or delete "
        "what was left out, and read the file again."
    )
    assert titles() == ["Roads", "Roofs"]


# --- Undone ---------------------------------------------------------------------------------------


def test_undoing_says_before_what_it_would_do_and_does_it(anchor, yusuf):
    keep(anchor, ROOF, ROADS)
    file = keep(anchor, ROOF.replace("900", "950"), TREES)
    registers.remove(file=file, count=1, by=yusuf)
    file.refresh_from_db()
    plan = registers.plan_undo(file)
    assert [contract.title for contract in plan.gone] == ["Trees"]
    assert sorted(contract.title for contract in plan.back) == ["Roads", "Roofs"]
    assert plan.counts == {"taken out": 1, "put back": 2, "left": 0}
    # To look changes nothing.
    assert titles() == ["Roofs", "Trees"]
    done = undo(file, yusuf)
    assert done.undone_by == yusuf
    assert titles() == ["Roads", "Roofs"]
    assert Contract.objects.get(title="Roofs").value_gbp == 900
    assert events("contracts undone") == [(yusuf.code, "analyst", 3)]


def test_what_changed_since_somebody_looked_is_shown_again(anchor, yusuf):
    keep(anchor, ROOF, ROADS)
    file = keep(anchor, ROOF, TREES)
    seen = registers.plan_undo(file).fingerprint
    registers.remove(file=file, count=1, by=yusuf)
    with pytest.raises(Refused) as refusal:
        registers.undo(file=file, by=yusuf, seen=seen)
    assert str(refusal.value) == registers.STALE
    file.refresh_from_db()
    assert file.undone_at is None
    assert events("contracts undone") == []


def test_the_newest_goes_first_and_each_once(anchor, yusuf):
    first, second = keep(anchor, ROOF), keep(anchor, ROOF, ROADS, name="later.csv")
    with pytest.raises(Refused, match=r"^“later\.csv” was read after it, on .*\. Undo that one"):
        registers.plan_undo(first)
    undo(second, yusuf)
    second.refresh_from_db()
    with pytest.raises(Refused, match=r"^This file was undone already\.$"):
        registers.plan_undo(second)
    undo(first, yusuf)
    assert not Contract.objects.exists()


def test_what_a_file_made_and_changed_stands_by_title(anchor):
    keep(anchor, ROOF, ROADS)
    file = keep(anchor, TREES, ROOF.replace("900", "950"), ROADS)
    told = [(contract.title, is_new) for contract, is_new in registers.contracts_of(file)]
    assert told == [("Roofs", False), ("Trees", True)]


@pytest.mark.parametrize("line", [ROOF, ROADS, TREES])
def test_a_contract_comes_back_from_json_as_it_was(anchor, line):
    keep(anchor, line)
    contract = Contract.objects.get()
    was = registers.as_it_was(registers.as_kept(contract))
    assert was == {
        name: getattr(contract, name) for name in (*contracts_planned.TERMS, *registers.PLACE)
    }


# --- Told in words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (0, "."),
        (1, "; line 2: why 2."),
        (2, "; line 2: why 2; line 3: why 3."),
        (20, "; line 21: why 21."),
        (21, "; line 21: why 21; and 1 more."),
        (1300, "; line 21: why 21; and 1,280 more."),
    ],
)
def test_of_many_lines_twenty_are_named(count, end):
    lines = [(line, f"why {line}") for line in range(2, count + 2)]
    named = contracts_frame._lines_named(lines)
    assert named.endswith(end)
    assert named.count("; line ") == min(count, contracts_frame.LINES_NAMED)


@pytest.mark.parametrize(
    ("text", "why"),
    [("tbc", "'tbc' is no amount"), ("x" * 60, f"'{'x' * 40}' is no amount")],
    ids=["short", "long"],
)
def test_a_value_that_is_none_is_named_with_its_line(anchor, text, why):
    register = contracts.read(anchor, f"{HEAD}\n{ROOF}".encode(), "c.csv")
    register = replace(register, without_value=[(7, text)])
    assert contracts_frame._no_amounts(register) == [(7, why)]
