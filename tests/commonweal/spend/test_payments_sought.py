"""Payments and suppliers as the pages list them, over a small table instead of a town's files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from django.http import QueryDict

from commonweal.spend import files
from commonweal.spend.models import Prepared, Route
from commonweal.spend.reads import lines
from commonweal.spend.reads.lines import NOT_NAMED, PAYMENT_COLUMNS, ROWS, Page, Sought
from commonweal.spend.reads.scopes import Scope

PUBLISHED, LEDGER = str(Route.PUBLISHED), str(Route.LEDGER)
PREPARED = Prepared(version="small")
DAY = date(2026, 7, 3)
# What a payment is where a test says nothing else of it.
USUAL = {
    "route": PUBLISHED,
    "anchor": "town-council",
    "year": "2026-27",
    "quarter": date(2026, 7, 1),
    "day": DAY,
    "amount": Decimal("10.00"),
    "lines": 1,
    "category": "Repairs",
    "supplier": "GB-COH-01",
    "payee": "Acorn Ltd",
    "name": "Acorn Ltd",
    "release": "council-1",
    "line": 2,
    "reference": "A1",
    "description": "",
    "office": "town",
    "site": "county",
    "known": True,
    "kind": "company",
    "size": "small",
    "sic": "43220",
    "to_anchor": False,
}
TYPES = {
    "quarter": "date",
    "day": "date",
    "amount": "decimal(18, 4)",
    "lines": "integer",
    "line": "integer",
    "known": "boolean",
    "to_anchor": "boolean",
}
SUPPLIERS = (
    # code, name in public, kind, industry
    ("GB-COH-01", "ACORN LIMITED", "company", "43220"),
    ("GB-CHC-02", "BIRCH TRUST", "charity", "62020"),
    ("hidden", None, None, None),
)


@pytest.fixture(scope="module")
def base():
    """One engine for all tests here: to begin one takes longer than they do."""
    with duckdb.connect(config={"threads": 1}) as base:
        yield base


def filled(base: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[list]) -> None:
    base.execute(f"create or replace table {name} ({columns})")
    if rows:
        row = f"({', '.join('?' * len(rows[0]))})"
        cells = [cell for cells in rows for cell in cells]
        base.execute(f"insert into {name} values {', '.join([row] * len(rows))}", cells)


@pytest.fixture
def table(monkeypatch, base):
    """Fill the tables that pages read with payments, each told by what differs from the usual."""

    def fill(*payments: dict[str, object], suppliers=SUPPLIERS) -> None:
        columns = ", ".join(f"{name} {TYPES.get(name, 'varchar')}" for name in USUAL)
        rows = [
            [*(USUAL | {"line": at} | further).values()] for at, further in enumerate(payments, 2)
        ]
        for name in ("payments", "sums"):
            filled(base, name, columns, rows)
        columns = "route varchar, supplier varchar, name varchar, kind varchar, sic varchar, "
        firms = [[route, *firm, firm[0]] for route in (PUBLISHED, LEDGER) for firm in suppliers]
        filled(base, "suppliers", columns + "id varchar", firms)

        def stream(version, sql, *values):
            assert version == "small"
            answer = base.execute(sql, list(values))
            names = [column[0] for column in answer.description]
            return iter([dict(zip(names, row, strict=True)) for row in answer.fetchall()])

        monkeypatch.setattr(files, "stream", stream)

    return fill


def numbers(sought: Sought, number: int = 1) -> list[int]:
    return [row["line"] for row in lines.payments(PREPARED, sought, number).rows]


# --- What is sought -------------------------------------------------------------------------------

# Each differs from the usual in one thing, and is found by that.
DIFFERENT = {
    "anchor": "hospital",
    "year": "2025-26",
    "category": "Catering",
    "size": "large",
    "release": "council-2",
    "supplier": "GB-CHC-02",
}


@pytest.mark.parametrize("field", [*DIFFERENT])
def test_a_payment_is_found_by_what_is_sought_and_no_other(table, field):
    table({}, {field: DIFFERENT[field]})
    if field in ("anchor", "year"):
        sought = Sought(Scope(**{field: DIFFERENT[field]}))
    else:
        sought = Sought(Scope(), **{field: DIFFERENT[field]})
    assert numbers(sought) == [3]
    assert numbers(Sought(Scope())) == [2, 3]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought(Scope()), [2, 3, 5]),
        (Sought(Scope(LEDGER)), [6]),
        # Payments between anchors count in no share, and are listed by themselves.
        (Sought(Scope(), between=True), [4]),
        (Sought(Scope(LEDGER), between=True), []),
        (Sought(Scope(), band="town"), [2]),
        (Sought(Scope(place="site"), band="town"), [3]),
        (Sought(Scope(), band="unknown"), [5]),
        # What is no band is not asked of the tables.
        (Sought(Scope(), band="moon"), [2, 3, 5]),
        (Sought(Scope(), sic="43"), [2, 3]),
        (Sought(Scope(), sic="unknown"), [5]),
        (Sought(Scope(), size="unknown"), [5]),
        (Sought(Scope(), category="not stated"), [5]),
        (Sought(Scope(), category="repairs"), []),
        (Sought(Scope(), quarter="2026-07-01"), [2, 3]),
        (Sought(Scope(), quarter="2026-04-01"), [5]),
        (Sought(Scope(), quarter="not a day"), []),
        (Sought(Scope(), category="' or 1=1 --"), []),
        (Sought(Scope(anchor="' or 1=1 --")), []),
        (Sought(Scope(), category="Repairs", band="town", sic="43"), [2]),
    ],
    ids=range(19),
)
def test_what_is_sought(table, sought, expected):
    table(
        {},
        {"office": "county", "site": "town"},
        {"to_anchor": True},
        {
            "office": "unknown",
            "sic": None,
            "size": None,
            "category": None,
            "quarter": date(2026, 4, 1),
        },
        {"route": LEDGER},
    )
    assert numbers(sought) == expected


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("charity", [3]),
        # Several kinds of the register are one kind of owner.
        ("co-operative or mutual", [4, 5]),
        ("private company, place not known", [2]),
        ("unknown", [6, 7]),
        ("nobody", []),
    ],
)
def test_payments_by_who_owns_the_supplier(table, owner, expected):
    table(
        *({"kind": kind} for kind in ("company", "charity", "cooperative", "society")),
        {"kind": None},
        {"kind": "no kind of ours"},
    )
    assert numbers(Sought(Scope(), kind=owner)) == expected


def test_a_guessed_code_finds_nothing_of_a_supplier_who_is_not_named(table):
    table({}, {"supplier": "hidden", "name": None})
    assert numbers(Sought(Scope(), supplier="hidden")) == []
    assert numbers(Sought(Scope(), supplier="GB-COH-01")) == [2]
    assert numbers(Sought(Scope(), supplier="nobody")) == []


def test_what_is_sought_is_read_from_an_address_and_cut_where_it_is_too_long():
    query = QueryDict(f"band=town&category={'x' * 999}&kind=charity&between=1&day=2026-01-01")
    sought = Sought.of(query, Scope(LEDGER))
    assert sought == Sought(
        Scope(LEDGER), band="town", category="x" * 200, kind="charity", between=True
    )
    assert Sought.of(QueryDict(""), Scope()) == Sought(Scope())
    assert not Sought.of(QueryDict("between="), Scope()).between


@pytest.mark.django_db
def test_what_is_sought_is_told_in_words(town, council):
    from commonweal.spend.models import Anchor

    Anchor.objects.create(partner=council)
    sought = Sought(
        Scope(anchor=council.code, year="2026-27", place="site"),
        band="abroad",
        category="Repairs",
        kind="charity",
        size="small",
        sic="62",
        quarter="2026-07-01",
        between=True,
    )
    assert sought.descriptions == [
        f"of {council.name}",
        "April 2026 to March 2027",
        "in the three months from 2026-07-01",
        "Abroad (place of trading)",
        "category “Repairs”",
        "owner “charity”",
        "size “small”",
        "industry “Computer programming and consultancy”",
        "between anchors",
    ]
    assert Sought(Scope()).descriptions == []
    assert Sought(Scope(anchor="gone"), sic="xx", band="moon").descriptions == [
        "of gone",
        "moon (registered office)",
        "industry “xx”",
    ]


# --- Pages of payments ----------------------------------------------------------------------------


def test_the_newest_stands_first_and_the_largest_of_a_day(table):
    table(
        {"day": date(2026, 7, 1)},
        {"day": date(2026, 7, 9), "amount": Decimal("5.00")},
        {"day": date(2026, 7, 9), "amount": Decimal("50.00")},
        {"day": None},
        {"day": date(2026, 7, 9), "amount": Decimal("5.00"), "release": "a"},
    )
    assert numbers(Sought(Scope())) == [4, 6, 3, 2, 5]


def test_a_page_has_so_many_rows_and_says_how_many_there_are_in_all(table):
    table(*({"amount": Decimal(at)} for at in range(1, 46)))
    pages = [lines.payments(PREPARED, Sought(Scope()), number) for number in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [ROWS, ROWS, 5]
    assert [(page.before, page.after) for page in pages] == [(None, 2), (1, 3), (2, None)]
    assert {(page.count, page.pages) for page in pages} == {(45, 3)}
    assert {page.amount for page in pages} == {Decimal(45 * 46 // 2)}
    listed = [row["line"] for page in pages for row in page.rows]
    # Largest first: each once, none lost.
    assert listed == list(range(46, 1, -1))


@pytest.mark.parametrize(("number", "shown"), [(0, 1), (-3, 1), (2, 2), (3, 2), (999, 2)])
def test_a_page_that_is_not_there_is_the_nearest(table, number, shown):
    table(*[{}] * (ROWS + 1))
    assert lines.payments(PREPARED, Sought(Scope()), number).number == shown


def test_where_nothing_is_sought_out_there_is_one_empty_page(table):
    table({})
    page = lines.payments(PREPARED, Sought(Scope(), category="Nothing"))
    assert (page.rows, page.number, page.count, page.amount) == ([], 1, 0, 0)
    assert (page.pages, page.before, page.after) == (1, None, None)


def test_a_file_by_its_lines_comes_to_what_its_lines_come_to(table):
    table({}, {"release": "b", "amount": Decimal("4.00")}, {"release": "b"})
    page = lines.payments(PREPARED, Sought(Scope(), release="b"))
    assert (page.count, page.amount) == (2, Decimal("14.00"))


@pytest.mark.parametrize(
    ("number", "count", "pages", "before", "after"),
    [
        (1, 0, 1, None, None),
        (1, ROWS, 1, None, None),
        (1, ROWS + 1, 2, None, 2),
        (2, ROWS + 1, 2, 1, None),
        (2, 3 * ROWS, 3, 1, 3),
    ],
)
def test_which_pages_stand_beside_one(number, count, pages, before, after):
    page = Page([], number, count, Decimal(0))
    assert (page.pages, page.before, page.after) == (pages, before, after)


def test_a_file_has_the_lines_of_the_page_and_names_nobody_who_is_hidden(table):
    table(
        {"release": "b"},
        {"release": "a", "supplier": "hidden", "payee": None, "reference": None, "category": None},
        {"release": "a", "supplier": "GB-CHC-02", "day": None},
    )
    rows = list(lines.payment_rows(PREPARED, Sought(Scope())))
    assert all(tuple(row) == PAYMENT_COLUMNS for row in rows)
    # By file and line.
    assert [(row["release"], row["line"]) for row in rows] == [("a", 3), ("a", 4), ("b", 2)]
    hidden, birch, acorn = rows
    assert (hidden["payee"], hidden["supplier"]) == (NOT_NAMED, "")
    assert (hidden["reference"], hidden["category"]) == ("", "")
    assert (birch["payee"], birch["supplier"], birch["day"]) == ("BIRCH TRUST", "GB-CHC-02", None)
    assert (acorn["payee"], acorn["amount_gbp"], acorn["day"]) == (
        "ACORN LIMITED",
        Decimal("10.0000"),
        DAY,
    )
    assert (acorn["registered_office"], acorn["place_of_trading"]) == ("town", "county")


# --- Suppliers ------------------------------------------------------------------------------------


def named(page: Page) -> list[tuple[str, str]]:
    return [(row["name"], f"{row['amount']:.2f}") for row in page.rows]


def test_suppliers_stand_by_what_they_are_paid_and_hidden_ones_in_no_list(table):
    table(
        {},
        {"supplier": "GB-CHC-02", "kind": "charity", "amount": Decimal("30.00")},
        {"anchor": "hospital"},
        {"supplier": "hidden", "amount": Decimal("999.00")},
        {"supplier": None, "amount": Decimal("999.00")},
    )
    page = lines.suppliers(PREPARED, Scope())
    assert named(page) == [("BIRCH TRUST", "30.00"), ("ACORN LIMITED", "20.00")]
    assert (page.count, page.amount) == (2, Decimal("50.00"))
    assert [(row["lines"], row["anchors"], row["owner"]) for row in page.rows] == [
        (1, 1, "charity"),
        (2, 2, "private company, place not known"),
    ]


@pytest.mark.parametrize(
    ("scope", "search", "band", "expected"),
    [
        (Scope(), "acorn", "", ["ACORN LIMITED"]),
        (Scope(), "LIMITED", "", ["ACORN LIMITED"]),
        (Scope(), "birch", "", ["BIRCH TRUST"]),
        (Scope(), "i", "", ["ACORN LIMITED", "BIRCH TRUST"]),
        (Scope(), "%", "", []),
        (Scope(), "nobody", "", []),
        (Scope(), "", "town", ["ACORN LIMITED"]),
        (Scope(place="site"), "", "town", ["BIRCH TRUST"]),
        (Scope(), "birch", "town", []),
        (Scope(anchor="hospital"), "", "", ["BIRCH TRUST"]),
        (Scope(LEDGER), "", "", []),
        (Scope(year="2025-26"), "", "", []),
    ],
    ids=range(12),
)
def test_suppliers_are_looked_for(table, scope, search, band, expected):
    table(
        {"amount": Decimal("20.00")},
        {
            "supplier": "GB-CHC-02",
            "office": "county",
            "site": "town",
            "anchor": "hospital",
            "name": "Birch",
        },
    )
    page = lines.suppliers(PREPARED, scope, search, band)
    assert [name for name, _ in named(page)] == expected


def test_suppliers_that_are_paid_alike_stand_by_name(table):
    table({}, {"supplier": "GB-CHC-02"})
    page = lines.suppliers(PREPARED, Scope(), number=9)
    assert [name for name, _ in named(page)] == ["ACORN LIMITED", "BIRCH TRUST"]
    assert page.number == 1


def test_one_supplier_with_what_each_anchor_paid_it_under_which_name(table):
    table(
        {"year": "2025-26"},
        {"name": "ACORN LTD.", "amount": Decimal("70.00")},
        {"anchor": "hospital", "year": None},
        {"route": LEDGER},
        # Payments between anchors stand on a supplier's page as well.
        {"to_anchor": True, "amount": Decimal("5.00")},
    )
    firm = lines.supplier(PREPARED, Scope(), "GB-COH-01")
    assert (firm["name"], firm["owner"], firm["industry"]) == (
        "ACORN LIMITED",
        "private company, place not known",
        "Specialised construction",
    )
    assert [(row["anchor"], row["year"], row["lines"]) for row in firm["paid"]] == [
        ("town-council", "2026-27", 2),
        ("town-council", "2025-26", 1),
        ("hospital", "", 1),
    ]
    assert [(row["payee"], row["lines"]) for row in firm["names"]] == [
        ("ACORN LTD.", 1),
        ("Acorn Ltd", 3),
    ]


@pytest.mark.parametrize("code", ["hidden", "nobody", "", "' or 1=1 --"])
def test_who_is_not_named_has_no_page(table, code):
    table({"supplier": "hidden"})
    assert lines.supplier(PREPARED, Scope(), code) is None


def test_a_supplier_of_whom_no_register_says_anything_is_unknown(table):
    table({}, suppliers=[("GB-COH-01", "ACORN LIMITED", None, None)])
    firm = lines.supplier(PREPARED, Scope(), "GB-COH-01")
    assert (firm["owner"], firm["industry"]) == ("unknown", "")
