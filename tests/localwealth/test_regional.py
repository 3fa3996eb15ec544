"""Regional input-output: published multipliers to their last digit, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.cli import main
from localwealth.errors import UnreadableFile
from localwealth.regional import extraction, quotients, report, sources
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
from localwealth.tables.grids import Grid, grids

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared"))
IO = SHARED / "data" / "economy" / "io"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)
INCOME_OF_SCOTLAND = 156_241
# Divisions of SIC 2007 by section, and by the 38 groups of NACE where these differ.
SECTIONS = {
    "A": 3,
    "B": 9,
    "C": 33,
    "D": 35,
    "E": 39,
    "F": 43,
    "G": 47,
    "H": 53,
    "I": 56,
    "J": 63,
    "K": 66,
    "L": 68,
    "M": 75,
    "N": 82,
    "O": 84,
    "P": 85,
    "Q": 88,
    "R": 93,
    "S": 96,
    "": 99,
}
A38 = {
    "A": 3,
    "B": 9,
    "CA": 12,
    "CB": 15,
    "CC": 18,
    "CD": 19,
    "CE": 20,
    "CF": 21,
    "CG": 23,
    "CH": 25,
    "CI": 26,
    "CJ": 27,
    "CK": 28,
    "CL": 30,
    "CM": 33,
    "D": 35,
    "E": 39,
    "F": 43,
    "G": 47,
    "H": 53,
    "I": 56,
    "JA": 60,
    "JB": 61,
    "JC": 63,
    "K": 66,
    "L": 68,
    "MA": 71,
    "MB": 72,
    "MC": 75,
    "N": 82,
    "O": 84,
    "P": 85,
    "QA": 86,
    "QB": 88,
    "R": 93,
    "S": 96,
    "": 99,
}
IMPUTED_RENT = {"L68A", "68.2IMP"}


# A workbook takes a second or two to unpack, whoever asks for which of its sheets.
unpacked = cache(grids)


def sheets_of(name: str) -> list[Grid]:
    return unpacked((IO / name).read_bytes(), name).sheets


@cache
def table_of(name: str, sheet: str | None = None) -> Table:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "grids", unpacked)
        return sources.read((IO / name).read_bytes(), name, sheet)


def published(name: str, sheet: str, code: int, first: int) -> dict[str, list[float]]:
    """Figures of a workbook's own sheet of multipliers by the industry's code; NaN for a mark."""

    def number(cell: str) -> float:
        return float(cell) if re.fullmatch(r"-?[\d.]*\d[\d.eE-]*", cell) else np.nan

    lines = next(grid.lines for grid in sheets_of(name) if grid.name == sheet)
    return {
        " ".join(line[code].split()): [number(cell) for cell in line[first:]]
        for line in lines[6:]
        if line[code].strip()
    }


def small() -> Table:
    """Two industries whose coefficients are those of a textbook."""
    output = np.array([1000.0, 2000.0])
    flows = np.array([[0.15, 0.25], [0.20, 0.05]]) * output
    return Table(
        title="Two",
        year=2009,
        codes=("1", "2"),
        names=("One", "Two"),
        flows=flows,
        households=np.array([50.0, 400.0]),
        final=output - flows.sum(axis=1),
        imports=np.array([50.0, 100.0]),
        taxes=np.zeros(2),
        pay=np.array([300.0, 500.0]),
        gva=output - flows.sum(axis=0) - [50.0, 100.0],
        output=output,
    )


def as_csv(table: Table) -> bytes:
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(["industry", *table.codes, "total", "households", "other final use", "total use"])
    for at, code in enumerate(table.codes):
        bought = table.households[at]
        write(
            [
                code,
                *table.flows[at],
                table.flows[at].sum(),
                bought,
                table.final[at] - bought,
                table.output[at],
            ]
        )
    for label, row in (
        ("imports", table.imports),
        ("taxes less subsidies on products", table.taxes),
        ("compensation of employees", table.pay),
        ("gross value added", table.gva),
        ("output", table.output),
    ):
        write([label, *row])
    return out.getvalue().encode()


# --- Known answers ------------------------------------------------------------------------------


def test_a_textbooks_two_industries():
    """Miller and Blair 2009, chapter 2."""
    total = inverse(np.array([[0.15, 0.25], [0.20, 0.05]]))
    assert total == pytest.approx(np.array([[1.2541, 0.3300], [0.2640, 1.1221]]), abs=5e-5)
    assert total @ [600, 1500] == pytest.approx([1247.52, 1841.58], abs=5e-3)
    larger = np.array([[0.15, 0.25, 0.05], [0.20, 0.05, 0.40], [0.30, 0.25, 0.05]])
    expected = [[1.3651, 0.4253, 0.2509], [0.5273, 1.3481, 0.5954], [0.5698, 0.4890, 1.2885]]
    assert inverse(larger) == pytest.approx(np.array(expected), abs=5e-5)


def test_households_are_one_more_industry():
    table = small()
    larger = closed(table, coefficients(table), Closure("pay"))
    assert larger[2] == pytest.approx([0.30, 0.25, 0])
    assert larger[:, 2] == pytest.approx([50 / 800, 400 / 800, 0])
    by_income = closed(table, coefficients(table), Closure("income", 1600.0))
    assert by_income[:, 2] == pytest.approx([50 / 1600, 400 / 1600, 0])


@real
def test_the_uk_in_2019_is_as_its_office_publishes_it():
    table = table_of("ONS_UK_IO_2019.xlsx")
    assert (table.year, len(table)) == (2019, 105)
    within = 1e-6
    assert np.abs(table.flows.sum(axis=1) + table.final - table.output).max() < within
    paid = table.flows.sum(axis=0) + table.imports + table.taxes + table.gva
    assert np.abs(paid - table.output).max() < within
    total = inverse(coefficients(table))
    stated = published("ONS_UK_IO_2019.xlsx", "Multipliers", 0, 2)
    assert set(table.codes) < set(stated)
    for column, figures, count in (
        (7, output_multipliers(table, total), 105),
        (6, effects(table, total, per_output(table, table.gva)).multiplier, 105),
        (4, effects(table, total, per_output(table, table.pay)).multiplier, 104),
    ):
        theirs = np.array([stated[code][column] for code in table.codes])
        assert np.isfinite(theirs).sum() == np.isfinite(figures).sum() == count
        assert np.nanmax(np.abs(figures - theirs)) < 1e-9
    by_code = dict(zip(table.codes, output_multipliers(table, total), strict=True))
    assert by_code["A01"] == pytest.approx(2.034841, abs=5e-7)
    assert by_code["D351"] == pytest.approx(2.649575, abs=5e-7)


@real
def test_scotland_in_2019_is_as_its_government_publishes_it():
    table = table_of("Scotland_IO_2019.xlsx")
    assert (table.year, len(table)) == (2019, 98)
    assert np.abs(table.flows.sum(axis=1) + table.final - table.output).max() < 0.002
    bought = coefficients(table)
    first = inverse(bought)
    second = inverse(closed(table, bought, Closure("income", INCOME_OF_SCOTLAND)))
    # Tobacco, 12, has no output; 68.2IMP has nobody who is paid.
    assert list(np.array(table.codes)[~table.has_output]) == ["12"]
    pay, gva = per_output(table, table.pay), per_output(table, table.gva)
    for sheet, total in (("Type I multipliers", first), ("Type II multipliers", second)):
        stated = published("Scotland_IO_2019.xlsx", sheet, 1, 3)
        for column, figures, count in (
            (0, output_multipliers(table, total), 97),
            (2, effects(table, total, pay).effect, 97),
            (6, effects(table, total, gva).effect, 97),
            (8, effects(table, total, pay).multiplier, 96),
            (12, effects(table, total, gva).multiplier, 97),
        ):
            theirs = np.array([stated.get(code, [np.nan] * 13)[column] for code in table.codes])
            assert np.isfinite(figures).sum() == count
            assert np.nanmax(np.abs(figures - theirs)) < 1e-6
    households = output_multipliers(table, second)[table.codes.index("97")]
    assert households == pytest.approx(1.535710, abs=1e-6)


@real
def test_the_netherlands_in_2000():
    """SPICOSA specification sheet (hal-03233439)."""
    table = table_of("netherlands_2000.csv")
    total = inverse(coefficients(table))
    pay = effects(table, total, per_output(table, table.pay))
    assert pay.effect == pytest.approx([0.263, 0.099, 0.306, 0.212, 0.465, 0.493], abs=5e-4)
    expected = [2.466, 2.333, 1.840, 2.372, 1.953, 1.417]
    assert pay.multiplier == pytest.approx(expected, abs=5e-4)
    expected = [1.7571, 1.2160, 1.6154, 1.8962, 1.8975, 1.4870]
    assert output_multipliers(table, total) == pytest.approx(expected, abs=5e-5)
    losses = extraction.whole_losses(total, table.output)
    expected = [33292.313, 14572.321, 270102.969, 26170.277, 86883.362, 480423.805]
    assert losses == pytest.approx(expected, abs=1e-3)


def germany() -> bytes:
    """Eurostat's table, which comes a row a cell, in the layout of a CSV of one's own."""
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for row in csv.DictReader((IO / "germany_1995.csv").read_text().splitlines()):
        cells[row["iotables_row"]][row["iotables_col"]] = row["values"]
    columns = list(cells["agriculture_group"])
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(["industry", *columns])
    for label, row in cells.items():
        write([label, *(row.get(column, "") for column in columns)])
    return out.getvalue().encode()


@real
def test_germany_in_1995():
    """Eurostat manual 2008, tables 15.5 to 15.10. Its stated total of industry's final use is 46
    out; the parts are right."""
    table = sources.read(germany(), "germany.csv")
    total = inverse(coefficients(table))
    expected = [1.7048, 1.8413, 1.8136, 1.6035, 1.5951, 1.3782]
    assert output_multipliers(table, total) == pytest.approx(expected, abs=5e-5)
    gva = effects(table, total, per_output(table, table.gva))
    assert gva.effect == pytest.approx([0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199], abs=5e-5)
    jobs = effects(table, total, per_output(table, table.jobs))
    assert jobs.effect == pytest.approx([0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242], abs=5e-5)
    assert np.diag(total)[:3] == pytest.approx([1.0339, 1.4292, 1.0289], abs=5e-5)


def test_quotients_of_six_sectors():
    """Inputs of the R package UtilMio, values by Flegg and Webber's formulas."""
    region = np.array([170.0, 2227, 403, 821, 4896, 2484])
    nation = np.array([24019.0, 129248, 36320, 63521, 484087, 216831])
    expected = [0.613793, 1.494254, 0.962249, 1.120866, 0.877094, 0.993478]
    assert quotients.slq(region, nation) == pytest.approx(expected, abs=5e-7)
    assert quotients.scale(region, nation, 0.1) == pytest.approx(0.663522, abs=5e-7)
    expected = [0.407265, 0.272554, 0.423243, 0.363349, 0.464335, 0.409939]
    flq = quotients.quotients("flq", region, nation, 0.1)
    assert flq[0] == pytest.approx(expected, abs=5e-7)
    expected = [0.407265, 0.359392, 0.423243, 0.394108, 0.464335, 0.409939]
    aflq = quotients.quotients("aflq", region, nation, 0.1)
    assert aflq[0] == pytest.approx(expected, abs=5e-7)
    cilq = quotients.quotients("cilq", region, nation)
    assert quotients.quotients("flq", region, nation, 0.0) == pytest.approx(cilq)


@real
def test_quotients_of_scotland_in_29_groups():
    text = (IO / "scotland_flq_expected.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    region = np.array([float(row["scot_jobs_2019"]) for row in rows])
    nation = np.array([float(row["gb_jobs_2019"]) for row in rows])
    stated = [float(row["slq"]) for row in rows]
    assert quotients.slq(region, nation) == pytest.approx(stated, abs=1e-6)
    for delta, scale in ((0.15, 0.723535), (0.25, 0.583131), (0.35, 0.469972)):
        assert quotients.scale(region, nation, delta) == pytest.approx(scale, abs=1e-6)


def group_of(code: str, ends: dict[str, int]) -> str:
    if code in IMPUTED_RENT:
        return ""
    division = int(re.search(r"\d\d", code)[0])
    return next(group for group, last in ends.items() if division <= last)


def jobs_by(ends: dict[str, int], name: str) -> dict[str, float]:
    """BRES by group: all 32 councils of Scotland, or the first column, Great Britain."""
    count: dict[str, float] = defaultdict(float)
    for line in sheets_of(name)[0].lines:
        if division := re.match(r"(\d\d) :", line[0]):
            cells = line[1::2] if "Scotland" in name else line[1:2]
            count[group_of(division[1], ends)] += sum(float(cell or 0) for cell in cells)
    return {group: jobs for group, jobs in count.items() if group}


@real
@pytest.mark.parametrize(
    ("ends", "size", "mean_error", "one_for_all", "times_a_number", "covered"),
    [(SECTIONS, 19, 5.67, 6.18, 2.47, 14), (A38, 36, 6.55, 6.77, 4.15, 21)],
    ids=["sections", "A38"],
)
def test_scotland_from_the_table_of_the_uk(
    ends, size, mean_error, one_for_all, times_a_number, covered
):
    """How far an area's multipliers by FLQ lie from its own official ones, and how far two rules
    lie that know nothing of the area: ``docs/methods/regional-multipliers.md``."""
    uk, scotland = (
        grouped(table, {code: group_of(code, ends) for code in table.codes})
        for table in (table_of("ONS_UK_IO_2019.xlsx"), table_of("Scotland_IO_2019.xlsx"))
    )
    assert len(uk) == len(scotland) == size
    order = [scotland.codes.index(code) for code in uk.codes]
    official = output_multipliers(scotland, inverse(coefficients(scotland)))[order]
    region, nation = (
        np.array([jobs_by(ends, name)[code] for code in uk.codes])
        for name in ("Scotland_BRES_2019_Employment.xlsx", "UK_BRES_2019_Employment.xlsx")
    )
    bought = coefficients(uk)

    def error(multipliers: np.ndarray) -> float:
        return float(np.mean(np.abs(multipliers - official) / official)) * 100

    def by_flq(delta: float) -> np.ndarray:
        area = quotients.regionalised(bought, "flq", region, nation, delta)
        return output_multipliers(uk, inverse(area))

    assert error(by_flq(0.25)) == pytest.approx(mean_error, abs=0.01)
    low, high = by_flq(0.35), by_flq(0.15)
    assert int(((low <= official) & (official <= high)).sum()) == covered
    # One multiplier for all, and national coefficients times one number, each fitted.
    best = min(error(np.full(size, multiplier)) for multiplier in np.linspace(1, 2, 1001))
    assert best == pytest.approx(one_for_all, abs=0.01)
    best = min(
        error(output_multipliers(uk, inverse(bought * share))) for share in np.linspace(0.1, 1, 181)
    )
    assert best == pytest.approx(times_a_number, abs=0.01)


# --- What must always hold ----------------------------------------------------------------------


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_part_taken_out_is_as_the_changed_system_says(seed, share):
    draw = np.random.default_rng(seed)
    size = int(draw.integers(2, 9))
    bought = draw.random((size, size)) / size * 0.9
    final, industry = draw.random(size), int(draw.integers(size))
    total = inverse(bought)
    changed = bought.copy()
    changed[industry] *= 1 - share
    changed[:, industry] *= 1 - share
    changed[industry, industry] = bought[industry, industry] * (1 - share)
    demand = final.copy()
    demand[industry] *= 1 - share
    after = np.linalg.solve(np.eye(size) - changed, demand)
    losses = extraction.losses(bought, total, final, industry, share)
    assert losses == pytest.approx(total @ final - after, abs=1e-9)
    assert losses.min() > -1e-9
    whole = extraction.whole_losses(total, total @ final)[industry]
    assert losses.sum() <= whole + 1e-9
    assert extraction.losses(bought, total, final, industry, 1.0).sum() == pytest.approx(whole)


@given(st.integers(0, 10_000), st.sampled_from(sorted(quotients.METHODS)))
def test_an_area_never_buys_more_at_home_than_the_nation(seed, method):
    draw = np.random.default_rng(seed)
    size = int(draw.integers(2, 9))
    nation = draw.integers(0, 1000, size).astype(float)
    nation[0] += 10
    region = np.floor(nation * draw.random(size))
    region[0] += 1
    bought = draw.random((size, size)) / size * 0.9
    for delta in quotients.DELTAS:
        area = quotients.regionalised(bought, method, region, nation, delta)
        assert np.all(area <= bought + 1e-12)
        assert np.all(area >= 0)
        # Who isn't there buys nothing; what isn't there is not sold.
        assert not area[region == 0].any()


@given(st.integers(0, 10_000))
def test_a_table_put_together_still_balances(seed):
    draw = np.random.default_rng(seed)
    table = check(small())
    third = draw.random(3)
    flows = draw.random((3, 3)) * 100
    output = flows.sum(axis=1) + flows.sum(axis=0) + 500 + third
    larger = replace(
        table,
        codes=("1", "2", "3"),
        names=("1", "2", "3"),
        flows=flows,
        output=output,
        households=third,
        final=output - flows.sum(axis=1),
        imports=third,
        taxes=third,
        pay=third,
        gva=output - flows.sum(axis=0) - 2 * third,
    )
    together = grouped(check(larger), {"1": "a", "2": "b", "3": "a"})
    assert together.codes == ("a", "b")
    check(together)
    check(grouped(larger, {"1": "a", "2": "", "3": "b"}))


# --- Refused, each by its own sentence ----------------------------------------------------------


def with_total(table: Table) -> Table:
    flows = np.block(
        [
            [table.flows, table.flows.sum(axis=1)[:, None]],
            [table.flows.sum(axis=0), table.flows.sum()],
        ]
    )
    flows[2, 2] = 0
    flows[2] = flows[:2].sum(axis=0)

    def longer(vector: np.ndarray) -> np.ndarray:
        return np.append(vector, vector.sum())

    return replace(
        table,
        codes=("1", "2", "all"),
        names=("1", "2", "all"),
        flows=flows,
        households=longer(table.households),
        final=longer(table.final),
        imports=longer(table.imports),
        taxes=longer(table.taxes),
        pay=longer(table.pay),
        gva=longer(table.gva),
        output=longer(table.output),
    )


def with_a_negative(table: Table) -> Table:
    flows = table.flows.copy()
    flows[0, 1] = -flows[0, 1]
    by = table.flows - flows
    return replace(
        table,
        flows=flows,
        final=table.final + by.sum(axis=1),
        gva=table.gva + by.sum(axis=0),
    )


def with_imports(table: Table) -> Table:
    flows = table.flows.copy()
    flows[0] += table.imports
    return replace(table, flows=flows, final=table.final - [table.imports.sum(), 0])


BROKEN: dict[str, tuple[Callable[[Table], Table], str]] = {
    "turned round": (lambda t: replace(t, flows=t.flows.T.copy()), "Rows and columns are swapped"),
    "total among them": (with_total, "'all' is the total of all the others, and no industry"),
    "imports included": (with_imports, "Imports are among the flows"),
    "below nought": (with_a_negative, "A sale below nought: from 1 to 2"),
    "one cell": (
        lambda t: replace(t, flows=t.flows + np.diag([9, 0])),
        "does not balance. By row, more than 5 million is missing or too much at: 1.",
    ),
    "no number": (lambda t: replace(t, flows=t.flows * np.nan), "A cell of the table is no number"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_table_that_is_not_one_is_named_for_what_it_is(kind):
    breaks, sentence = BROKEN[kind]
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        check(breaks(small()))


def test_turned_round_and_with_its_total_it_could_still_be_inverted():
    """So that a check by the inverse alone would let both pass."""
    for breaks in (BROKEN["turned round"][0], with_total):
        inverse(coefficients(breaks(small())))


@real
def test_a_real_table_turned_round_is_refused():
    table = table_of("ONS_UK_IO_2019.xlsx")
    with pytest.raises(UnreadableFile, match="Rows and columns are swapped"):
        check(replace(table, flows=table.flows.T.copy()))


@real
@pytest.mark.parametrize(
    ("name", "sheet", "sentence"),
    [
        ("IOT_2018.xlsx", None, "Sheet 'IOT' is a bare block of figures, 105 × 105"),
        ("Scotland_IO_2019.xlsx", "PxP", "It is a table of products by products"),
        ("Scotland_IO_2019.xlsx", "Combined Use", "products by industries and with imports"),
        ("ONS_UK_IO_2019.xlsx", "Leontief", "It was worked out already"),
        ("ONS_UK_IO_2019.xlsx", "Menu", "No table industry by industry was found in sheet 'Menu'"),
        ("ONS_UK_IO_2019.xlsx", "IxI", "The file has no sheet 'IxI'. It has 'Menu', 'IOT'"),
    ],
)
def test_another_sheet_is_named_for_what_it_is(name, sheet, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        table_of(name, sheet)


def test_industries_that_use_up_more_than_they_make():
    with pytest.raises(UnreadableFile, match="use up more than they make"):
        inverse(np.array([[0.9, 0.3], [0.3, 0.9]]))
    with pytest.raises(UnreadableFile, match="use up more than they make"):
        inverse(np.array([[1.0, 0.0], [0.0, 1.0]]))


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ({"1": "a"}, "No group is given for: 2"),
        ({"1": "a", "2": "b", "68BXL683": "c"}, "The table has no industry '68BXL683'"),
    ],
)
def test_groups_of_another_year_are_refused_by_their_codes(groups, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        grouped(small(), groups)


@pytest.mark.parametrize(
    ("jobs", "sentence"),
    [
        ({"1": (1, 9)}, "No jobs are given for '2'"),
        ({"1": (1, 9), "2": (1, 9), "3": (1, 9)}, "The table has no industry '3'"),
        ({"1": (10, 9), "2": (1, 9)}, "more jobs in the area than in the nation"),
        ({"1": (-1, 9), "2": (1, 9)}, "A number of jobs is below nought"),
        ({"1": (0, 9), "2": (0, 9)}, "There are no jobs at all"),
    ],
)
def test_jobs_that_cannot_be(jobs, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        report.area_of(small(), jobs, "flq", (0.25,))


# --- The command --------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """A table, jobs and groups as files."""
    contents = {
        "table.csv": as_csv(small()),
        "jobs.csv": b"Group,Region,Nation\n1,10,1000\n2,40,1000\n",
        "groups.csv": b"code,group\n1,both\n2,both\n",
        "jobs of both.csv": b'group,region,nation\nboth,50,"2,000"\n',
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def run(capsys, *arguments: object) -> tuple[int, str]:
    code = main(["regional", "multipliers", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_a_csv_of_ones_own_reads_back(files):
    table = sources.read((files / "table.csv").read_bytes(), "table.csv")
    for part in ("flows", "households", "final", "imports", "pay", "gva", "output"):
        assert getattr(table, part) == pytest.approx(getattr(small(), part)), part


def test_the_command_says_what_its_figures_rest_on(files, capsys):
    code, shown = run(
        capsys, files / "table.csv", "--jobs", files / "jobs.csv", "--closure", "pay", "--json"
    )
    assert code == 0
    answer = json.loads(shown)
    assert answer["closure"] == "households spend out of pay alone"
    assert [result["delta"] for result in answer["results"]] == [0.15, 0.25, 0.35]
    assert answer["area"]["share_of_jobs"] == 0.025
    assert "no confidence interval" in answer["area"]["band"]
    for result in answer["results"]:
        for industry in result["industries"]:
            first, second = (
                industry["output"][kind]["multiplier"] for kind in ("type_1", "type_2")
            )
            assert 1 <= first < second
    code, shown = run(capsys, files / "table.csv", "--jobs", files / "jobs.csv")
    assert "no confidence interval" in shown
    assert "I δ 0.15" in shown
    code, shown = run(
        capsys,
        files / "table.csv",
        "--jobs",
        files / "jobs of both.csv",
        "--groups",
        files / "groups.csv",
        "--delta",
        "0.2",
    )
    assert code == 0
    assert "both" in shown


@pytest.mark.parametrize("method", quotients.WITHOUT_DELTA)
def test_a_method_without_delta_has_one_answer_and_no_band(files, capsys, method):
    asked = (files / "table.csv", "--jobs", files / "jobs.csv", "--method", method)
    code, shown = run(capsys, *asked, "--json")
    answer = json.loads(shown)
    assert (code, [result["delta"] for result in answer["results"]]) == (0, [None])
    assert not {"band", "scale", "headline_delta"} & set(answer["area"])
    code, shown = run(capsys, *asked)
    assert code == 0
    assert "δ" not in shown


def test_an_industry_without_output_says_so(files, capsys):
    table = small()
    none = replace(
        table,
        flows=np.pad(table.flows, ((0, 1), (0, 1))),
        codes=("1", "2", "tobacco"),
        names=("1", "2", "tobacco"),
        **{
            part: np.append(getattr(table, part), 0)
            for part in ("households", "final", "imports", "taxes", "pay", "gva", "output")
        },
    )
    (files / "none.csv").write_bytes(as_csv(none))
    code, shown = run(capsys, files / "none.csv", "--json")
    tobacco = json.loads(shown)["results"][0]["industries"][2]
    assert (code, tobacco["because"], tobacco["output"]["type_1"]["multiplier"]) == (
        0,
        "no output",
        None,
    )
    assert "NaN" not in shown
    assert "no output" in run(capsys, files / "none.csv")[1]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--closure", "half"], "--closure is none, pay or income:POUNDS_MILLION, not 'half'."),
        (["--closure", "income:much"], "--closure is none, pay or income"),
        (["--closure", "income:inf"], "--closure is none, pay or income"),
        (["--closure", "income:3"], "Households spend 450 million on what is made here, more than"),
        (["--jobs", "jobs.csv", "--delta", "a"], "--delta takes numbers"),
        (["--jobs", "jobs.csv", "--delta", "1"], "δ lies between 0 and 1"),
        (["--jobs", "jobs.csv", "--delta", "0.2", "--method", "slq"], "There is no δ in slq"),
        (["--delta", "0.25"], "give its jobs with --jobs."),
        (["--method", "cilq"], "give its jobs with --jobs."),
        (["--jobs", "table.csv"], "lacks the column"),
        (["--sheet", "IOT"], "The file has no sheet 'IOT'"),
        (["--groups", "jobs.csv"], "lacks the column 'code'"),
    ],
)
def test_a_wrong_option_is_refused_in_a_sentence(files, capsys, more, sentence):
    more = [str(files / part) if part.endswith(".csv") else part for part in more]
    code, shown = run(capsys, files / "table.csv", *more)
    assert code == 2
    assert sentence in shown
    assert "Traceback" not in shown
