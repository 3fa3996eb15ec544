"""Registers of contracts line by line: what is read, what is refused, what is known again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.bringing.plans import LacksColumns
from commonweal.bringing.reading import WHY
from commonweal.office.errors import Refused
from commonweal.spend import contracts, contracts_planned
from commonweal.spend.contract_columns import columns_of
from commonweal.spend.models import Anchor, Contract
from commonweal.spend.reads.shares import Share

D = Decimal
HEAD = "Ref,Title,Supplier,Start date,End date,Value (£)\n"


def read(text: str, name: str = "c.csv") -> contracts.Read:
    return contracts.read(Anchor(), text.encode(), name)


def values(*cells: str, heading: str = "Value (£)", more: str = "") -> list[Decimal | None]:
    """The pounds of contracts whose values are written so."""
    head = f"Title,End date,{heading}{',Currency' if more else ''}\n"
    lines = "".join(
        f'Contract {n},13/04/2027,"{cell}"{f",{more}" if more else ""}\n'
        for n, cell in enumerate(cells)
    )
    return [contract.value_gbp for contract in read(head + lines).contracts]


# What a contract is worth


@pytest.mark.parametrize(
    ("cell", "pounds"),
    [
        *(
            ("12000", "12000"),
            ("£12,000.50", "12000.50"),
            ("1.2m", "1200000"),
            ("£1.2 million", "1200000"),
        ),
        *(("250k", "250000"), ("£250 K", "250000"), ("3 thousand", "3000"), ("1bn", "1000000000")),
        *(
            ("0.5 mn", "500000"),
            ("1 billion", "1000000000"),
            ("-", "0"),
            ("0", "0"),
            ("(500)", "-500"),
        ),
        *(("", None), ("n/a", None), ("TBC", None), ("call off", None), ("m", None), ("€5m", None)),
        *(
            ("5 EUR", None),
            ("1,23", "1.23"),
            ("999bn", "999000000000"),
            ("1000bn", None),
            ("1.2.3m", None),
        ),
    ],
)
def test_a_value_is_read_in_the_units_that_stand_behind_it(cell: str, pounds: str | None) -> None:
    assert values(cell) == [None if pounds is None else D(pounds)]


@pytest.mark.parametrize(
    ("heading", "cell", "pounds"),
    [
        *(("Value (£000)", "12", "12000"), ("Value (£000)", "1.2m", "1200000")),
        *(("Value (£000)", "12k", "12000"), ("Total value £m", "3.5", "3500000")),
        *(("Value (£m)", "250k", "250000"), ("Contract value (€)", "12", None)),
        ("Value over £1 million", "1200000", "1200000"),
    ],
)
def test_the_heading_says_the_unit_unless_the_cell_does(
    heading: str, cell: str, pounds: str | None
) -> None:
    assert values(cell, heading=heading) == [None if pounds is None else D(pounds)]


@pytest.mark.parametrize(
    ("currency", "is_read"), [("GBP", True), ("£", True), ("EUR", False), ("USD", False)]
)
def test_a_value_of_another_money_is_no_pounds(currency: str, is_read: bool) -> None:
    assert values("500", more=currency) == [D(500) if is_read else None]


def test_a_value_that_nobody_can_read_is_said_and_the_contract_kept() -> None:
    register = read(
        f"{HEAD}1,Repairs,Acorn Ltd,,13/04/2027,call off\n2,Print,Oak Ltd,,13/04/2027,\n"
    )
    assert [contract.title for contract in register.contracts] == ["Repairs", "Print"]
    assert register.without_value == [(2, "call off")]
    assert register.left_out == []


# Lines


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1,,Acorn Ltd,,13/04/2027,5", "it names no contract"),
        ("1,Repairs,Acorn Ltd,,,5", "'Repairs' has no end"),
        ("1,Repairs,Acorn Ltd,,N/A,5", "'Repairs' has no end"),
        ("1,Repairs,Acorn Ltd,,rolling,5", "'rolling' is no date"),
        ("1,Repairs,Acorn Ltd,,31/02/2027,5", "'31/02/2027' is no date"),
        ("1,Repairs,Acorn Ltd,14/04/2027,13/04/2027,5", "'Repairs' ends before it begins"),
        (f"1,{'R' * 301},Acorn Ltd,,13/04/2027,5", "its title has 301 signs, and 300 fit"),
        (f"1,Repairs,{'A' * 301},,13/04/2027,5", "its supplier's name has 301 signs"),
        (f"{'1' * 81},Repairs,Acorn Ltd,,13/04/2027,5", "its reference has 81 signs, and 80 fit"),
        ("1,Repairs,Acorn Ltd,,13/04/2027,5,more", "'more' stands beyond the last"),
    ],
)
def test_a_line_that_is_no_contract_is_left_out_with_its_reason(line: str, why: str) -> None:
    register = read(f"{HEAD}9,Print,Oak Ltd,,13/04/2027,7\n{line}\n")
    assert [contract.title for contract in register.contracts] == ["Print"]
    [(number, reason)] = register.left_out
    assert (number, why in reason) == (3, True), reason
    # It may be about a contract that is there: what it says of itself is kept.
    assert [about for about, *_ in register.unfit] == [3]


def test_a_line_of_totals_is_about_no_contract() -> None:
    register = read(
        f"{HEAD}1,Print,Oak Ltd,,13/04/2027,7\n2,Ink,Oak Ltd,,13/04/2027,8\n,Total,,,,15\n"
    )
    assert register.left_out == [(4, "it is a line of totals")]
    assert register.unfit == []
    assert len(register.contracts) == 2


@pytest.mark.parametrize(
    ("supplier", "shown"),
    [
        *(
            ("Acorn Ltd", "Acorn Ltd"),
            ("Mrs O Fairbrass", ""),
            ("REDACTED", ""),
            ("", ""),
            ("N/A", ""),
        ),
        ("Total Energies Ltd", "Total Energies Ltd"),
    ],
)
def test_a_person_who_holds_a_contract_is_not_named(supplier: str, shown: str) -> None:
    [contract] = read(f"{HEAD}1,Care,{supplier},,13/04/2027,7\n").contracts
    assert contract.supplier == shown


def test_days_are_read_in_the_order_of_the_whole_file() -> None:
    text = f"{HEAD}1,A,Oak Ltd,04/03/2026,04/13/2027,7\n2,B,Oak Ltd,05/06/2026,07/08/2027,8\n"
    days = [(contract.starts_on, contract.ends_on) for contract in read(text).contracts]
    assert days == [
        (date(2026, 4, 3), date(2027, 4, 13)),
        (date(2026, 5, 6), date(2027, 7, 8)),
    ]


def test_a_month_runs_from_its_first_to_its_last_day() -> None:
    [contract] = read(f"{HEAD}1,A,Oak Ltd,April 2026,March 2027,7\n").contracts
    assert (contract.starts_on, contract.ends_on) == (date(2026, 4, 1), date(2027, 3, 31))
    assert contract.line == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a,b\n1,2\n", LacksColumns),
        ("Title,Value\nA,5\n", LacksColumns),
        ("", Refused),
        ("%PDF-1.7", Refused),
    ],
)
def test_what_is_no_register_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(text)


def test_what_was_handed_out_with_reasons_comes_back_as_it_was() -> None:
    head = HEAD.rstrip("\n")
    text = f"{head},{WHY}\n1,'=Repairs,Oak Ltd,,13/04/2027,5,it names no contract\n"
    register = read(text)
    assert register.left_out == []
    assert [contract.title for contract in register.contracts] == ["=Repairs"]


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        (
            "Contract Reference,Contract Title,Supplier,Start,End",
            "reference title supplier starts_on ends_on",
        ),
        (
            "Rhif,Teitl,Cyflenwr,Dyddiad dechrau,Dyddiad gorffen",
            "reference title supplier starts_on ends_on",
        ),
        ("Title,Expiry date,Vendor name", "title ends_on supplier"),
        ("Colour,Size", ""),
    ],
)
def test_columns_are_known_by_their_headings(headings: str, roles: str) -> None:
    found_columns = columns_of(headings.split(","))
    assert sorted(found_columns) == sorted(roles.split())
    for at, role in enumerate(roles.split()):
        assert found_columns[role] == at


# Which line is about which contract


def contract(number: int = 0, **terms: Any) -> Contract:
    usual = {"reference": "", "title": "Repairs", "supplier": "Acorn Ltd", "value_gbp": D(5)}
    return Contract(pk=number or None, ends_on=date(2027, 4, 13), **(usual | terms))


def pairs_of(lines: list[Contract], had: list[Contract]) -> tuple[list[tuple[int, int]], list[int]]:
    """(place of a line, number of its contract), and the places of lines that are new."""
    pairs, new = contracts_planned.paired(lines, had)
    place = {id(line): at for at, line in enumerate(lines)}
    return sorted((place[id(line)], old.pk) for line, old in pairs), [place[id(n)] for n in new]


@pytest.mark.parametrize(
    ("line", "had", "is_same"),
    [
        ({}, {}, True),
        ({"value_gbp": D(6)}, {}, True),
        ({"reference": "C-1"}, {"reference": "c 1"}, True),
        ({"reference": "C-1", "title": "Else", "supplier": "Oak"}, {"reference": "C–1"}, True),
        ({"title": "REPAIRS"}, {}, True),
        ({"title": "Repairs of roofs"}, {}, False),
        ({"supplier": "Acorn Limited"}, {}, True),
        ({"supplier": "Oak Ltd"}, {}, False),
        # By its words it may be another one of the same reference's.
        ({"reference": "C-2"}, {"reference": "C-1"}, True),
        ({"reference": "C-2", "title": "Else"}, {"reference": "C-1"}, False),
        ({"starts_on": date(2026, 1, 1)}, {}, True),
        ({"starts_on": date(2026, 1, 1), "reference": "C-1"}, {}, False),
    ],
)
def test_a_line_is_known_from_close_to_loose(
    line: dict[str, Any], had: dict[str, Any], is_same: bool
) -> None:
    pairs, new = pairs_of([contract(**line)], [contract(7, **had)])
    assert (pairs, new) == (([(0, 7)], []) if is_same else ([], [0]))


def test_lots_of_one_reference_are_told_apart_by_their_titles() -> None:
    had = [contract(1, reference="C", title="Lot A"), contract(2, reference="C", title="Lot B")]
    lines = [
        contract(reference="C", title="Lot B", value_gbp=D(9)),
        contract(reference="C", title="Lot A", value_gbp=D(9)),
        contract(reference="C", title="Lot C"),
    ]
    assert pairs_of(lines, had) == ([(0, 2), (1, 1)], [2])


def test_the_closest_line_has_a_contract_whatever_its_place() -> None:
    had = [contract(1, reference="C-1", title="Repairs")]
    lines = [contract(reference="C-1", title="Other"), contract(reference="C-1", title="Repairs")]
    assert pairs_of(lines, had) == ([(1, 1)], [0])


CONTRACTS = st.lists(
    st.builds(
        dict,
        reference=st.sampled_from(["", "C-1", "C-2"]),
        title=st.sampled_from(["Lot A", "lot a", "Lot B"]),
        supplier=st.sampled_from(["Acorn Ltd", "Acorn Limited", "Oak"]),
        value_gbp=st.sampled_from([None, D(5), D(6)]),
    ),
    max_size=6,
)


@given(CONTRACTS, CONTRACTS)
def test_each_line_is_about_one_contract_and_each_contract_of_one_line(
    new: list[dict[str, Any]], old: list[dict[str, Any]]
) -> None:
    lines = [contract(**terms) for terms in new]
    had = [contract(number, **terms) for number, terms in enumerate(old, 1)]
    pairs, unknown = pairs_of(lines, had)
    assert sorted([at for at, _ in pairs] + unknown) == list(range(len(lines)))
    assert len({pk for _, pk in pairs}) == len(pairs)
    # The same file again changes nothing.
    again, more = pairs_of([contract(**terms) for terms in old], had)
    assert (len(again), more) == (len(old), [])
    for at, pk in again:
        assert contracts_planned.whole(had[pk - 1]) == contracts_planned.whole(had[at])


def test_what_changes_is_said_in_words() -> None:
    old = contract(1, value_gbp=None, starts_on=date(2026, 1, 1))
    line = contract(value_gbp=D("1234.5"), title="Roof repairs", starts_on=None)
    assert contracts_planned.Changed(old, line).differences == [
        ("What the contract is for", "Repairs", "Roof repairs"),
        ("Day on which it begins", "1 January 2026", "not stated"),
        ("Value", "not stated", "£1,234.50"),
    ]


# The share that stays


@pytest.mark.parametrize(
    ("low", "high", "total", "shown"),
    [
        ("0", "0", "0", "not shown"),
        ("-5", "0", "-5", "not shown"),
        ("500", "500", "1000", "50.0%"),
        ("500", "500.1", "1000", "50.0%"),
        ("500", "501", "1000", "50.0% to 50.1%"),
        ("0", "1000", "1000", "0.0% to 100.0%"),
    ],
)
def test_a_share_is_a_range_or_one_figure(low: str, high: str, total: str, shown: str) -> None:
    share = Share(D(low), D(high), D(total))
    assert share.percentages == shown
    assert share.unknown == D(high) - D(low)
