"""What an area lives by: worked by hand in docs/methods, and beside econcomplex 1.0.1."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from localwealth.cli import main
from localwealth.errors import UnreadableFile
from localwealth.structure import measures, report, tables

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data" / "economy"
BRES = SHARED / "bres" / "itl2_bres_sections_2015_2022.csv.gz"
# econcomplex 1.0.1 on the 2022 figures of all 40 regions: herfindahl (not normalised),
# shannon_entropy, krugman_index, hachman_index, location_quotient of manufacturing.
ECONCOMPLEX = {
    "Bedfordshire and Hertfordshire": (0.095648, 3.65608154, 0.27060845, 0.87853828, 0.7768285),
    "Cumbria": (0.10960698, 3.60198159, 0.39593416, 0.76747618, 2.31738867),
    "Inner London - West": (0.11202447, 3.49908707, 0.6413246, 0.60454938, 0.12288438),
}


def test_quotients_worked_by_hand():
    quotients = measures.location_quotients(
        {"Making things": 300, "Care": 150, "Farming": 10, "All else": 540},
        {"Making things": 10_000, "Care": 20_000, "Farming": 1_000, "All else": 69_000},
    )
    assert [q.expected for q in quotients] == [100, 200, 10, 690]
    assert [q.lq and round(q.lq, 2) for q in quotients] == [3.0, 0.75, None, 0.78]
    assert [q.is_small for q in quotients] == [False, False, True, False]


def test_shift_share_worked_by_hand_adds_up():
    shifts = measures.shift_share(
        {"Making things": 400, "All else": 600},
        {"Making things": 380, "All else": 620},
        {"Making things": 2_000, "All else": 8_000},
        {"Making things": 1_800, "All else": 8_700},
    )
    parts = [(s.change, s.growth, s.mix, s.local) for s in shifts]
    assert parts[0] == pytest.approx((-20, 20, -60, 20))
    assert parts[1] == pytest.approx((20, 30, 22.5, -32.5))
    for s in shifts:
        assert s.growth + s.mix + s.local == pytest.approx(s.change)


def test_diversity_worked_by_hand():
    spread = measures.diversity(
        {"Making things": 300, "Care": 100}, {"Making things": 4000, "Care": 4000}
    )
    assert (spread.hhi, spread.krugman, spread.hachman) == (0.625, 0.5, 0.8)
    assert round(spread.shannon, 4) == 0.8113
    assert round(spread.equal_industries, 2) == 1.6
    assert (spread.largest, spread.largest_share) == ("Making things", 0.75)


@pytest.mark.skipif(not BRES.exists(), reason="the shared folder is not beside the checkout")
@pytest.mark.parametrize("region", ECONCOMPLEX)
def test_figures_equal_those_of_econcomplex(region):
    table = tables.jobs_of(BRES.read_bytes(), BRES.name)
    answer = report.everything(table, region, "all", (2022, 2015))
    spread = answer["diversity"]
    manufacturing = next(q for q in answer["quotients"] if q["industry"] == "Manufacturing")
    split = {shift["industry"] for shift in answer["shifts"]}
    assert split | set(answer["unsplit"]) == set(table.of(region, 2022))
    assert (
        spread["hhi"],
        spread["shannon"],
        spread["krugman"],
        spread["hachman"],
        manufacturing["lq"],
    ) == pytest.approx(ECONCOMPLEX[region], abs=5e-9)
    before, after = (
        sum(jobs for industry, jobs in table.of(region, year).items() if industry in split)
        for year in (2015, 2022)
    )
    assert sum(s["growth"] + s["mix"] + s["local"] for s in answer["shifts"]) == pytest.approx(
        after - before
    )


JOBS = (
    "area,year,industry,count\n"
    "Town,2015,A,400\nTown,2015,B,600\nTown,2022,A,380\nTown,2022,B,620\n"
    "Land,2015,A,2000\nLand,2015,B,8000\nLand,2022,A,1800\nLand,2022,B,8700\n"
    "Hamlet,2022,A,9\nHamlet,2022,B,*\n"
)


def test_the_command_prints_quotients_and_shifts(tmp_path, capsys):
    (tmp_path / "jobs.csv").write_text(JOBS)
    words = ["structure", str(tmp_path / "jobs.csv"), "--area", "Town", "--beside", "Land"]
    assert main([*words, "--since", "2015", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["year"], answer["since"]) == (2022, 2015)
    assert answer["shifts"][0]["local"] == pytest.approx(20)
    assert main([*words, "--since", "2015"]) == 0
    assert "explains none" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--area", "Nowhere"], "no jobs of 'Nowhere' in 2022"),
        (["--area", "Town", "--year", "1999"], "no jobs of 1999; it has 2015, 2022"),
        (["--area", "Hamlet"], "too few jobs to say how they are spread: 9"),
    ],
)
def test_the_command_refuses_by_a_sentence(tmp_path, capsys, more, why):
    (tmp_path / "jobs.csv").write_text(JOBS)
    assert main(["structure", str(tmp_path / "jobs.csv"), "--beside", "Land", *more]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("local", "wide", "why"),
    [
        ({"X": 5}, {"A": 5}, "none of the larger area"),
        ({"A": -5}, {"A": 5}, "below nought"),
        ({}, {"A": 5}, "no jobs"),
    ],
)
def test_tables_that_do_not_fit_are_refused(local, wide, why):
    with pytest.raises(UnreadableFile, match=why):
        measures.location_quotients(local, wide)


SUPPRESSED = """area,year,industry,count
Town,2015,A,400
Town,2015,B,*
Town,2015,C,600
Town,2015,D,500
Town,2022,A,380
Town,2022,B,900
Town,2022,C,620
Town,2022,D,700
Land,2015,A,2000
Land,2015,B,3000
Land,2015,C,8000
Land,2015,D,*
Land,2022,A,1800
Land,2022,B,3000
Land,2022,C,8700
Land,2022,D,5000
"""


def test_what_is_not_known_in_one_year_is_not_split():
    """Of B, unknown here, nothing is said; D, unknown there, is not in the growth of all either."""
    table = tables.jobs_of(SUPPRESSED.encode(), "jobs.csv")
    answer = report.everything(table, "Town", "Land", (2022, 2015))
    growth = 13_500 / 13_000 - 1
    assert [(s["industry"], s["growth"]) for s in answer["shifts"]] == [
        ("A", pytest.approx(400 * growth)),
        ("C", pytest.approx(600 * growth)),
    ]
    assert answer["unsplit"] == ["B", "D"]
    assert "Not known in one of the years: B, D." in report.as_text(answer)


def test_what_the_file_does_not_know_is_no_nought():
    table = tables.jobs_of(
        b"area,year,industry,count\nTown,2022,A,400\nTown,2022,B,*\nLand,2022,A,4000\nLand,2022,B,900\n",
        "jobs.csv",
    )
    answer = report.everything(table, "Town", "Land", (2022, None))
    assert answer["unknown"] == ["B"]
    assert [(q["local"], q["lq"]) for q in answer["quotients"]][1] == (None, None)
    assert "unknown" in report.as_text(answer)
