"""Published figures of areas: each layout as it is published, and the words of each refusal."""

from __future__ import annotations

import gzip
import io
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from localwealth.errors import UnreadableFile
from localwealth.sources.statistics.measures import MEASURES
from localwealth.sources.statistics.reading import Told, read

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data" / "economy"
JUNE = (date(2020, 6, 30), date(2020, 6, 30))
OF_JUNE_2020 = (
    "ONS code,County and district / unitary authority,Total number of employments furloughed\n"
    "E07000243,Stevenage,12400\n"
)


def figures(text: str, told: Told | None = None, name: str = "x.csv") -> dict:
    return {
        (f.measure, f.area_code, f.group, f.last.isoformat()): f.number if f.mark == "" else f.mark
        for f in read(text.encode(), name, told).figures
    }


def workbook(*titles: str) -> bytes:
    """HMRC's later layout: titles, headings, subtotals, two codes in a cell, footnotes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "5. Local Authority"
    for row in (
        *[[title] for title in titles],
        [
            "County and district / unitary authority Codes",
            "County and district / unitary authority",
            "Employments furloughed",
            "Take-up rate",
        ],
        ["K02000001", "United Kingdom", 1562000, 0.05],
        ["E12000006", "East of England", 148700, 0.05],
        ["E07000243", "Stevenage", 1700, 0.04],
        ["E06000052, E06000053", "Cornwall and Isles of Scilly", 11500, 0.05],
        ["E09000001", "City of London", "*", "*"],
        [],
        ["Notes:"],
        ["1. Figures are rounded to the nearest 100."],
    ):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_layout_of_june_2020_needs_its_day_and_whether_ever_or_now():
    with pytest.raises(UnreadableFile, match="which day or period"):
        read(OF_JUNE_2020.encode(), "x.csv")
    with pytest.raises(UnreadableFile, match="ever furloughed or on furlough that day"):
        read(OF_JUNE_2020.encode(), "x.csv", Told(period=JUNE))
    assert figures(OF_JUNE_2020, Told("furlough-ever", JUNE)) == {
        ("furlough-ever", "E07000243", "", "2020-06-30"): 12400
    }


def test_the_later_workbook_says_its_day_in_its_title():
    published = read(
        workbook("Table 5", "", "Employments on furlough at 31 July 2021, by area"), "july.xlsx"
    )
    known = {(f.measure, f.area_code): (f.number, f.mark) for f in published.figures}
    assert known["furlough-now", "E07000243"] == (1700, "")
    assert known["furlough-take-up-now", "E07000243"] == (4, "")
    assert known["furlough-now", "E06000052+E06000053"] == (11500, "")
    assert known["furlough-now", "E09000001"] == (None, "suppressed")
    assert known["furlough-now", "K02000001"] == (1562000, "")
    assert {f.last for f in published.figures} == {date(2021, 7, 31)}
    assert published.footnotes == ["Notes:", "1. Figures are rounded to the nearest 100."]
    assert any("stand in one cell" in note for note in published.notes)


def test_a_cumulative_workbook_is_another_measure():
    published = read(workbook("Jobs furloughed, cumulative to 31 July 2020"), "x.xlsx")
    assert {f.measure for f in published.figures} == {"furlough-ever", "furlough-take-up-ever"}


NOMIS = (
    '"DATE_NAME","GEOGRAPHY_NAME","GEOGRAPHY_CODE","GENDER_NAME","AGE_NAME","MEASURE_NAME",'
    '"MEASURES_NAME","OBS_VALUE","OBS_STATUS_NAME"\n'
    '"October 2026","Stevenage","E07000243","Total","All categories: Age 16+","Claimant count",'
    '"Value",2145,"Normal Value"\n'
    '"October 2026","Stevenage","E07000243","Total","All categories: Age 16+",'
    '"Claimants as a proportion of residents aged 16-64","Value",3.8,"Provisional"\n'
    '"October 2026","Stevenage","E07000243","Male","All categories: Age 16+","Claimant count",'
    '"Value",1200,"Normal Value"\n'
    '"October 2026","Bedwell","E05015626","Total","Aged 16+","Claimant count","Value",,'
    '"These figures are missing."\n'
)


def test_nomis_gives_counts_shares_and_what_it_lacks():
    published = read(NOMIS.encode(), "nomis.csv")
    assert [(f.measure, f.area_code, f.number, f.mark) for f in published.figures] == [
        ("claimants", "E07000243", 2145, ""),
        ("claimant-rate", "E07000243", Decimal("3.8"), "provisional"),
        ("claimants", "E05015626", None, "not available"),
    ]
    assert published.left_out == [(4, "it is about 'Male' alone")]


def test_nomis_gives_jobs_earnings_and_businesses():
    head = "DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,"
    jobs = head + (
        "INDUSTRY_NAME,MEASURE_NAME,OBS_VALUE\n"
        "2025,Stevenage,E07000243,C : Manufacturing,Count,6000\n"
    )
    with pytest.raises(UnreadableFile, match="doesn't say what its figures count"):
        read(jobs.encode(), "x.csv")
    assert figures(jobs, Told("jobs-by-industry")) == {
        ("jobs-by-industry", "E07000243", "C : Manufacturing", "2025-12-31"): 6000
    }
    pay = head + (
        "SEX_NAME,ITEM_NAME,PAY_NAME,MEASURES_NAME,OBS_VALUE\n"
        "2025,Stevenage,E07000243,Total,Median,Weekly pay - gross,Value,702.4\n"
        "2025,Stevenage,E07000243,Total,Median,Weekly pay - gross,Confidence,6.1\n"
        "2025,Stevenage,E07000243,Total,Mean,Weekly pay - gross,Value,810\n"
    )
    assert figures(pay) == {("weekly-pay", "E07000243", "", "2025-12-31"): Decimal("702.4")}
    assert [why for _, why in read(pay.encode(), "x.csv").left_out] == [
        "it says how sure a figure is, and is none",
        "it is a mean, not a median",
    ]


OWN = "series,unit,kind,of,area,period,value,source\n"


def test_a_towns_own_file_defines_its_measure():
    published = read(
        (
            OWN + "Empty shops,shop,stock,,town,October 2026,41,Town centre walk\n"
            "Empty shops,shop,flow,,town,November 2026,44,Town centre walk\n"
            "Footfall,,flow,,town,November 2026,44,Counter\n"
            "Share,percent,stock,,town,November 2026,44,Counter\n"
            "Empty shops,shop,stock,,town,November 2026,-4,Town centre walk\n"
            "Empty shops,shop,stock,,town,soon,4,Town centre walk\n"
        ).encode(),
        "own.csv",
    )
    assert [(f.measure, f.area_code, f.number) for f in published.figures] == [
        ("empty-shops", "town", 41)
    ]
    assert published.defined["empty-shops"].unit == "shop"
    assert [why for _, why in published.left_out] == [
        "'Empty shops' has another unit, kind or source above",
        "it has no unit",
        "'Share' is a share: the column of says a share of what",
        "'-4' is below nought: nothing is counted so",
        "'soon' is no day, month or year",
    ]


@pytest.mark.parametrize(
    ("periods", "said", "months"),
    [
        (["Jan 2026-Jun 2026"], "", 6),
        (["2025-06-30", "2026-06-30"], "", 12),
        (["2025-01-01", "2025-07-01", "2026-07-01"], "", 6),
        (["October 2026", "November 2026"], "", 3),
        (["2026-06-30"], "", 3),
        (["2026-06-30"], "12", 12),
        (["Jan 2026-Jun 2026"], "1", 1),
    ],
)
def test_how_often_a_towns_own_figures_come_is_said_or_seen(periods, said, months):
    head = OWN.replace("\n", ",every_months\n")
    rows = [f"Empty shops,shop,stock,,town,{period},41,Walk,{said}\n" for period in periods]
    published = read((head + "".join(rows)).encode(), "own.csv")
    assert len(published.figures) == len(periods), published.left_out
    assert published.defined["empty-shops"].every_months == months


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("town,people\nStevenage,9\n", "no headings for areas|No line of the file has headings"),
        ("ONS code,Claimant count\nE07000243,9\n", "which day or period"),
        ("ONS code,date,count\nE07000243,2026-10,9\n", "what its figures count"),
        (
            "ONS code,date,claimant count\nStevenage,2026-10,9\n",
            "'Stevenage' is no code of an area",
        ),
        ("ONS code,date,claimant count\nE07000243,2026-10,many\n", "'many' is no figure"),
        ("", "holds no table|empty"),
    ],
)
def test_each_bad_file_is_refused_by_a_sentence(text, why):
    with pytest.raises(UnreadableFile, match=why):
        read(text.encode(), "x.csv")


def test_old_codes_are_said_and_a_part_is_not_the_whole():
    published = read(
        b"LAD19CD,date,claimant count\nE07000101,2012-01,9\nE07000004,2019-01,9\n", "x.csv"
    )
    assert published.notes[0].startswith("E07000101 () is E07000243 (Stevenage) now: the same")
    assert "is a part of E06000060 (Buckinghamshire)" in published.notes[1]


def test_measures_of_two_denominators_are_two():
    by_code = {measure.code: measure for measure in MEASURES}
    assert by_code["furlough-take-up-now"].of == "eligible jobs"
    assert by_code["furlough-residents"].of == "residents aged 16 to 64"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not beside the checkout")
@pytest.mark.parametrize(
    ("place", "told", "count"),
    [
        ("furlough/cjrs_la_aug2020_open.csv", Told("furlough-ever", JUNE), 522),
        ("claimants/gm_la.csv", Told("claimants"), 680),
        ("trafford/claimant_count.csv", None, 1300),
        ("trafford/universal_credit.csv", None, 1300),
        ("trafford/employment_rate.csv", None, 204),
        ("trafford/real_living_wage.csv", None, 136),
        ("jrf/claimant-count.csv.gz", None, 3480),
        ("business_counts/businesses_2019.csv", None, 27),
        ("bres/itl2_bres_sections_2015_2022.csv.gz", Told("jobs-by-industry"), 6080),
        ("yff/claimants-per-population-latest.csv", Told(period=JUNE), 1300),
        ("jrf/jobs-below-living-wage.csv", Told("jobs-below-living-wage"), 168),
    ],
)
def test_files_as_published_give_every_figure(place, told, count):
    path = SHARED / place
    published = read(path.read_bytes(), path.name, told)
    assert len(published.figures) == count
    lines = {f.line for f in published.figures} | {line for line, _ in published.left_out}
    assert max(lines) - min(lines) + 1 == len(lines)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not beside the checkout")
def test_a_file_that_writes_names_among_its_codes_gives_every_other_figure():
    with gzip.open(SHARED / "jrf/hb_claimants.csv.gz", "rt", encoding="utf-8-sig") as file:
        lines = file.read().splitlines(keepends=True)
    text = "".join([lines[0], *(line for line in lines[1:] if ",2018-04," in line)])
    published = read(text.encode(), "hb_claimants.csv")
    assert len(published.figures) == 1433
    assert len(published.left_out) == 24
    assert published.left_out[0][1] == "'Eastleigh' is no code of an area"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not beside the checkout")
def test_stevenage_had_12_400_jobs_ever_furloughed_by_june_2020():
    content = (SHARED / "furlough/cjrs_la_aug2020_open.csv").read_bytes()
    known = {
        f.measure: f.number
        for f in read(content, "x.csv", Told("furlough-ever", JUNE)).figures
        if f.area_code == "E07000243"
    }
    assert known == {"furlough-ever": 12400, "furlough-take-up-ever": 27}


def long_table(*lines: str) -> bytes:
    head = "date,geography_name,geography_code,sex,hours,variable_name,value\n"
    return (head + "".join(f"2022,Hyndburn,E07000120,All,{line}\n" for line in lines)).encode()


def test_a_count_in_thousands_stands_beside_its_share():
    content = long_table("All,number_of_jobs_000s,12", "All,percent,14.8", "Part-Time,percent,31")
    published = read(content, "x.csv", Told("jobs-below-living-wage"))
    assert [(f.measure, f.number) for f in published.figures] == [
        ("jobs-below-living-wage", 12000),
        ("below-living-wage", Decimal("14.8")),
    ]
    assert published.left_out == [(4, "it is about 'Part-Time' alone")]
    assert published.notes == ["Counts were given in thousands: they are whole numbers now."]


def test_what_somebody_tells_makes_no_share_of_a_count():
    content = long_table("All,number_of_jobs_000s,12", "All,percent,14.8")
    by_share = read(content, "x.csv", Told("below-living-wage")).figures
    assert [f.measure for f in by_share] == ["jobs-below-living-wage", "below-living-wage"]
    with pytest.raises(UnreadableFile, match="'number_of_jobs_000s', and 'Median weekly pay' is"):
        read(content, "x.csv", Told("weekly-pay"))
    published = read(content, "x.csv", Told("businesses"))
    assert published.left_out == [
        (3, "it is 'percent', and 'Businesses' is in business,businesses")
    ]


@pytest.mark.parametrize(
    ("heading", "measure"),
    [
        ("Claimants percentage", "claimant-rate-16-over"),
        ("Claimants as a percentage of residents aged 16-64", "claimant-rate"),
    ],
)
def test_a_share_of_all_from_16_on_is_another_than_that_of_working_age(heading, measure):
    content = f"geography_code,age,{heading}\nE14000530,Aged 16+,2.6\n".encode()
    [figure] = read(content, "x.csv", Told(period=JUNE)).figures
    assert figure.measure == measure
