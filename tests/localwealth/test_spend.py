"""Measures of local spend: counted by hand, held to published figures, and to the penny."""

from __future__ import annotations

import csv
import inspect
import json
import os
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth import cli
from localwealth.errors import UnreadableFile
from localwealth.registers.making import build
from localwealth.sources import places
from localwealth.spend import measures, report
from localwealth.spend.lines import MONEY
from localwealth.spend.multiplier import lm3

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)
KINDS = {
    "anchor": pa.string(),
    "day": pa.date32(),
    "amount": MONEY,
    "category": pa.string(),
    "supplier": pa.string(),
    "known": pa.bool_(),
    "parent": pa.string(),
    "to_anchor": pa.bool_(),
    "office": pa.string(),
    "site": pa.string(),
    "kind": pa.string(),
    "size": pa.string(),
    "sized": pa.date32(),
    "sic": pa.string(),
}


def lines(*rows: dict[str, object]) -> duckdb.DuckDBPyConnection:
    usual = {
        "anchor": "Oakby",
        "day": None,
        "category": None,
        "supplier": None,
        "known": False,
        "to_anchor": False,
        "office": "unknown",
        "site": "unknown",
        "kind": None,
        "size": None,
        "sized": None,
        "sic": None,
    }
    whole = [{**usual, **row, "parent": row.get("parent", row.get("supplier"))} for row in rows]
    base = duckdb.connect()
    base.register(
        "made",
        pa.table({key: pa.array([row[key] for row in whole], kind) for key, kind in KINDS.items()}),
    )
    base.execute("create table lines as from made")
    return base


def D(text: str) -> Decimal:
    return Decimal(text)


TOWN = lines(
    {
        "amount": D("600"),
        "supplier": "A",
        "known": True,
        "office": "town",
        "kind": "cooperative",
        "size": "SMALL",
        "sized": date(2022, 3, 31),
        "sic": "87300",
        "category": "Care",
        "day": date(2024, 4, 2),
    },
    {
        "amount": D("-100"),
        "supplier": "A",
        "known": True,
        "office": "town",
        "kind": "cooperative",
        "size": "SMALL",
        "sized": date(2023, 12, 31),
        "sic": "87300",
        "category": "Care",
        "day": date(2024, 5, 2),
    },
    {
        "amount": D("300"),
        "supplier": "B",
        "known": True,
        "office": "county",
        "kind": "company",
        "sic": "62020",
        "category": "IT",
        "day": date(2024, 7, 2),
    },
    {
        "amount": D("150"),
        "supplier": "C",
        "known": True,
        "office": "nation",
        "kind": "company",
        "category": "IT",
        "anchor": "Elm",
        "parent": "B",
    },
    {"amount": D("50"), "supplier": None, "category": "Care", "anchor": "Elm"},
    {"amount": D("9999"), "supplier": "Elm", "known": True, "office": "town", "to_anchor": True},
)


def test_bands_are_shares_of_all_and_payments_between_anchors_stand_apart() -> None:
    assert [
        (row["band"], row["lines"], row["amount"], row["share"])
        for row in measures.by_band(TOWN, "office")
    ] == [
        ("town", 2, 500, 0.5),
        ("county", 1, 300, 0.3),
        ("nation", 1, 150, 0.15),
        ("unknown", 1, 50, 0.05),
    ]
    assert [(row["band"], row["amount"]) for row in measures.by_band(TOWN, "site")] == [
        ("unknown", 1000)
    ]
    assert measures.between_anchors(TOWN) == [
        {"anchor": "Oakby", "supplier": "Elm", "lines": 1, "amount": 9999}
    ]


def test_the_local_share_is_a_range_as_what_is_unknown_may_be_local() -> None:
    assert measures.local_range(TOWN, "office") == (500, 550, 1000)
    assert measures.local_range(TOWN, "office", "county") == (800, 850, 1000)
    assert measures.local_range(TOWN, "site") == (0, 1000, 1000)


def test_the_mean_of_shares_and_the_share_of_the_sum_are_both_named() -> None:
    made = measures.shares_of_anchors(TOWN, "office")
    assert [(who, round(float(share), 4)) for who, share in made["shares"]] == [
        ("Elm", 0.0),
        ("Oakby", 0.625),
    ]
    assert float(made["mean_of_shares"]) == 0.3125
    assert float(made["share_of_the_sum"]) == 0.5


def test_ownership_size_and_sector_show_what_is_unknown() -> None:
    assert {row["value"]: row["amount"] for row in measures.by(TOWN, "kind")} == {
        "co-operative or mutual": 500,
        "private company, place not known": 450,
        "unknown": 50,
    }
    assert {row["value"]: row["amount"] for row in measures.by(TOWN, "size")} == {
        "SMALL": 500,
        "unknown": 500,
    }
    years = {row["value"]: (row["from_year"], row["to_year"]) for row in measures.by(TOWN, "size")}
    assert years == {"SMALL": (2022, 2023), "unknown": (None, None)}
    assert {row["value"]: row["amount"] for row in measures.by(TOWN, "sic")} == {
        "87": 500,
        "62": 300,
        "unknown": 200,
    }


def test_the_voluntary_sectors_share_is_of_all_spend() -> None:
    assert measures.voluntary_sector(TOWN) == {"amount": 500, "share": D("0.5")}


def test_leakage_says_what_left_and_who_is_here() -> None:
    assert [
        (row["category"], row["left"], row["unknown"], row["amount"], row["local_suppliers"])
        for row in measures.leakage(TOWN, "office")
    ] == [
        ("IT", 450, 0, 450, 0),
        ("Care", 0, 50, 550, 1),
    ]


def test_concentration_is_at_the_groups_parent_and_ignores_the_unnamed() -> None:
    made = measures.concentration(TOWN)
    share = [500 / 950, 450 / 950]
    assert made["suppliers"] == 2
    assert made["hhi"] == pytest.approx(10_000 * sum(one * one for one in share), abs=1e-3)
    assert (made["top_10"], made["largest"]) == (1.0, pytest.approx(500 / 950, abs=1e-8))


def test_change_over_time_is_by_quarter_on_one_definition() -> None:
    assert [
        (str(row["quarter"]), row["local"], row["amount"])
        for row in measures.by_period(TOWN, "office")
    ] == [
        ("2024-04-01", 500, 500),
        ("2024-07-01", 0, 300),
    ]


def test_the_match_rate_is_by_rows_and_by_value() -> None:
    made = measures.match_rate(TOWN)
    assert (made["lines"], made["amount"], made["by_rows"], made["by_value"]) == (
        5,
        1000,
        0.8,
        0.95,
    )


def test_days_from_invoice_to_payment_leave_slips_out() -> None:
    july = date(2024, 7, 1)
    base = lines(
        *(
            {"amount": D("10"), "day": day}
            for day in (date(2024, 7, 11), date(2024, 7, 31), date(2024, 8, 30), july, july)
        ),
        {"amount": D("-10"), "day": date(2024, 7, 2)},
    )
    base.execute("alter table lines add column invoiced date")
    base.execute("update lines set invoiced = '2024-07-01' where day > '2024-07-01'")
    base.execute("update lines set invoiced = '2024-07-05' where day = '2024-07-01'")
    made = measures.payment_days(base)
    assert (made["lines"], made["median"], made["nine_in_ten"]) == (3, 30, 60)
    assert made["in_30"] == pytest.approx(2 / 3)
    assert made["share"] == 0.5


def test_no_measure_but_its_own_counts_payments_between_anchors() -> None:
    usual = {"supplier": "A", "known": True, "office": "town", "site": "town", "kind": "charity"}
    paid = [{**usual, "amount": D("10"), "day": date(2024, 7, 11)}]
    between = [
        {**usual, "amount": D("90"), "day": date(2024, 8, 30), "anchor": "X", "to_anchor": True}
    ]
    with_invoices = []
    for base in (lines(*paid), lines(*paid, *between)):
        base.execute("alter table lines add column invoiced date")
        base.execute("update lines set invoiced = '2024-07-01'")
        base.execute("alter table lines add column why_unknown varchar")
        with_invoices.append(base)
    asked: list[tuple[Any, tuple[str, ...]]] = []
    for measure in vars(measures).values():
        if getattr(measure, "__module__", "") != measures.__name__ or not callable(measure):
            continue
        takes = list(inspect.signature(measure).parameters.values())
        if [one.name for one in takes[:1]] == ["base"] and measure != measures.rows:
            needed = [one.name for one in takes[1:] if one.default is one.empty]
            asked.append((measure, tuple({"place": "office", "column": "kind"}[n] for n in needed)))
    assert len(asked) > 10
    without, beside = with_invoices
    differ = [
        measure.__name__
        for measure, more in asked
        if measure(without, *more) != measure(beside, *more)
    ]
    assert differ == ["between_anchors"]


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "amount": st.integers(-(10**9), 10**9).map(lambda pence: Decimal(pence) / 100),
            "supplier": st.sampled_from(["A", "B", "C", None]),
            "office": st.sampled_from(measures.BANDS),
            "site": st.sampled_from(measures.BANDS),
            "kind": st.sampled_from([*measures.OWNERSHIP, None]),
            "size": st.sampled_from(["SMALL", None]),
            "to_anchor": st.booleans(),
            "category": st.sampled_from(["Care", None]),
            "anchor": st.sampled_from(["X", "Y"]),
            "day": st.sampled_from([date(2024, 1, 1), date(2024, 6, 30)]),
        }
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40)
@given(LINES)
def test_every_cut_comes_to_the_same_money_to_the_penny(rows: list[dict[str, object]]) -> None:
    base = lines(*rows)
    want = sum((row["amount"] for row in rows if not row["to_anchor"]), Decimal(0))
    cuts = [
        measures.by_band(base, "office"),
        measures.by_band(base, "site"),
        measures.by(base, "kind"),
        measures.by(base, "size"),
        measures.by(base, "sic"),
        measures.leakage(base, "office"),
        measures.by_period(base, "office"),
    ]
    for cut in cuts:
        assert sum((row["amount"] for row in cut), Decimal(0)) == want
    between = sum((row["amount"] for row in measures.between_anchors(base)), Decimal(0))
    assert want + between == sum((row["amount"] for row in rows), Decimal(0))
    hhi = measures.concentration(base)["hhi"]
    assert 0 <= hhi <= 10_000


# Published figures, from their published parts

GREATER_MANCHESTER = [
    ("Bolton", "45.6"),
    ("Bury", "28.4"),
    ("Manchester", "79.4"),
    ("Oldham", "68.6"),
    ("Rochdale", "43.8"),
    ("Salford", "62.7"),
    ("Stockport", "65.1"),
    ("Tameside", "50.7"),
    ("Trafford", "36.6"),
    ("Wigan", "56.9"),
]


def test_greater_manchesters_two_averages() -> None:
    """Its 53.8 % is the mean of ten councils' shares; of the money itself, 61.7 % stayed."""
    councils = [(who, D(share), D("100")) for who, share in GREATER_MANCHESTER]
    assert round(measures.mean_and_sum(councils)["mean_of_shares"] * 100, 1) == D("53.8")
    money = [("all", D("619652226.58"), D("1003858435.21"))]
    assert round(measures.mean_and_sum(money)["share_of_the_sum"] * 100, 1) == D("61.7")


def test_prestons_two_shares_are_of_one_total() -> None:
    """£112.3m is 18.2 % and £488.7m is 79.2 %: both give the same £617m."""
    base = lines(
        {"amount": D("112300000"), "office": "town"},
        {"amount": D("376400000"), "office": "county"},
        {"amount": D("128300000"), "office": "nation"},
    )
    bands = {row["band"]: row["share"] for row in measures.by_band(base, "office")}
    assert round(bands["town"] * 100, 1) == 18.2
    low, _, whole = measures.local_range(base, "office", "county")
    assert round(low / whole * 100, 1) == D("79.2")


@pytest.mark.parametrize(
    ("total", "share", "local"),
    [("445.6", "71.7", "319"), ("461", "69.9", "322"), ("511", "69.2", "354")],
)
def test_manchesters_local_pounds_from_its_total_and_share(
    total: str, share: str, local: str
) -> None:
    spent = D(total) * D(share) / 100
    base = lines(
        {"amount": round(spent, 4), "office": "town"},
        {"amount": round(D(total) - spent, 4), "office": "nation"},
    )
    assert round(measures.by_band(base, "office")[0]["share"] * 100, 1) == float(share)
    assert round(measures.local_range(base, "office")[0]) == int(local)


def test_the_multiplier_of_northumberland() -> None:
    """Local suppliers spent 76 % locally again, others 36 %: £1 gives £1.76 and £0.36 more."""
    one = lm3(D("1"), (D("1"), D("1")), (D("0.76"), D("0.76")))
    assert one.low - 1 == one.high - 1 == D("1.76")
    none = lm3(D("1"), (D("0"), D("0")), (D("0.36"), D("0.36")))
    assert none.low == D("1.0000")


def test_the_multiplier_without_a_survey_is_as_wide_as_what_is_not_known() -> None:
    made = lm3(D("1000"), (D("500"), D("550")), (D("0"), D("1")))
    assert (made.low, made.high) == (D("1.5000"), D("2.1000"))
    assert made.assumed == "round 3 altogether"
    asked = lm3(D("1000"), (D("500"), D("550")), (D("0.6"), D("0.6")), D("250"))
    assert (asked.low, asked.high) == (D("1.6500"), D("2.0000"))
    with pytest.raises(ValueError, match="no more than"):
        lm3(D("1000"), (D("500"), D("550")), (D("0.6"), D("0.6")), D("501"))
    for bad in (
        (D("0"), (D("0"), D("0"))),
        (D("10"), (D("11"), D("11"))),
        (D("10"), (D("5"), D("4"))),
    ):
        with pytest.raises(ValueError, match="spen"):
            lm3(*bad, (D("0"), D("1")))


@given(st.integers(1, 10**6), st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_a_multiplier_is_the_sum_of_three_rounds(
    spent: int, local: int, again: int, answered: int
) -> None:
    """Worked out pound by pound in fractions: of the local money a part answered, the rest may do
    either."""
    part = D(spent) * local / 100
    made = lm3(D(spent), (part, part), (D(again) / 100, D(again) / 100), part * answered / 100)
    second = Fraction(spent * local, 100)
    told = second * Fraction(answered, 100) * Fraction(again, 100)
    silent = second * Fraction(100 - answered, 100)
    for found, third in ((made.low, told), (made.high, told + silent)):
        exact = (spent + second + third) / spent
        assert abs(Fraction(found) - exact) <= Fraction(1, 20_000)
        assert 1 <= exact <= 3


# Places, and the whole way


def test_lookups_of_postcodes_in_each_form(tmp_path: Path) -> None:
    (tmp_path / "onspd.csv").write_text(
        "pcd7,pcd8,pcds,dointr,doterm,oscty,oslaua,rgn,ctry\n"
        "SG1 1AA,SG1  1AA,SG1 1AA,198001,202001,E10000015,E07000243,E12000006,E92000001\n"
    )
    (tmp_path / "point.csv").write_text(
        '"SG1 1AB",10,523756,223477,"E92000001","E19000001","E18000006","E10000015",'
        '"E07000243","E05004813"\n"SG1 1AA",10,1,1,"E92000001","","","","E07000999",""\n'
    )
    found = places.postcodes([tmp_path / "onspd.csv", tmp_path / "point.csv"]).to_pylist()
    assert found == [
        {
            "postcode": "SG11AA",
            "district": "E07000243",
            "county": "E10000015",
            "region": "E12000006",
            "nation": "E92000001",
            "ward": None,
            "easting": 1,
            "northing": 1,
        },
        {
            "postcode": "SG11AB",
            "district": "E07000243",
            "county": "E10000015",
            "region": None,
            "nation": "E92000001",
            "ward": "E05004813",
            "easting": 523756,
            "northing": 223477,
        },
    ]
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match=r"odd\.csv is no lookup"):
        places.postcodes([tmp_path / "odd.csv"])


@real
def test_real_lookups_are_read() -> None:
    folder = SHARED / "geo"
    made = places.postcodes(
        [
            folder / "onspd_sample" / "onspd_sample_2025-09.csv.gz",
            folder / "codepoint_2014" / "sg.csv.gz",
        ]
    )
    found = {row["postcode"]: row["district"] for row in made.to_pylist()}
    assert (found["SG11AA"], found["AB10AA"]) == ("E07000243", "S12000033")
    points = {row["postcode"]: (row["easting"], row["northing"]) for row in made.to_pylist()}
    assert None not in points["SG11AA"] + points["AB10AA"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    (folder / "companies.csv").write_text(
        "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus\n"
        "ACORN CARE CO-OPERATIVE LIMITED,RS000101,SG1 1AA,Registered Society,Active\n"
        "BIRCHWOOD SYSTEMS LIMITED,00000102,LU1 1AA,Private Limited Company,Active\n"
        "ELMFIELD COLLEGE SERVICES LIMITED,00000103,SG1 1AA,Private Limited Company,Active\n"
    )
    build(folder / "store", [folder / "companies.csv"])
    (folder / "points.csv").write_text(
        "pcds,oslaua,oscty,rgn,ctry\nSG1 1AA,E07000243,E10000015,E12000006,E92000001\n"
        "LU1 1AA,E06000032,E99999999,E12000006,E92000001\n"
    )
    (folder / "council.csv").write_text(
        "Supplier,Date,Amount,Expense type\nAcorn Care Co-op Ltd,13/04/2024,600.10,Care\n"
        "Birchwood Systems,14/04/2024,300.20,IT\nMrs Ada Lee,15/04/2024,99.70,Care\n"
        "Elmfield College Services Ltd,16/04/2024,5000,Training\n"
    )
    (folder / "college.csv").write_text(
        "Supplier,Date,Amount,Expense type\nAcorn Care Co-operative,13/07/2024,100,Care\n"
        "Nobody At All plc,14/07/2024,50,Care\n"
    )
    return folder


def words(town: Path, *more: str) -> list[str]:
    return [
        "measure",
        "--anchor",
        "Council",
        str(town / "council.csv"),
        "--anchor",
        "College",
        str(town / "college.csv"),
        "--anchor-id",
        "GB-COH-00000103",
        "--register",
        str(town / "store"),
        "--postcodes",
        str(town / "points.csv"),
        "--town",
        "E07000243",
        "--county",
        "E10000015",
        "--region",
        "E12000006",
        *more,
    ]


def test_from_files_of_payments_to_a_share_that_can_be_defended(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words(town, "--json")) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["office"]["town_gbp"] == {"at_least": 700.1, "at_most": 849.8, "of": 1150.0}
    assert [(row["band"], row["amount"]) for row in made["office"]["bands"]] == [
        ("town", 700.1),
        ("region", 300.2),
        ("unknown", 149.7),
    ]
    assert made["between_anchors"] == [
        {"anchor": "Council", "supplier": "GB-COH-00000103", "lines": 1, "amount": 5000.0}
    ]
    assert {row["value"]: row["amount"] for row in made["ownership"]} == {
        "co-operative or mutual": 700.1,
        "private company elsewhere": 300.2,
        "unknown": 149.7,
    }
    assert made["match_rate"]["by_value"] == pytest.approx(1000.3 / 1150)
    assert made["precision"] is None
    assert [row["quarter"] for row in made["office"]["quarters"]] == ["2024-04-01", "2024-07-01"]
    assert "Lee" not in json.dumps(made)


def test_a_group_counts_at_its_parent_and_as_owned_elsewhere(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def body(own: str, name: str, number: str, country: str) -> dict[str, object]:
        ids = [{"scheme": "GB-COH", "id": number}] if number else []
        return {
            "statementID": own,
            "statementType": "entityStatement",
            "name": name,
            "incorporatedInJurisdiction": {"code": country},
            "identifiers": ids,
        }

    def owns(child: str, owner: str, least: int) -> dict[str, object]:
        return {
            "statementID": f"{child}-{owner}",
            "statementType": "ownershipOrControlStatement",
            "subject": {"describedByEntityStatement": child},
            "interestedParty": {"describedByEntityStatement": owner},
            "interests": [{"type": "shareholding", "share": {"minimum": least}}],
        }

    said = [
        body("b", "BIRCHWOOD SYSTEMS LIMITED", "00000102", "GB"),
        body("h", "HOLDCO", "", "FR"),
        owns("b", "h", 75),
        body("a", "ACORN", "RS000101", "GB"),
        owns("a", "h", 50),
    ]
    (town / "owners.jsonl").write_text("".join(json.dumps(one) + "\n" for one in said))
    build(town / "store", [town / "owners.jsonl"])
    assert cli.main(words(town, "--json")) == 0
    made = json.loads(capsys.readouterr().out)
    assert {row["value"]: row["amount"] for row in made["ownership"]} == {
        "co-operative or mutual": 700.1,
        "company of a group with its parent elsewhere": 300.2,
        "unknown": 149.7,
    }
    # Acorn and Birchwood are one hand now, beside a name that stands for itself.
    assert made["concentration"]["suppliers"] == 2
    # Another file of a register leaves what is known of owners as it is.
    build(town / "store", [town / "companies.csv"])
    assert cli.main(words(town, "--json")) == 0
    assert "group with its parent" in capsys.readouterr().out


def test_precision_comes_from_a_sample_that_people_checked(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sample.csv"
    assert cli.main(words(town, "--sample", str(out))) == 0
    assert "precision of matches: not known" in capsys.readouterr().out
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert {row["supplier_name"] for row in rows} == {
        "Acorn Care Co-op Ltd",
        "Acorn Care Co-operative",
        "Birchwood Systems",
        "Elmfield College Services Ltd",
    }
    with out.open("w", newline="") as file:
        write = csv.DictWriter(file, list(rows[0]))
        write.writeheader()
        write.writerows({**row, "right": "no" if at == 0 else "Yes"} for at, row in enumerate(rows))
    assert cli.main(words(town, "--checked", str(out))) == 0
    assert (
        "precision of matches: 75.0% (30.1% to 95.4%, 4 checked by people)"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name\nx\n", "has no column right"),
        ("right\nmaybe\n", "says 'maybe'"),
        ('right\n""\n', "Nobody has checked"),
    ],
)
def test_a_sample_that_cannot_count_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        report.checks(text.encode())


def test_a_file_that_does_not_reconcile_is_not_measured(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from localwealth.sources import payments

    monkeypatch.setattr(payments.Reading, "reconciles", property(lambda self: False))
    assert cli.main(words(town)) == 2
    assert "does not reconcile, so it is refused" in capsys.readouterr().err
