"""Local spend: the sums behind its figures, what is said of them, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.spend import measures, report
from localwealth.spend.lines import MONEY, Home
from localwealth.spend.multiplier import ANSWERS_AT_LEAST, Lm3, Respent, lm3, respent
from localwealth.spend.opportunities import able

D = Decimal
POUNDS = st.integers(0, 10**9).map(D)
SHARES = st.integers(0, 1000).map(lambda thousandths: D(thousandths) / 1000)


def lines_of(*rows: tuple[str | None, str, str, bool]) -> duckdb.DuckDBPyConnection:
    """Lines of one anchor: (supplier, pounds, band of office and site, to another anchor)."""
    base = duckdb.connect()
    suppliers, pounds, bands, to_anchor = zip(*rows, strict=True) if rows else ([], [], [], [])
    columns = {
        "anchor": pa.array(["Oakby"] * len(rows), pa.string()),
        "day": pa.array([None] * len(rows), pa.date32()),
        "invoiced": pa.array([None] * len(rows), pa.date32()),
        "amount": pa.array([D(each) for each in pounds], MONEY),
        "category": pa.array([None] * len(rows), pa.string()),
        "supplier": pa.array(suppliers, pa.string()),
        "known": pa.array([name is not None for name in suppliers], pa.bool_()),
        "parent": pa.array(suppliers, pa.string()),
        "to_anchor": pa.array(to_anchor, pa.bool_()),
        "office": pa.array(bands, pa.string()),
        "site": pa.array(bands, pa.string()),
        **{key: pa.array([None] * len(rows), pa.string()) for key in ("kind", "size", "sic")},
        "sized": pa.array([None] * len(rows), pa.date32()),
    }
    base.register("paid", pa.table(columns))
    base.execute("create table lines as from paid")
    return base


# The three rounds


@pytest.mark.parametrize(
    ("spent", "local", "again", "answered", "low", "high"),
    [
        # Northumberland's own way: all is known.
        ("100", ("100", "100"), ("0.76", "0.76"), None, "2.7600", "2.7600"),
        ("100", ("40", "60"), ("0", "1"), None, "1.4000", "2.2000"),
        ("100", ("40", "60"), ("0.5", "0.5"), None, "1.6000", "1.9000"),
        # Of what nobody answered for nothing is known: at least nought, at most all.
        ("100", ("40", "60"), ("0.5", "0.5"), "20", "1.5000", "2.1000"),
        ("100", ("40", "60"), ("0.5", "0.5"), "40", "1.6000", "2.0000"),
        ("100", ("40", "60"), ("0.5", "0.5"), "0", "1.4000", "2.2000"),
        ("100", ("0", "0"), ("0", "1"), "0", "1.0000", "1.0000"),
        ("3", ("1", "1"), ("0", "0"), None, "1.3333", "1.3333"),
    ],
)
def test_the_multiplier_is_three_rounds_over_the_first(
    spent: str,
    local: tuple[str, str],
    again: tuple[str, str],
    answered: str | None,
    low: str,
    high: str,
) -> None:
    multiplied = lm3(
        D(spent),
        (D(local[0]), D(local[1])),
        (D(again[0]), D(again[1])),
        None if answered is None else D(answered),
    )
    assert (multiplied.low, multiplied.high) == (D(low), D(high))
    assert ("by survey" in multiplied.measured) == (answered is not None)


def test_a_multiplier_says_what_was_measured_and_what_assumed() -> None:
    half = lm3(D(100), (D(40), D(60)), (D(0), D(1)), D(20))
    assert half == Lm3(
        half.low,
        half.high,
        "rounds 1 and 2 from payments; round 3 of 50% of round 2 by survey",
        "round 3 of 50% of round 2",
    )
    assert lm3(D(100), (D(40), D(60)), (D(0), D(1))).assumed == "round 3 altogether"


@pytest.mark.parametrize(
    ("spent", "local", "again", "answered", "sentence"),
    [
        ("0", ("0", "0"), ("0", "1"), None, "Nothing was spent"),
        ("-5", ("0", "0"), ("0", "1"), None, "Nothing was spent"),
        ("100", ("-1", "60"), ("0", "1"), None, "between nothing and all that is spent"),
        ("100", ("60", "40"), ("0", "1"), None, "between nothing and all that is spent"),
        ("100", ("40", "101"), ("0", "1"), None, "between nothing and all that is spent"),
        ("100", ("40", "60"), ("-0.1", "1"), None, "A share lies between 0 and 1"),
        ("100", ("40", "60"), ("0.6", "0.5"), None, "A share lies between 0 and 1"),
        ("100", ("40", "60"), ("0", "1.1"), None, "A share lies between 0 and 1"),
        ("100", ("40", "60"), ("0", "1"), "41", "was paid no more than what is spent locally"),
        ("100", ("40", "60"), ("0", "1"), "-1", "was paid no more than what is spent locally"),
    ],
)
def test_a_part_that_is_more_than_its_whole_is_refused(
    spent: str, local: tuple[str, str], again: tuple[str, str], answered: str | None, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        lm3(
            D(spent),
            (D(local[0]), D(local[1])),
            (D(again[0]), D(again[1])),
            None if answered is None else D(answered),
        )


@given(st.tuples(POUNDS, POUNDS, POUNDS).map(sorted), st.tuples(SHARES, SHARES).map(sorted))
def test_a_multiplier_lies_between_one_and_three(pounds: list[D], again: list[D]) -> None:
    low, high, spent = pounds
    if spent == 0:
        return
    multiplied = lm3(spent, (low, high), (again[0], again[1]))
    assert 1 <= multiplied.low <= multiplied.high <= 3
    # Who asks some of the suppliers knows no less than who asks none and assumes anything.
    assumed = lm3(spent, (low, high), (D(0), D(1)))
    surveyed = lm3(spent, (low, high), (again[0], again[1]), low)
    assert assumed.low <= surveyed.low <= surveyed.high <= assumed.high


@pytest.mark.parametrize("number", [ANSWERS_AT_LEAST - 1, ANSWERS_AT_LEAST])
def test_what_suppliers_answered_is_told_from_five_on(number: int) -> None:
    base = lines_of(
        *((f"S{n}", "100", "town", False) for n in range(number)),
        # Elsewhere, to another anchor, or with more returned than paid: not of the town's round.
        *(("E", "900", "county", False), ("A", "900", "town", True), ("R", "-9", "town", False)),
    )
    answers = [(f"S{n}", "0.5" if n else "1") for n in range(number)]
    answers += [("E", "1"), ("A", "1"), ("R", "1"), ("nobody", "1")]
    base.execute("create table answers (supplier varchar, share decimal(6, 4))")
    base.executemany("insert into answers values (?, ?)", answers)
    told = respent(base)
    if number < ANSWERS_AT_LEAST:
        assert told is None
    else:
        assert told == Respent(D("0.600000"), D("500.0000"), 5)


# Shares


@pytest.mark.parametrize(
    ("parts", "mean", "of_sum"),
    [
        ([], None, None),
        ([("A", "50", "100")], "0.5", "0.5"),
        ([("A", "0", "100"), ("B", "1", "1")], "0.5", "0.0099010"),
        # Who paid nothing has no share, and none is made up.
        ([("A", "0", "0"), ("B", "1", "2")], "0.5", "0.5"),
        ([("A", "0", "0")], None, None),
    ],
)
def test_the_mean_of_shares_is_not_the_share_of_the_sum(
    parts: list[tuple[str, str, str]], mean: str | None, of_sum: str | None
) -> None:
    figures = measures.mean_and_sum([(who, D(local), D(paid)) for who, local, paid in parts])
    for name, expected in (("mean_of_shares", mean), ("share_of_the_sum", of_sum)):
        figure = figures[name]
        assert (figure if figure is None else round(figure, 7)) == (expected and D(expected))
    assert [who for who, _ in figures["shares"]] == [who for who, *_ in parts]


@pytest.mark.parametrize(
    ("upto", "low", "high"),
    [("town", 1, 33), ("county", 3, 35), ("region", 7, 39), ("nation", 15, 47), ("abroad", 31, 63)],
)
def test_what_counts_as_local_is_every_band_up_to_one(upto: str, low: int, high: int) -> None:
    bands = [{"band": band, "amount": D(2**at)} for at, band in enumerate(measures.BANDS)]
    assert measures.range_of(bands, upto) == (low, high, 63)
    assert measures.range_of([], upto) == (0, 0, 0)
    assert measures.range_of(bands[-1:], upto) == (0, 32, 32)


@pytest.mark.parametrize(
    ("right", "checked", "low", "high"),
    # R: prop.test(right, checked, correct = FALSE)$conf.int
    [
        (190, 200, 0.9104, 0.9726),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_an_interval_is_wilsons(right: int, checked: int, low: float, high: float) -> None:
    share, least, most = measures.interval(right, checked)
    assert share == right / checked
    assert (round(least, 4), round(most, 4)) == (low, high)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_is_the_same_from_both_sides(pair: tuple[int, int]) -> None:
    right, checked = pair
    share, low, high = measures.interval(right, checked)
    assert 0 <= low <= share <= high <= 1
    assert (low == 0, high == 1) == (right == 0, right == checked)
    _, of_wrong, upto = measures.interval(checked - right, checked)
    assert (1 - upto, 1 - of_wrong) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


@pytest.mark.parametrize(("right", "checked"), [(0, 0), (-1, 5), (6, 5), (1, 0)])
def test_a_sample_of_nothing_is_refused(right: int, checked: int) -> None:
    with pytest.raises(ValueError, match="at least one check, and no more right ones than checks"):
        measures.interval(right, checked)


# A sample that people have checked


@pytest.mark.parametrize(
    ("text", "right", "checked"),
    [
        ("right\nyes\nno\n", 1, 2),
        ("name,right\nA,Y\nB, TRUE \nC,1\nD,right\n", 4, 4),
        ("right,name\nN,A\nfalse,B\n0,C\nWrong,D\n,E\n", 0, 4),
        ("\ufeffright\r\nYes\r\n\r\n", 1, 1),
    ],
)
def test_a_checked_sample_is_counted(text: str, right: int, checked: int) -> None:
    assert report.checks(text.encode()) == (right, checked)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name\nA\n", "The checked sample has no column right"),
        ("", "The checked sample has no column right"),
        ("right\nperhaps\n", "The column right says 'perhaps'; it takes yes or no"),
        ("right,name\n,A\n,B\n", "Nobody has checked the sample yet"),
        ("right,name\n", "Nobody has checked the sample yet"),
    ],
)
def test_a_sample_that_nobody_checked_says_so(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        report.checks(text.encode())


# Everything


def test_of_no_payment_nothing_is_made_up() -> None:
    figures = report.everything(lines_of())
    assert figures["match_rate"] == {
        "lines": 0,
        "amount": None,
        "by_rows": None,
        "by_value": None,
    }
    assert figures["office"]["town_gbp"] == {"at_least": 0, "at_most": 0, "of": 0}
    assert figures["office"]["anchors"]["mean_of_shares"] is None
    assert (figures["lm3"], figures["precision"], figures["between_anchors"]) == (None, None, [])
    assert figures["concentration"] == {"suppliers": 0, "hhi": 0, "top_10": 0, "largest": 0}
    text = report.as_text(figures)
    assert "0 payments, £0.00; matched to a register: - of rows, - of value" in text
    assert "precision of matches: not known" in text
    assert "LM3" not in text


def test_where_more_came_back_than_was_paid_there_is_no_multiplier() -> None:
    assert report.everything(lines_of(("A", "-5", "town", False)))["lm3"] is None
    # As there is none where the town's own sum is below nought.
    base = lines_of(("A", "-5", "town", False), ("B", "50", "county", False))
    assert report.everything(base)["lm3"] is None


def test_the_multiplier_takes_what_suppliers_told_and_no_more_than_is_local() -> None:
    base = lines_of(("A", "60", "town", False), ("B", "40", "county", False))
    assumed = report.everything(base)["lm3"]
    assert (assumed["low"], assumed["high"], assumed["answers"]) == (D("1.6"), D("2.2"), 0)
    told = report.everything(base, respent=Respent(D("0.5"), D(999), 7))["lm3"]
    assert (told["low"], told["high"], told["answers"]) == (D("1.9"), D("1.9"), 7)


def test_the_report_says_each_figure_with_what_it_is_of() -> None:
    base = lines_of(
        *(
            ("A", "600", "town", False),
            ("B", "300", "county", False),
            (None, "100", "unknown", False),
        ),
        ("Elm", "9999", "town", True),
    )
    text = report.as_text(report.everything(base, checked=(19, 20)))
    for sentence in (
        "3 payments, £1,000.00; matched to a register: 66.7% of rows, 90.0% of value",
        "precision of matches: 95.0% (76.4% to 99.1%, 20 checked by people)",
        "By registered office: between 60.0% and 70.0% stays in the town",
        "By place of trading: between 60.0% and 70.0% stays in the town",
        "Voluntary sector: £0.00, 0.0% of all",
        "2 suppliers; HHI 5,556 of 10,000; the ten largest have 100.0%, the largest 66.7%",
        "Between anchors, left out above: £9,999.00",
        "LM3 between 1.6000 and 2.4000",
    ):
        assert sentence in text, sentence


@pytest.mark.parametrize(("figure", "plain"), [(D("1.5"), 1.5), (date(2026, 1, 2), "2026-01-02")])
def test_money_and_days_for_json(figure: object, plain: object) -> None:
    assert report.plain(figure) == plain


def test_nothing_else_is_made_text_of() -> None:
    with pytest.raises(TypeError, match="set"):
        report.plain({1})


# Concentration


@settings(max_examples=15)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=14))
def test_concentration_is_the_sum_of_squared_shares(pounds: list[int]) -> None:
    base = lines_of(*((f"S{n:02}", str(each), "town", False) for n, each in enumerate(pounds)))
    spread, total = measures.concentration(base), sum(pounds)
    squares = sum((each / total) ** 2 for each in pounds)
    assert spread["hhi"] == pytest.approx(10_000 * squares, abs=1e-5)
    assert spread["largest"] == pytest.approx(max(pounds) / total, abs=1e-8)
    assert spread["top_10"] == pytest.approx(sum(sorted(pounds)[-10:]) / total, abs=1e-8)
    assert spread["suppliers"] == len(pounds)


def test_why_an_office_is_not_known_is_told_by_its_reason() -> None:
    base = lines_of(
        *((None, "50", "unknown", False), ("A", "30", "unknown", False)),
        *(("B", "20", "unknown", False), ("C", "100", "town", False)),
    )
    base.execute("update lines set known = false where supplier = 'B'")
    told = measures.unknown_because(base)
    assert [(row["value"], row["lines"], row["amount"], row["share"]) for row in told] == [
        ("the payee is not named", 1, 50, 0.25),
        ("the register gives no postcode that is known", 1, 30, 0.15),
        ("the payee is in no register, or not surely", 1, 20, 0.1),
    ]


# Who here could supply it


def test_firms_of_the_town_that_could_supply_a_category() -> None:
    base = lines_of(*(("X", "10", "nation", False),) * 3)
    base.execute("update lines set category = 'Print', sic = '18129'")
    rows: list[dict[str, Any]] = [
        {"id": "1", "name": "ACORN PRINT", "postcode": "bk1 1aa"},
        {"id": "2", "name": "BIRCH PRINT", "postcode": "BK1 1AA"},
        {"id": "X", "name": "PAID BEFORE", "postcode": "BK1 1AA"},
        {"id": "3", "name": "ENDED", "postcode": "BK1 1AA", "ended": date(2020, 1, 1)},
        {"id": "4", "name": "BROKE", "postcode": "BK1 1AA", "status": "liquidation"},
        {"id": "5", "name": "ELSEWHERE", "postcode": "ZZ1 1AA"},
        {"id": "6", "name": "ANOTHER TRADE", "postcode": "BK1 1AA", "sic": "01110"},
    ]
    columns = ("id", "name", "postcode", "sic", "status", "ended")
    whole = [{"sic": "18129", "status": None, "ended": None} | row for row in rows]
    types = {"ended": pa.date32()}
    table = {
        key: pa.array([row[key] for row in whole], types.get(key, pa.string())) for key in columns
    }
    base.register("entries", pa.table(table))
    base.register("places", pa.table({"postcode": ["BK11AA", "ZZ11AA"], "district": ["E1", "E2"]}))
    able(base, Home("E1"), most=2)
    # Who was paid before stands first, then by name; no more than so many.
    listed = base.execute("select category, id, paid from able").fetchall()
    assert listed == [("Print", "X", True), ("Print", "1", False)]
    assert base.execute("select * from able_counts").fetchall() == [("Print", 3, 1)]
