"""A mark for nothing says nothing: in every reader, in each kind of column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commonweal.cases import lists
from commonweal.cases.lists.persons import NAMES
from commonweal.grants import payment_files
from commonweal.office.errors import Refused
from commonweal.partners import signatory_files
from commonweal.pledges import importing as pledges
from commonweal.pledges.layout import layout_named
from commonweal.pledges.models import Measure
from commonweal.programme import importing as actions
from commonweal.services.directory import reading as services
from commonweal.spend import contracts
from commonweal.spend.models import Anchor
from localwealth.registers import mapping
from localwealth.registers.loading import Said
from localwealth.registers.making import build
from localwealth.sources import bulk, payments, places
from localwealth.tables import vocabulary
from localwealth.tables.marks import NO_DATES, NOTHING
from localwealth.tables.nhs_numbers import nhs_number

pytestmark = pytest.mark.django_db
NHS_NUMBERS = [
    f"999{n:06}{c}" for n in range(400) for c in "0123456789" if nhs_number(f"999{n:06}{c}")
]
DAY = date(2026, 11, 1)
MARKS = sorted(NOTHING - {""})
SPELT = ("NULL", "N/A", "#N/A", "Unknown", "TBC", " - ", "NOT KNOWN", "Anhysbys")
Cells = dict[str, str]
# What was read of a column by line, "" for nothing; a line that is refused stands there not.
Says = dict[int, object]


def csv_of(rows: Sequence[Cells]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def of_payments(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    reading = payments.read(csv_of(rows), "x.csv", today=DAY)
    assert reading.reconciles
    says: dict[str, Callable[[Any], object]] = {
        "Supplier": lambda payment: payment.payee if payment.payee != "unnamed" else "",
        "Date": lambda payment: payment.paid,
        # A lone dash is nought pounds, as people keep books.
        "Amount": lambda payment: payment.amount or "",
    }
    roles = {
        "Transaction No": "reference",
        "Company Number": "company_number",
        "Postcode": "postcode",
        "VAT Registration Number": "vat_number",
        "Supplier ID": "supplier_id",
    }
    say = says.get(column, lambda payment: payment.roles.get(roles[column], ""))
    return {payment.line: say(payment) for payment in reading.payments}


def of_registers(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    place = tmp / "list.csv"
    place.write_bytes(csv_of(rows))
    layout = mapping.said([f"{name.split()[-1].lower()}={name}" for name in rows[0]], "companies")
    store = build(tmp / "s", [place], said=Said(layout=layout))
    called = {"Company Number": "id", "Firm Name": "name"}.get(column, column.split()[-1].lower())
    entries = store.query("select * from entries").to_pylist()
    lines = {f"GB-COH-{row['Company Number']}": line for line, row in enumerate(rows, 2)}
    return {lines.get(entry["id"], 2): entry[called] or "" for entry in entries}


def of_postcodes(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    place = tmp / "onspd.csv"
    place.write_bytes(csv_of(rows))
    lines = {row["postcode"]: line for line, row in enumerate(rows, 2)}
    called = {"lad23cd": "district"}.get(column, column)
    return {
        lines.get(row["postcode"], 2): row[called] or ""
        for row in places.postcodes([place]).to_pylist()
    }


def of_people(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    says: dict[str, Callable[[Any], object]] = {
        # Somebody is called Null.
        "First name": lambda who: (
            who.described.first if who.described.first.lower() not in NAMES else ""
        ),
        "Surname": lambda who: (
            who.described.last if who.described.last.lower() not in NAMES else ""
        ),
        "Date of birth": lambda who: who.described.born,
        "NHS number": lambda who: who.described.nhs,
        "Telephone": lambda who: "".join(who.phones),
        "Email": lambda who: who.described.email,
        "Address": lambda who: who.described.address,
        "Postcode": lambda who: who.described.postcode,
        "UPRN": lambda who: who.described.uprn,
        # By the NHS number, where the list has no reference of its own.
        "Reference": lambda who: who.key if who.key != who.described.nhs else "",
        "Note": lambda who: who.notes,
        "Date of death": lambda who: who.is_dead or who.is_death_asked or "",
        "Deceased": lambda who: who.is_dead or who.is_death_asked or "",
    }
    shown = lists.preview(csv_of(rows), "x.csv")
    return {who.row: says[column](who) for who in shown.listed}


def of_finance(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    says: Says = {}
    called = {"amount": "pounds"}.get(column, column)
    for number, row in enumerate(rows, 2):
        # A line without its reference refuses the file.
        with suppress(Refused):
            (line,) = payment_files.lines_of(csv_of([row]), "x.csv", since=DAY)
            says[number] = getattr(line, called) or ""
    return says


def of_services(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    found, _ = services.read(csv_of(rows), "x.csv")
    says: dict[str, Callable[[Any], object]] = {
        "Service name": lambda service: service.name,
        "Organisation": lambda service: service.organisation.replace(service.name, ""),
        "Description": lambda service: service.values["description"],
        "Email": lambda service: service.values["email"],
        "Telephone": lambda service: service.values["phone"],
        "Website": lambda service: service.values["url"],
        "Address": lambda service: service.places[0]["address"],
        "Postcode": lambda service: service.places[0]["postcode"],
        "Latitude": lambda service: service.places[0]["latitude"] or "",
        "Longitude": lambda service: service.places[0]["longitude"] or "",
        "Opening hours": lambda service: "".join(opening.words for opening in service.openings),
        "ID": lambda service: service.key if "|" not in service.key else "",
    }
    return {int(service.place.split()[-1]): says[column](service) for service in found}


def of_pledges(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    plan = pledges.plan(csv_of(rows), "x.csv", layout=layout_named("commonweal"), as_at=DAY)
    says: dict[str, Callable[[Any], object]] = {
        "partner": lambda wanted: wanted.partner_name,
        "reference": lambda wanted: wanted.base_key.split("|")[1],
        # It is nought where it isn't said.
        "baseline": lambda wanted: wanted.baseline or "",
        "claimed": lambda wanted: wanted.claims or "",
        "claimed_on": lambda wanted: wanted.claims[0][0] if wanted.claims else "",
    }
    say = says.get(column, lambda wanted: getattr(wanted, column) or "")
    return {wanted.row: say(wanted) for wanted in plan.new}


def of_actions(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    plan = actions.plan(csv_of(rows), "x.csv", source="us", as_at=DAY)
    called = {"owner": "owner_title", "milestones": "steps"}.get(column, column)
    return {wanted.row: getattr(wanted, called) or "" for wanted, _ in plan.new}


def of_contracts(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    register = contracts.read(Anchor(), csv_of(rows), "x.csv")
    called = {
        "Title": "title",
        "Start date": "starts_on",
        "End date": "ends_on",
        "Supplier": "supplier",
        "Reference": "reference",
        "Value": "value_gbp",
    }
    # A contract may be called Nil.
    return {
        made.line: getattr(made, called[column]) or ""
        for made in register.contracts
        if column != "Title" or made.title.lower() != "nil"
    }


def of_signatories(rows: Sequence[Cells], column: str, tmp: Path) -> Says:
    lines = signatory_files.lines_of(csv_of(rows), "x.csv").split("\n")
    assert len(lines) == len(rows)
    others = [[text for name, text in row.items() if name != column] for row in rows]
    return {
        number: "".join(part for part in line.split("; ") if part not in known)
        for number, (line, known) in enumerate(zip(lines, others, strict=True), 2)
    }


# Of each reader: how it reads a table, a line of it ({n} is its number), and its columns of days.
READERS: dict[str, tuple[Callable[[Sequence[Cells], str, Path], Says], Cells, set[str]]] = {
    "payments": (
        of_payments,
        {
            "Supplier": "Acorn {n} Ltd",
            "Date": "13/04/2023",
            "Amount": "10.00",
            "Transaction No": "T{n}",
            "Company Number": "01234567",
            "Postcode": "ZB1 1AA",
            "VAT Registration Number": "123456789",
            "Supplier ID": "S1",
        },
        {"Date"},
    ),
    "registers": (
        of_registers,
        {
            "Company Number": "0123{n:04}",
            "Firm Name": "ACORN {n} LTD",
            "Office Postcode": "ZB1 1AA",
            "Trading Status": "Live",
            "Firm Size": "small",
        },
        set(),
    ),
    "postcodes": (of_postcodes, {"postcode": "ZB{n}1AA", "lad23cd": "E07000001"}, set()),
    "people": (
        of_people,
        {
            "First name": "Ann{n}",
            "Surname": "Elm",
            "Date of birth": "13/04/1941",
            "NHS number": "{nhs}",
            "Telephone": "01632 960001",
            "Email": "ann@example.org",
            "Address": "1 Mill Lane",
            "Postcode": "ZB1 1AA",
            "UPRN": "100",
            "Reference": "R{n}",
            "Note": "rings back",
            "Date of death": "",
            "Deceased": "",
        },
        {"Date of birth", "Date of death"},
    ),
    "finance": (
        of_finance,
        {
            "reference": "G1",
            "state": "paid",
            "amount": "10.00",
            "on": "2026-11-01",
            "because": "so",
        },
        {"on"},
    ),
    "services": (
        of_services,
        {
            "Service name": "Lunch club {n}",
            "Organisation": "Mill Lane Centre",
            "Description": "A lunch",
            "Email": "lunch@example.org",
            "Telephone": "01632 960001",
            "Website": "example.org",
            "Address": "1 Mill Lane",
            "Postcode": "ZB1 1AA",
            "Latitude": "52.1",
            "Longitude": "0.1",
            "Opening hours": "Tuesdays",
            "ID": "S{n}",
        },
        set(),
    ),
    "pledges": (
        of_pledges,
        {
            "partner": "Acorn {n} Ltd",
            "sector": "private",
            "reference": "P{n}",
            "statement": "We plant",
            "measure": "trees",
            "baseline": "1",
            "target": "20",
            "due_on": "2029-03-31",
            "made_on": "2026-01-01",
            "owner_title": "Head",
            "who_benefits": "All",
            "claimed": "2",
            "claimed_on": "2026-10-01",
            "status": "",
            "reason": "",
        },
        {"due_on", "made_on", "claimed_on"},
    ),
    "actions": (
        of_actions,
        {
            "key": "A{n}",
            "title": "Open {n} a kitchen",
            "description": "It is one",
            "workstream": "Skills",
            "owner": "Head",
            "starts_on": "2027-01-11",
            "due_on": "2027-09-30",
            "weight": "1",
            "milestones": "Lease",
        },
        {"starts_on", "due_on"},
    ),
    "contracts": (
        of_contracts,
        {
            "Title": "Windows {n}",
            "Start date": "2026-04-01",
            "End date": "2029-03-31",
            "Supplier": "Acorn Ltd",
            "Reference": "C{n}",
            "Value": "100",
        },
        {"Start date", "End date"},
    ),
    "signatories": (
        of_signatories,
        {"Organisation": "Acorn {n} Ltd", "Email": "acorn{n}@example.org", "Sector": "private"},
        set(),
    ),
}


def line_of(cells: Cells, number: int) -> Cells:
    return {
        name: text.format(n=number, nhs=NHS_NUMBERS[number % len(NHS_NUMBERS)])
        for name, text in cells.items()
    }


def test_each_reader_is_asked() -> None:
    assert READERS.keys() == vocabulary.READERS.keys()


@pytest.fixture
def trees(theme):
    return Measure.objects.create(
        code="trees", name="Trees", unit="trees", direction="up", theme=theme
    )


@pytest.mark.parametrize(
    ("reader", "column"),
    [(reader, column) for reader, (_, cells, _) in READERS.items() for column in cells],
)
def test_a_mark_for_nothing_is_nothing(reader: str, column: str, tmp_path: Path, trees) -> None:
    read, cells, days = READERS[reader]
    marks = [*MARKS, *SPELT, *(sorted(NO_DATES) if column in days else ())]
    # As many lines stand below whose column says something: so its kind is known.
    rows = [line_of(cells, number) for number in range(2 * len(marks))]
    for row, mark in zip(rows, marks, strict=False):
        row[column] = mark
    says = read(rows, column, tmp_path)
    assert {
        row[column]: says[line]
        for line, row in enumerate(rows[: len(marks)], 2)
        if says.get(line, "") not in ("", None)
    } == {}
    sound = [line for line in says if line >= len(marks) + 2]
    assert len(sound) == len(marks)
    assert cells[column] == "" or all(says[line] not in ("", None) for line in sound)


def test_by_columns_they_are_nothing_too(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = READERS["payments"][1]
    rows = [line_of(cells, number) for number in range(2 * len(MARKS))]
    for row, mark in zip(rows, MARKS, strict=False):
        row |= {"Transaction No": mark, "Postcode": mark.upper()}
    by_line = payments.read(csv_of(rows), "x.csv", today=DAY, repeats="payments").table()
    monkeypatch.setattr(payments, "BULK_FROM", 0)
    monkeypatch.setattr(bulk, "ODD_MOST", 1)
    by_columns = payments.read(csv_of(rows), "x.csv", today=DAY, repeats="payments").table()
    assert by_columns.equals(by_line)
    assert set(by_columns["postcode"].to_pylist()) == {None, "ZB1 1AA"}
