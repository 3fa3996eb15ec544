"""The tables that pages read: what stands in them of a payment, whom they name, what they follow
from. Each step over rows put in by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commonweal.spend import files, payees, preparing, surveying, tables
from commonweal.spend.models import Anchor, Bands, Contract, Figures, Payee, Prepared, Release
from commonweal.spend.payees.naming import GIVEN
from localwealth.sources.tables import EXACT
from localwealth.spend.lines import Home

D = Decimal
LINE = {
    "outcome": "accepted",
    "line": 2,
    "first": date(2026, 7, 3),
    "amount": D("10.00"),
    "name": "Acorn Ltd",
    "payee": "named",
    "category": None,
    "description": None,
    "postcode": None,
    "reference": "A1",
    "invoiced": None,
    "vat": None,
}
DAYS = ("first", "invoiced")
LINES = pa.schema(
    [
        ("line", pa.int32()),
        ("amount", pa.decimal128(18, 4)),
        *((name, pa.date32()) for name in DAYS),
        *((name, pa.string()) for name in LINE if name not in ("line", "amount", *DAYS)),
    ]
)


@pytest.fixture
def base():
    with duckdb.connect(config={"threads": 1}) as base:
        yield base


@pytest.fixture
def paid(base, monkeypatch, tmp_path):
    """Payments of two files, the second a ledger's; payees by name with verdict and whether they
    may be named. Returns the rows that stand in the table, by line."""

    def fill(*lines, second=(), **known):
        releases = []
        for name, route, rows in (("one", "published", lines), ("two", "ledger", second)):
            place = tmp_path / f"{name}.parquet"
            written = [LINE | {"line": at} | row for at, row in enumerate(rows, 2)]
            pq.write_table(pa.Table.from_pylist(written, LINES), place)
            anchor = {"release": name, "route": route, "anchor": f"of-{name}", "place": str(place)}
            releases.append(anchor)
        monkeypatch.setattr(tables, "_releases", lambda: pa.Table.from_pylist(releases))
        base.register("releases", tables._releases())
        rows = [
            (name.upper().replace("_", ""), name, verdict, named)
            for name, (verdict, named) in known.items()
        ]
        base.execute(
            "create table payees (letters varchar, code varchar, verdict varchar, named boolean)"
        )
        if rows:
            base.executemany("insert into payees values (?, ?, ?, ?)", rows)
        tables._year(base)
        tables._paid(base)
        answer = base.execute("from paid order by release, line")
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    return fill


# --- A payment ------------------------------------------------------------------------------------


def test_a_payment_stands_with_its_file_anchor_and_payee(paid):
    [row] = paid({"category": "Repairs", "postcode": "ZB1 1AA"}, acorn_ltd=(None, True))
    assert row == {
        "anchor": "of-one",
        "day": date(2026, 7, 3),
        "amount": D("10.0000"),
        "category": "Repairs",
        "name": "acorn_ltd",
        "site_postcode": "ZB1 1AA",
        "invoiced": None,
        "route": "published",
        "release": "one",
        "line": 2,
        "reference": "A1",
        "description": None,
        "payee": "named",
        "year": "2026-27",
        "quarter": date(2026, 7, 1),
    }


def test_only_payments_stand_there(paid):
    rows = paid({}, {"outcome": "rejected"}, {"outcome": "duplicate"}, second=[{}])
    assert [(row["release"], row["line"]) for row in rows] == [("one", 2), ("two", 2)]
    assert [row["route"] for row in rows] == ["published", "ledger"]


@pytest.mark.parametrize(
    ("verdict", "named", "name", "told"),
    [
        (None, True, "acorn_ltd", "Of windows"),
        # Who may not be named: what it was for may say who it is.
        (None, False, "acorn_ltd", None),
        ("none", True, "acorn_ltd", "Of windows"),
        # Who is a person is nobody in the table.
        ("person", False, None, None),
    ],
)
def test_what_a_payment_was_for_stands_where_its_payee_may_be_named(
    paid, verdict, named, name, told
):
    [row] = paid({"description": "Of windows"}, acorn_ltd=(verdict, named))
    assert (row["name"], row["description"], row["category"]) == (name, told, told)


def test_a_category_goes_before_a_description(paid):
    [row] = paid({"category": "Repairs", "description": "Of windows"}, acorn_ltd=(None, True))
    assert (row["category"], row["description"]) == ("Repairs", "Of windows")


def test_a_payment_to_nobody_known_keeps_its_category_alone(paid):
    [row] = paid({"category": "Care", "description": "Of Mrs A Leaf", "name": None})
    assert (row["name"], row["category"], row["description"]) == (None, "Care", None)


def test_one_category_however_it_is_written(paid):
    written = ("Repairs", " REPAIRS", "repairs ", "Repairs")
    rows = paid(*({"category": text} for text in written))
    assert {row["category"] for row in rows} == {"Repairs"}


@pytest.mark.parametrize("name", ["Acorn Ltd", "ACORN LTD.", "acorn  ltd", "Ácorn-Ltd", "A&corn"])
def test_a_payee_is_found_by_its_letters(paid, name):
    [row] = paid({"name": name}, acorn_ltd=(None, True))
    assert row["name"] == (None if "&" in name else "acorn_ltd")


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        (date(2026, 3, 31), "2025-26", date(2026, 1, 1)),
        (date(2026, 4, 1), "2026-27", date(2026, 4, 1)),
        (date(1999, 12, 31), "1999-00", date(1999, 10, 1)),
        (date(2000, 1, 1), "1999-00", date(2000, 1, 1)),
        (date(2009, 5, 1), "2009-10", date(2009, 4, 1)),
        (None, None, None),
    ],
)
def test_a_financial_year_begins_in_april(paid, day, year, quarter):
    [row] = paid({"first": day})
    assert (row["year"], row["quarter"]) == (year, quarter)


# --- Who may be named -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "further", "entry", "named"),
    [
        ("Acorn Roofing Ltd", {}, "", True),
        ("Acorn Roofing Ltd", {"entry": "GB-COH-1", "method": "same name"}, "GB-COH-1", True),
        # It stands in no published file: an own ledger names nobody in public.
        ("Acorn Roofing Ltd", {"entry": "GB-COH-1", "in_public": False}, "GB-COH-1", False),
        ("J Smith", {"entry": "GB-COH-1", "method": "same name"}, "", False),
        ("J Smith", {"entry": "GB-COH-1", "method": GIVEN}, "GB-COH-1", True),
        ("J Smith", {}, "", False),
        ("Zygotic Wumpus", {}, "", False),
        ("Zygotic Wumpus", {"entry": "GB-COH-1", "method": "same name"}, "GB-COH-1", True),
    ],
    ids=range(8),
)
def test_the_tables_name_whom_they_may(name, further, entry, named):
    Payee.objects.create(code="c1", name=name, **{"lines": 1, "in_public": True} | further)
    [row] = tables._payees().to_pylist()
    assert (row["code"], row["name"], row["entry"], row["named"]) == ("c1", name, entry, named)
    assert row["verdict"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(("verdict", "named"), [("none", True), ("person", False)])
def test_whom_a_person_decided_on_is_named_as_decided(yusuf, verdict, named):
    payee = Payee.objects.create(code="c1", name="J Smith", lines=1, in_public=True)
    payees.decide(payee=payee, verdict=verdict, because="x", by=yusuf, role="analyst")
    [row] = tables._payees().to_pylist()
    assert (row["verdict"], row["named"]) == (verdict, named)


@pytest.mark.django_db
def test_who_is_paid_by_no_file_stands_in_no_table():
    Payee.objects.create(code="c1", name="Acorn Ltd", lines=0, in_public=True)
    assert tables._payees().num_rows == tables._releases().num_rows == 0


# --- The bands ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_counts_as_the_town_is_its_own_code_unless_it_is_told(town):
    Bands.objects.all().delete()
    assert tables.home() == Home(town.ons_code, "", "")
    Bands.objects.update_or_create(
        id=1, defaults={"district": "X07", "county": "X10", "region": "X12"}
    )
    assert tables.home() == Home("X07", "X10", "X12")


# --- It comes to the files, or is not put in place ------------------------------------------------


@pytest.fixture
def release(anchor):
    def release(code: str, state: str = "taken", accepted: int = 2, amount: str = "12.50"):
        return Release.objects.create(
            code=code,
            anchor=anchor,
            route="published",
            file_name=f"{code}.csv",
            sha256=code,
            size_bytes=1,
            state=state,
            rows=accepted,
            accepted=accepted,
            accepted_gbp=D(amount),
            lines_sha256=f"lines-{code}",
            undone_because="x" if state == "undone" else "",
        )

    return release


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amounts", "comes_to_it"),
    [
        (["10.00", "2.50"], True),
        (["12.50", "0.00"], True),
        (["-1.00", "13.50"], True),
        (["12.50"], False),
        (["10.00", "2.51"], False),
        (["10.00", "2.50", "0.00"], False),
        ([], False),
    ],
    ids=range(7),
)
def test_tables_come_to_the_files_to_the_penny(base, release, amounts, comes_to_it):
    release("a")
    release("b", "undone", 5, "99.00")
    base.execute("create table payments (amount decimal(18, 4))")
    for amount in amounts:
        base.execute("insert into payments values (?)", [D(amount)])
    if comes_to_it:
        tables.reconcile(base)
    else:
        with pytest.raises(RuntimeError, match=r"^The tables do not reconcile: "):
            tables.reconcile(base)


@pytest.mark.django_db
def test_nothing_comes_to_nothing(base):
    base.execute("create table payments (amount decimal(18, 4))")
    tables.reconcile(base)


def test_money_is_compared_to_a_hundredth_of_a_penny():
    assert D("0.0001") == EXACT


# --- What the tables follow from ------------------------------------------------------------------


def contract_of(anchor) -> Contract:
    return Contract.objects.create(anchor=anchor, title="Repairs", supplier="Acorn Ltd", line=2)


@pytest.fixture
def state(monkeypatch, town):
    monkeypatch.setattr(files, "state_of_registers", lambda: "registers")
    return preparing.state


@pytest.mark.django_db
def test_the_tables_are_made_anew_where_what_they_follow_from_changes(
    state, monkeypatch, anchor, release, yusuf
):
    states = [state()]

    def is_another() -> bool:
        states.append(state())
        return states.count(states[-1]) == 1

    first = release("a")
    assert is_another()
    Release.objects.filter(pk=first.pk).update(lines_sha256="other")
    assert is_another()
    payee = Payee.objects.create(code="c1", name="Acorn Ltd", lines=1)
    assert is_another()
    decision = payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="analyst")
    assert is_another()
    payees.take_back(decided=decision, because="x", by=yusuf, role="analyst")
    payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="analyst")
    assert is_another()
    Payee.objects.update(matched_with="registers")
    assert is_another()
    Anchor.objects.update(ids=["GB-COH-1"])
    assert is_another()
    contract = contract_of(anchor)
    assert is_another()
    for changes in (
        {"ends_on": date(2029, 3, 31)},
        {"supplier": "Birch Ltd"},
        # What the page of opportunities says of it too.
        {"title": "Repairs of windows"},
        {"value_gbp": D("1200.00")},
    ):
        Contract.objects.filter(pk=contract.pk).update(**changes)
        assert is_another()
    Bands.objects.update_or_create(id=1, defaults={"district": "X07"})
    assert is_another()
    monkeypatch.setattr(surveying, "newest_answers", lambda: [("GB-COH-1", D("0.4"))])
    assert is_another()
    monkeypatch.setattr(files, "state_of_registers", lambda: "newer")
    assert is_another()
    monkeypatch.setattr(files, "FORMAT", "next")
    assert is_another()
    Release.objects.update(state="undone", undone_because="x")
    assert is_another()


@pytest.mark.django_db
def test_what_changes_no_figure_makes_no_tables(state, anchor, release):
    release("a")
    payee = Payee.objects.create(code="c1", name="Acorn Ltd", lines=1, matched_with="registers")
    contract = contract_of(anchor)
    before = state()
    release("b", "read")
    release("c", "undone")
    Contract.objects.filter(pk=contract.pk).update(reference="C-9", starts_on=date(2026, 1, 2))
    Payee.objects.filter(pk=payee.pk).update(reasons="another word")
    assert state() == before == state()


@pytest.mark.django_db
def test_where_nothing_counts_no_tables_count(state, monkeypatch):
    old = Prepared.objects.create(version="v1", is_current=True, releases=1, lines=1)
    monkeypatch.setattr(tables, "fill", lambda base: pytest.fail("there is nothing to put in"))
    assert preparing.prepare() is None
    old.refresh_from_db()
    assert not old.is_current


@pytest.mark.django_db
def test_tables_that_are_there_already_are_not_made_again(state, release, monkeypatch):
    release("a")
    there = Prepared.objects.create(version=state(), releases=1, lines=2)
    Figures.objects.create(prepared=there, route="published", content={})
    other = Prepared.objects.create(version="v1", is_current=True, releases=1, lines=1)
    files.prepared(there.version).touch()
    monkeypatch.setattr(preparing, "fill", lambda base: pytest.fail("they are there"))
    assert preparing.prepare() == there
    there.refresh_from_db()
    other.refresh_from_db()
    assert (there.is_current, other.is_current) == (True, False)


@pytest.mark.django_db
def test_tables_that_were_made_alone_are_made_with_their_figures(state, release, monkeypatch):
    """Who asks the tables next needs no figures; who reads a page does."""
    release("a")
    there = Prepared.objects.create(version=state(), releases=1, lines=2)
    files.prepared(there.version).touch()

    def fill(base):
        raise RuntimeError("anew")

    monkeypatch.setattr(preparing, "fill", fill)
    assert preparing.prepare(figures=False) == there
    with pytest.raises(RuntimeError, match=r"^anew$"):
        preparing.prepare()


@pytest.mark.django_db
def test_tables_that_break_leave_no_draft_and_the_old_ones_count(state, release, monkeypatch):
    release("a")
    old = Prepared.objects.create(version="v1", is_current=True, releases=1, lines=1)

    def broken(base):
        base.execute("create table payments as select 1 as amount")
        raise RuntimeError("out of room")

    monkeypatch.setattr(preparing, "fill", broken)
    with pytest.raises(RuntimeError, match=r"^out of room$"):
        preparing.prepare()
    assert list(files.prepared("x").parent.iterdir()) == []
    old.refresh_from_db()
    assert old.is_current
    assert Prepared.objects.count() == 1


@pytest.mark.django_db
def test_of_older_tables_the_last_two_stay_for_who_reads_them():
    made = [
        Prepared.objects.create(version=f"v{at}", releases=1, lines=1, is_current=at == 0)
        for at in range(5)
    ]
    for prepared in made:
        files.prepared(prepared.version).touch()
        Figures.objects.create(prepared=prepared, route="published", content={})
    preparing._let_count(made[4])
    there = list(Prepared.objects.order_by("version").values_list("version", "is_current"))
    assert there == [("v2", False), ("v3", False), ("v4", True)]
    assert [files.prepared(prepared.version).exists() for prepared in made] == [
        *(False, False),
        *(True, True, True),
    ]
    assert Figures.objects.count() == 3
    # An older one that counts again stays as well.
    preparing._let_count(made[2])
    assert Prepared.objects.get(is_current=True).version == "v2"
    assert Prepared.objects.count() == 3


def test_figures_are_worked_out_for_each_route_anchor_and_year(base):
    base.execute("create table payments (route varchar, anchor varchar, year varchar)")
    base.execute(
        """insert into payments values ('published', 'a', '2025-26'), ('published', 'a', null),
        ('published', 'b', '2025-26'), ('ledger', 'a', '2026-27')"""
    )
    scopes = [tuple(scope.values()) for scope in preparing._scopes(base)]
    assert scopes == [
        ("ledger", "", ""),
        ("ledger", "", "2026-27"),
        ("ledger", "a", ""),
        ("ledger", "a", "2026-27"),
        ("published", "", ""),
        ("published", "", "2025-26"),
        ("published", "a", ""),
        ("published", "a", "2025-26"),
        ("published", "b", ""),
        ("published", "b", "2025-26"),
    ]


@pytest.mark.parametrize(
    ("figure", "text"),
    [(D("1234.50"), "1234.50"), (D("0"), "0"), (date(2026, 7, 3), "2026-07-03")],
)
def test_money_and_days_are_kept_as_text(figure, text):
    assert preparing.plain(figure) == text


@pytest.mark.parametrize("figure", [object(), b"1", {1}], ids=["thing", "bytes", "set"])
def test_anything_else_is_a_fault(figure):
    with pytest.raises(TypeError):
        preparing.plain(figure)
