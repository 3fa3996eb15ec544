"""The 32 Scottish councils as Nomis gives their jobs: quotients worked out again another way."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from localwealth.cli import main
from localwealth.errors import UnreadableFile
from localwealth.sources.statistics.reading import read
from localwealth.structure import measures, tables

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data" / "economy"
COUNCILS = SHARED / "io" / "Scotland_BRES_2019_Employment.xlsx"
needs_it = pytest.mark.skipif(not COUNCILS.exists(), reason="../shared is not here")


def crosswise(*lines: list[object], measure: str = "Count", year: object = 2019) -> bytes:
    """A workbook of this form: two areas, each beside its flags."""
    book = Workbook()
    for line in (
        ["Business Register and Employment Survey "],
        ["date", year],
        ["measure", measure],
        [],
        ["Industry", "Northmoor", "Flags", "Oakby", "Flags"],
        ["", "number", "Flags", "number", "Flags"],
        *lines,
    ):
        book.active.append(line)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_each_cell_is_a_figure_a_mark_or_left_out_by_its_line():
    published = read(
        crosswise(
            ["01 : Farming", 300, "", 20, ""],
            ["02 : Care", "*", "", "many", ""],
            ["The level of rounding applied varies by estimate."],
        ),
        "jobs.xlsx",
    )
    figures = {(f.area_name, f.group): f.number for f in published.figures}
    assert figures == {
        ("Northmoor", "01 : Farming"): 300,
        ("Oakby", "01 : Farming"): 20,
        ("Northmoor", "02 : Care"): None,
    }
    assert {(f.measure, f.first.year, f.last.year) for f in published.figures} == {
        ("jobs-by-industry", 2019, 2019)
    }
    assert published.left_out == [(8, "'many' of Oakby is no figure")]
    assert published.footnotes == ["The level of rounding applied varies by estimate."]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"measure": "Percent"}, "Its figures are shares"),
        ({"year": "some year"}, "doesn't say which year"),
    ],
)
def test_shares_and_no_year_are_refused_by_name(more, why):
    with pytest.raises(UnreadableFile, match=why):
        read(crosswise(["01 : Farming", 300, "", 20, ""], **more), "jobs.xlsx")


def counted_again() -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Jobs by council and industry, and all councils', read by another reader of workbooks."""
    lines = list(load_workbook(COUNCILS).active.iter_rows(values_only=True))
    heading = next(line for line in lines if line[0] == "Industry")
    councils = {
        name: {
            str(line[0]).strip(): float(line[at])
            for line in lines
            if line[0] and isinstance(line[at], int | float) and ":" in str(line[0])
        }
        for at, name in enumerate(heading)
        if name and name not in ("Industry", "Flags")
    }
    together: dict[str, float] = {}
    for jobs in councils.values():
        for industry, count in jobs.items():
            together[industry] = together.get(industry, 0.0) + count
    return councils, together


@needs_it
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_the_quotients_of_all_councils_come_out_another_way():
    councils, together = counted_again()
    table = tables.jobs_of(COUNCILS.read_bytes(), COUNCILS.name)
    assert {area for area, _ in table.jobs} == set(councils)
    assert len(councils) == 32
    assert table.unknown == set()
    all_jobs = sum(together.values())
    guarded = 0
    for council, jobs in councils.items():
        assert table.of(council, 2019) == jobs
        mine = sum(jobs.values())
        for quotient in measures.location_quotients(
            table.of(council, 2019), table.of(tables.ALL_AREAS, 2019)
        ):
            here, there = jobs[quotient.industry], together[quotient.industry]
            expected = mine * there / all_jobs
            is_small = max(here, expected) < 100
            guarded += is_small
            assert quotient.is_small == is_small
            if is_small or not there:
                assert quotient.lq is None
            else:
                # Share here over share there, not counts over expected counts.
                assert quotient.lq == pytest.approx((here / mine) / (there / all_jobs), rel=1e-12)
    assert guarded > 500


@needs_it
def test_weighted_by_what_was_expected_quotients_are_one():
    """A quotient above one somewhere is paid for by one below elsewhere: in each council over its
    industries, and in each industry over the councils."""
    table = tables.jobs_of(COUNCILS.read_bytes(), COUNCILS.name)
    wide = table.of(tables.ALL_AREAS, 2019)
    by_industry: dict[str, list[measures.Quotient]] = {}
    for council, year in table.jobs:
        quotients = measures.location_quotients(table.of(council, year), wide)
        expected = sum(q.expected for q in quotients)
        # Those without a figure count with the jobs that they have.
        weighted = sum(q.lq * q.expected if q.lq is not None else q.local for q in quotients)
        assert weighted / expected == pytest.approx(1, abs=1e-12)
        for quotient in quotients:
            by_industry.setdefault(quotient.industry, []).append(quotient)
    for industry, quotients in by_industry.items():
        if wide[industry]:
            weighted = sum(q.lq * q.expected if q.lq is not None else q.local for q in quotients)
            assert weighted / sum(q.expected for q in quotients) == pytest.approx(1, abs=1e-12)


@needs_it
def test_the_command_takes_the_file(capsys):
    assert main(["structure", str(COUNCILS), "--area", "Clackmannanshire", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["area"] == "Clackmannanshire"
