"""Figures that others published or worked out, each beside the product's own: what
`test_regional` compares whole tables with stands here by name, and what it leaves out."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from localwealth.errors import UnreadableFile
from localwealth.regional import quotients, sources
from localwealth.regional.multipliers import (
    Closure,
    closed,
    coefficients,
    effects,
    inverse,
    output_multipliers,
    per_output,
)
from localwealth.regional.tables import Table, check, grouped

from .test_regional import (
    A38,
    INCOME_OF_SCOTLAND,
    SECTIONS,
    SHARED,
    group_of,
    jobs_by,
    published,
    real,
    table_of,
    with_total,
)

ONS, SCOTLAND = "ONS_UK_IO_2019.xlsx", "Scotland_IO_2019.xlsx"
CSV = """industry,A,B,C,D,total,households,other final use,total use
A,10,20,30,40,100,100,600,800
B,50,10,30,20,110,90,500,700
C,30,40,10,20,100,50,450,600
D,20,10,40,30,100,40,360,500
imports,90,60,50,40
compensation of employees,300,200,150,100
gross value added,600,560,440,350
output,800,700,600,500
"""


def by_code(table: Table, figures: np.ndarray) -> dict[str, float]:
    return dict(zip(table.codes, figures.tolist(), strict=True))


def radius(table: Table) -> float:
    """The spectral radius of its coefficients: under 1 it can be inverted."""
    return float(np.abs(np.linalg.eigvals(coefficients(table))).max())


# --- Published multipliers by name ---------------------------------------------------------------


@real
def test_multipliers_of_the_uk_by_name():
    table = table_of(ONS)
    total = inverse(coefficients(table))
    output = by_code(table, output_multipliers(table, total))
    named = {"A01": 2.034841, "C16": 1.501580, "D351": 2.649575, "M692": 1.238104, "S96": 1.291123}
    assert {code: output[code] for code in named} == pytest.approx(named, abs=5e-7)
    for amounts, expected in ((table.gva, 2.164954), (table.pay, 3.078444)):
        multiplier = effects(table, total, per_output(table, amounts)).multiplier
        assert by_code(table, multiplier)["A01"] == pytest.approx(expected, abs=5e-7)


@real
def test_multipliers_of_scotland_by_name():
    table = table_of(SCOTLAND)
    bought = coefficients(table)
    second = inverse(closed(table, bought, Closure("income", INCOME_OF_SCOTLAND)))
    one, two = (by_code(table, output_multipliers(table, t)) for t in (inverse(bought), second))
    names = dict(zip(table.names, table.codes, strict=True))
    for name, first, both in (
        ("Agriculture", 1.500812, 1.629426),
        ("Motor vehicles", 1.310168, 1.474821),
        ("Food & beverage services", 1.276296, 1.543274),
        ("Households as employers", 1.0, 1.535710),
    ):
        code = next(
            code for label, code in names.items() if label.casefold().startswith(name.casefold())
        )
        assert (one[code], two[code]) == pytest.approx((first, both), abs=1e-6), name


@real
def test_jobs_of_scotland_by_type_two():
    """The workbook has no row of jobs: what each industry has for £1 million is taken out of its
    published effects of type I, so that those of type I prove nothing and those of type II do."""
    table = table_of(SCOTLAND)
    bought = coefficients(table)
    first, second = (published(SCOTLAND, f"Type {kind} multipliers", 1, 3) for kind in ("I", "II"))
    column = 4
    stated = np.array([first.get(code, [np.nan] * 13)[column] for code in table.codes])
    jobs = np.linalg.solve(inverse(bought).T, np.nan_to_num(stated))
    total = inverse(closed(table, bought, Closure("income", INCOME_OF_SCOTLAND)))
    ours = effects(table, total, jobs).effect
    theirs = np.array([second.get(code, [np.nan] * 13)[column] for code in table.codes])
    assert np.isfinite(ours).sum() == 97
    assert np.nanmax(np.abs(ours - theirs)) < 1e-6


@real
def test_pay_alone_is_not_what_scotland_closes_with():
    """Its type II rests on all household income, which stands in no sheet: of its mean of 1.56
    pay alone makes 1.80."""
    table = table_of(SCOTLAND)
    bought = coefficients(table)
    means = [
        np.nanmean(output_multipliers(table, inverse(closed(table, bought, closure))))
        for closure in (Closure("income", INCOME_OF_SCOTLAND), Closure("pay"))
    ]
    assert means == pytest.approx([1.558, 1.800], abs=0.001)
    stated = published(SCOTLAND, "Type II multipliers", 1, 3)
    theirs = np.array([stated.get(code, [np.nan] * 13)[0] for code in table.codes])
    # What income makes the published figure of one industry is what it makes of all.
    at = table.codes.index("01")

    def of_type_two(income: float) -> float:
        return output_multipliers(table, inverse(closed(table, bought, Closure("income", income))))[
            at
        ]

    low, high = 120_000.0, 200_000.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if of_type_two(middle) > theirs[at] else (low, middle)
    assert low == pytest.approx(INCOME_OF_SCOTLAND, abs=1)


@real
def test_the_netherlands_closed_by_pay():
    """Published figures of type II rest on a rounded column of households; this is unrounded."""
    table = table_of("netherlands_2000.csv")
    pay = per_output(table, table.pay)
    total = inverse(closed(table, coefficients(table), Closure("pay")))
    assert effects(table, total, pay).multiplier[0] == pytest.approx(3.6784, abs=5e-5)


# --- A nation's table for an area ----------------------------------------------------------------

# In per cent: national coefficients, SLQ, CILQ, FLQ at three δ, AFLQ, what is above one.
ERRORS = {
    "sections": (SECTIONS, (26.2, 18.4, 17.5, 7.5, 5.7, 8.1, 5.1, 20.8)),
    "A38": (A38, (24.5, 15.8, 15.8, 8.3, 6.5, 7.3, 6.3, 28.2)),
}


@real
@pytest.mark.parametrize("grouping", ERRORS)
def test_the_table_of_errors_on_the_page_of_the_method(grouping):
    ends, expected = ERRORS[grouping]
    uk, scotland = (
        grouped(table, {code: group_of(code, ends) for code in table.codes})
        for table in (table_of(ONS), table_of(SCOTLAND))
    )
    order = [scotland.codes.index(code) for code in uk.codes]
    official = output_multipliers(scotland, inverse(coefficients(scotland)))[order]
    region, nation = (
        np.array([jobs_by(ends, f"{name}_BRES_2019_Employment.xlsx")[code] for code in uk.codes])
        for name in ("Scotland", "UK")
    )
    bought = coefficients(uk)

    def by(method: str, delta: float = 0.25) -> np.ndarray:
        area = quotients.regionalised(bought, method, region, nation, delta)
        return output_multipliers(uk, inverse(area))

    def error(multipliers: np.ndarray, less: float = 0.0) -> float:
        ratio = np.abs(multipliers - official) / (official - less)
        return float(np.mean(ratio)) * 100

    ours = [error(output_multipliers(uk, inverse(bought))), error(by("slq")), error(by("cilq"))]
    ours += [error(by("flq", delta)) for delta in quotients.DELTAS]
    ours += [error(by("aflq")), error(by("flq"), less=1.0)]
    assert ours == pytest.approx(expected, abs=0.051)


@real
def test_a_town_of_stevenages_jobs_has_a_band_wider_than_the_effect():
    """At δ 0.15, 0.25 and 0.35, as worked out once from other counts of these jobs; here by section
    as an open project has them, so that they come within 0.03."""
    path = SHARED / "data" / "economy" / "econstack" / "econstack_stevenage_employment.json"
    rows = json.loads(path.read_text())["sectors"]
    here = {row["sicSection"]: float(row["employment"]) for row in rows}
    nation = jobs_by(SECTIONS, "UK_BRES_2019_Employment.xlsx")
    table = table_of(ONS)
    table = grouped(table, {code: group_of(code, SECTIONS) for code in table.codes})
    region, everywhere = (
        np.array([jobs.get(code, 0.0) for code in table.codes]) for jobs in (here, nation)
    )
    bought = coefficients(table)
    by_delta = [
        by_code(
            table,
            output_multipliers(
                table, inverse(quotients.regionalised(bought, "flq", region, everywhere, delta))
            ),
        )
        for delta in quotients.DELTAS
    ]
    for section, expected in {
        "C": (1.168, 1.087, 1.046),
        "F": (1.416, 1.200, 1.103),
        "G": (1.153, 1.078, 1.041),
    }.items():
        band = [multipliers[section] for multipliers in by_delta]
        assert band == pytest.approx(expected, abs=0.03), section
        assert band[0] - band[2] > band[1] - 1


# --- That it can be inverted proves nothing ------------------------------------------------------


@real
def test_a_wrong_table_is_solved_as_gladly_as_the_right_one():
    """Turned round, and with its total read as an industry, a table still has an inverse: only the
    balances show what it is."""
    table = table_of(ONS)
    turned = np.abs(np.linalg.eigvals(table.flows.T / table.output)).max()
    assert (radius(table), turned) == pytest.approx((0.523, 0.523), abs=5e-4)
    sums = table.flows.sum(axis=1)[:, None]
    whole = replace(
        with_total(table),
        codes=(*table.codes, "all"),
        flows=np.block([[table.flows, sums], [table.flows.sum(axis=0), table.flows.sum()]]),
    )
    assert radius(whole) == pytest.approx(0.812, abs=5e-4)
    inverse(coefficients(whole))
    with pytest.raises(UnreadableFile, match="'all' is the total of all the others"):
        check(whole)


def changed(*changes: tuple[str, str]) -> bytes:
    text = CSV
    for pattern, instead in changes:
        text, count = re.subn(pattern, instead, text, flags=re.M)
        assert count, pattern
    return text.encode()


def turned_round() -> bytes:
    rows = [line.split(",") for line in CSV.splitlines()]
    width = max(map(len, rows))
    full = [row + [""] * (width - len(row)) for row in rows]
    return "\n".join(",".join(row) for row in zip(*full, strict=True)).encode()


# Flows alone turned round, with the totals that then come out beside them.
FLOWS_TURNED = changed(
    ("^A,.*", "A,10,50,30,20,110,100,600,800"),
    ("^B,.*", "B,20,10,40,10,80,90,500,700"),
    ("^C,.*", "C,30,30,10,40,110,50,450,600"),
    ("^D,.*", "D,40,20,20,30,110,40,360,500"),
)
UNLIKE = "The industries are not the same across the top and down the side: in place {} the top has"
WRONG = {
    "whole file turned": (turned_round(), "Rows and columns are swapped"),
    "flows turned": (FLOWS_TURNED, "Rows and columns are swapped"),
    "first row missing": (changed((r"^A,.*\n", "")), UNLIKE.format(1) + " 'A' and the side 'B'"),
    "third row missing": (changed((r"^C,.*\n", "")), UNLIKE.format(3) + " 'C' and the side 'D'"),
    "called otherwise": (changed(("^C,", "C1,")), UNLIKE.format(3) + " 'C' and the side 'C1'"),
    "last row missing": (changed((r"^D,.*\n", "")), "does not balance. By column"),
    "one cell below nought": (
        changed(("^A,10,20", "A,10,-20")),
        "A sale below nought: from A to B",
    ),
    "no value added": (changed(("^gross value added.*\n", "")), "no row of gross value added"),
    "no final use": (
        b"industry,A,B\nA,1,2\nB,3,4\ngross value added,5,6\noutput,9,9\n",
        "no column of final use",
    ),
    "no table": (b"a,b\n1,x\n", "No table industry by industry was found in the file."),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_refused_by_its_own_sentence(kind):
    content, sentence = WRONG[kind]
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        sources.read(content, "table.csv")


def test_the_right_one_is_read():
    table = sources.read(CSV.encode(), "table.csv")
    assert table.codes == ("A", "B", "C", "D")
    assert table.final.tolist() == [700, 590, 500, 400]
