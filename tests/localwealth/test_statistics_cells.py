"""Published figures, piece by piece: cells, periods, codes of areas, headings, a town's own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth import lists
from localwealth.errors import UnreadableFile
from localwealth.sources.statistics import areas, cells, columns, naming
from localwealth.sources.statistics.measures import (
    BY_CODE,
    FURLOUGH_ENDED,
    MEASURES,
    RATE_OF,
    measure_of,
    plain,
)
from localwealth.sources.statistics.own import MOST, UNSAID, own_measure, rhythm
from localwealth.sources.statistics.reading import Told, read

SUCCESSORS = lists.table("localwealth.sources.statistics", "successors")
HEAD = "ONS code,date,claimant count\n"


# Cells


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("1,990", "1990"),
        ("12.5%", "12.5"),
        ("12.5 %", "12.5"),
        ("0.28000000000000003", "0.28"),
        ("100", "100"),
        ("1E+03", "1000"),
        ("£702.40", "702.4"),
        (" 41 ", "41"),
        ("-3", "-3"),
        ("0.0000004", "0"),
        ("0.1234567", "0.123457"),
    ],
)
def test_a_figure_is_read_without_the_noise_of_binary_numbers(text: str, number: str) -> None:
    cell = cells.cell(text)
    assert cell == cells.Cell(Decimal(number), "")
    assert f"{cell.number:f}" == f"{Decimal(number):f}"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        *((text, "suppressed") for text in sorted(cells.SUPPRESSED)),
        *((text, "not available") for text in sorted(cells.UNKNOWN)),
        *((text, "small") for text in sorted(cells.LOW)),
        *((text, "small") for text in ("<5", "< 10", "fewer than 5", "Less than 3", "under 20")),
        *((text, "not available") for text in ("", "  ", "N/A", "null", "#N/A", "nil", "None")),
        ("[C]", "suppressed"),
        ("Suppressed", "suppressed"),
        ("[LOW]", "small"),
    ],
)
def test_what_stands_for_a_figure_is_never_nought(text: str, mark: str) -> None:
    assert cells.cell(text) == cells.Cell(None, mark)


@pytest.mark.parametrize("letter", ["p", "r", "e", "u"])
@pytest.mark.parametrize(
    "form", ["340 [{}]", "340[{}]", "340 ({})", "340{}", "340 {}", "340 [{}] "]
)
def test_a_letter_beside_a_figure_says_how_firm_it_is(letter: str, form: str) -> None:
    firm = {"p": "provisional", "r": "revised", "e": "estimated", "u": "not reliable"}[letter]
    assert cells.cell(form.format(letter)) == cells.Cell(Decimal(340), firm)
    assert cells.cell(form.format(letter.upper())) == cells.Cell(Decimal(340), firm)


@pytest.mark.parametrize(
    ("text", "status", "cell"),
    [
        ("12", "Normal Value", cells.Cell(Decimal(12), "")),
        ("12", "Provisional", cells.Cell(Decimal(12), "provisional")),
        ("12", "These figures are revised.", cells.Cell(Decimal(12), "revised")),
        ("12", "Estimated", cells.Cell(Decimal(12), "estimated")),
        ("12", "Statistically unreliable", cells.Cell(Decimal(12), "not reliable")),
        # The letter beside the figure is nearer than the column of statuses.
        ("12 [r]", "Provisional", cells.Cell(Decimal(12), "revised")),
        ("12", "Confidential: suppressed", cells.Cell(None, "suppressed")),
        ("12", "Figures suppressed to avoid disclosure", cells.Cell(None, "suppressed")),
        ("", "These figures are missing.", cells.Cell(None, "not available")),
        ("* [p]", "", cells.Cell(None, "suppressed")),
        ("[p]", "", cells.Cell(None, "not available")),
    ],
)
def test_a_status_says_how_firm_a_figure_is(text: str, status: str, cell: cells.Cell) -> None:
    assert cells.cell(text, status) == cell


@pytest.mark.parametrize("text", ["a note", "12 High St", "5 of 7", "1.2.3", "12,34", "E07000243"])
def test_what_is_neither_figure_nor_mark_is_none(text: str) -> None:
    assert cells.cell(text) is None


@given(st.decimals(-(10**9), 10**9, places=3))
def test_a_figure_comes_back_as_it_was_written(number: Decimal) -> None:
    cell = cells.cell(f"{number:,}")
    assert cell is not None
    assert cell.number == number


# Periods


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015", "2015-01-01", "2015-12-31"),
        ("2015.0", "2015-01-01", "2015-12-31"),
        (" 1999 ", "1999-01-01", "1999-12-31"),
        ("October 2026", "2026-10-01", "2026-10-31"),
        ("Oct-26", "2026-10-01", "2026-10-31"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("02/2024", "2024-02-01", "2024-02-29"),
        ("Jan 2012-Dec 2012", "2012-01-01", "2012-12-31"),
        ("Apr 2019 to Mar 2020", "2019-04-01", "2020-03-31"),
        ("Oct-Dec 2015", "2015-10-01", "2015-12-31"),
        ("30 June 2020", "2020-06-30", "2020-06-30"),
        ("30/06/2020", "2020-06-30", "2020-06-30"),
        ("2020-06-30", "2020-06-30", "2020-06-30"),
        ("2020-06-30T00:00:00", "2020-06-30", "2020-06-30"),
        # Whoever writes the month first shows it where the day can be no month.
        ("6/30/2020", "2020-06-30", "2020-06-30"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    period = cells.period(text)
    assert period is not None
    assert [day.isoformat() for day in period] == [first, last]


@pytest.mark.parametrize("text", ["", "Count", "soon", "1815", "2150", "2026-13", "31 June 2020"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert cells.period(text) is None


@pytest.mark.parametrize(
    ("title", "last"),
    [
        ("Jobs on furlough at 31 July 2021, released 9 September 2021", "2021-07-31"),
        ("Cumulative to July 2020", "2020-07-31"),
        # A day is nearer than a month, wherever it stands.
        ("September 2021 release: jobs at 31 July 2021", "2021-07-31"),
        ("At 31 June 2021, or in July 2021", "2021-06-30"),
        ("Table 5", None),
        ("", None),
        ("In July of that year", None),
        ("Version 2021", None),
    ],
)
def test_a_title_names_its_day_or_month(title: str, last: str | None) -> None:
    period = cells.stated(title)
    assert (period[1].isoformat() if period else None) == last


# Codes of areas


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("E07000243", ["E07000243"]),
        (" E07000243 ", ["E07000243"]),
        ("E06000052, E06000053", ["E06000052", "E06000053"]),
        ("E06000052 and E06000053", ["E06000052", "E06000053"]),
        ("E06000052/E06000053", ["E06000052", "E06000053"]),
        ("E06000052+E06000053", ["E06000052", "E06000053"]),
        ("E06000052 & E06000053; W06000001", ["E06000052", "E06000053", "W06000001"]),
        ("E06000052 E06000053", ["E06000052", "E06000053"]),
        ("TLH2", ["TLH2"]),
        ("UKH", ["UKH"]),
        ("", []),
        ("Stevenage", []),
        ("E07000243 Stevenage", []),
        ("E0700024", []),
        ("E070002433", []),
        ("e07000243", []),
        ("X07000243", []),
    ],
)
def test_codes_in_a_cell(cell: str, codes: list[str]) -> None:
    assert areas.codes_in(cell) == codes


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("E05015626", "ward"),
        ("N08000101", "ward"),
        ("E06000052", "district"),
        ("E08000001", "district"),
        ("E09000001", "district"),
        ("W06000001", "district"),
        ("S12000033", "district"),
        ("N09000003", "district"),
        ("E10000015", "county"),
        ("E47000001", "county"),
        ("E12000006", "region"),
        ("TLH2", "region"),
        ("UKH23", "region"),
        ("E92000001", "nation"),
        ("K02000001", "nation"),
        ("E14000530", "constituency"),
        ("S14000001", "constituency"),
        ("E01023456", "small area"),
        ("S01006506", "small area"),
        ("E30000001", ""),
        ("town", ""),
        ("", ""),
    ],
)
def test_the_level_of_an_area_is_that_of_its_code(code: str, level: str) -> None:
    assert areas.level(code) == level


def test_a_district_that_became_part_of_another_is_not_the_whole() -> None:
    assert areas.successor("E07000243") is None
    assert areas.successor("") is None
    code, name, is_same = areas.successor("E07000004")
    assert (code, name, is_same) == ("E06000060", "Buckinghamshire", False)
    # Whatever stands in the list: the code of now is in use, and is one.
    for old, becomes in SUCCESSORS.items():
        now, _, called = becomes.partition(" ")
        assert areas.codes_in(old) == [old]
        assert areas.codes_in(now) == [now]
        assert areas.successor(now) is None, f"{old} leads to {now}, which is gone itself"
        assert called


# Headings and measures


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Employments furloughed [note 2]", "employments furloughed"),
        ("Employments furloughed (note 2, 3)", "employments furloughed"),
        ("Take-up rate", "take up rate"),
        ("LAD23CD", "lad23cd"),
        ("  SIC_2007  section ", "sic 2007 section"),
        ("%", "%"),
        ("", ""),
    ],
)
def test_a_heading_in_plain_words(heading: str, words: str) -> None:
    assert plain(heading) == words
    assert plain(plain(heading)) == plain(heading)


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Claimant count", "claimants"),
        ("Claimants", "claimants"),
        ("Claimant count total", "claimants"),
        ("Claimants as a percentage of residents", "claimant-rate"),
        ("Claimant rate", "claimant-rate"),
        ("People on Universal Credit", "universal-credit"),
        ("People on Universal Credit, percent of residents", "universal-credit-rate"),
        ("HB Claimants", "housing-benefit"),
        ("Housing Benefit recipients", "housing-benefit"),
        ("Employment rate 16-64", "employment-rate"),
        ("Employment", "jobs-by-industry"),
        ("Jobs by industry", "jobs-by-industry"),
        ("Median weekly pay", "weekly-pay"),
        ("Weekly pay - gross", "weekly-pay"),
        ("Median gross weekly", "weekly-pay"),
        ("Jobs below the real living wage", "jobs-below-living-wage"),
        ("Number of jobs paid below the living wage", "jobs-below-living-wage"),
        ("Jobs below the living wage as a percentage", "below-living-wage"),
        ("Employees paid at or above the real living wage", "living-wage"),
        ("Enterprises", "businesses"),
        ("Number of businesses", "businesses"),
        ("UK Business counts", ""),
        ("Business counts", "businesses"),
        ("Employments furloughed", "furlough"),
        ("Total number of employments furloughed", "furlough"),
        ("Take-up rate", "furlough-take-up"),
        ("Furlough rate", "furlough-take-up"),
        ("Eligible employments", "eligible-jobs"),
        ("Employments eligible for furlough", "eligible-jobs"),
        ("People", ""),
        ("", ""),
    ],
)
def test_a_heading_names_its_measure_and_no_other(heading: str, code: str) -> None:
    assert measure_of(heading) == code


def test_each_measure_is_whole() -> None:
    assert len(BY_CODE) == len(MEASURES)
    for measure in MEASURES:
        assert measure.kind in ("stock", "flow", "cumulative")
        assert measure.source
        assert measure.source_url.startswith("https://")
        assert measure.every_months in (1, 3, 12)
        assert measure.lag_days >= 50
        # A share says of what; a count has its unit of one and of many.
        assert bool(measure.of) == (measure.unit == "percent"), measure.code
        assert measure.counts == (measure.unit not in ("percent", "pounds a week"))
        assert measure.rounded_to == 1 or measure.counts, measure.code
        is_furlough = "furlough" in measure.code or measure.code == "eligible-jobs"
        assert (measure.ended_on == FURLOUGH_ENDED) == is_furlough


def test_a_count_stands_beside_a_share_of_its_own() -> None:
    for count, share in RATE_OF.items():
        assert BY_CODE[count].counts
        assert BY_CODE[share].unit == "percent"
    assert len(set(RATE_OF.values())) == len(RATE_OF)


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        (["LAD23CD", "LAD23NM", "Date"], {"area_code": 0, "area_name": 1, "period": 2}),
        (["ONS code", "Area", "Year"], {"area_code": 0, "area_name": 1, "period": 2}),
        # A district stands above the county and the ward above the district.
        (["UTLA23CD", "LAD23CD"], {"area_code": 1}),
        (["LAD23CD", "WD23CD"], {"area_code": 1}),
        (["ITL221CD"], {"area_code": 0}),
        (["Sex", "Age group", "Hours"], {"sex": 0, "age": 1, "hours": 2}),
        (["OBS_VALUE", "OBS_STATUS_NAME"], {"number": 0, "status": 1}),
        (["INDUSTRY_NAME", "SIC 2007"], {"group": 0}),
        (["Measure", "Measures name"], {"way": 0}),
        ([], {}),
    ],
)
def test_each_column_has_its_role(headings: list[str], roles: dict[str, int]) -> None:
    assert columns.columns_of(headings).roles == roles


def test_columns_of_figures_are_told_from_those_of_words() -> None:
    table = columns.columns_of(
        ["ONS code", "Claimant count", "Claimant rate", "Count", "%", "Note"]
    )
    assert table.measures == {1: "claimants", 2: "claimant-rate"}
    assert table.bare == {3: "count", 4: "rate"}
    assert table.cell([" E07000243 ", "5"], "area_code") == "E07000243"
    assert table.cell(["E07000243", "5"], "period") == ""
    assert [columns.meaning(head) for head in ("LAD23CD", "Claimants", "Percent", "Note")] == [
        "area_code",
        "claimants",
        "rate",
        "",
    ]


@pytest.mark.parametrize(
    ("headings", "year"),
    [
        (["LAD19CD"], 2019),
        (["Notes", "wd 23 cd"], None),
        (["WD23 CD"], 2023),
        (["ltla21cd"], 2021),
        (["ONS code"], None),
        (["LADCD"], None),
        ([], None),
    ],
)
def test_the_year_of_boundaries_is_that_of_the_heading(
    headings: list[str], year: int | None
) -> None:
    assert columns.area_year(headings) == year


# What a line of a long table counts


@pytest.mark.parametrize(
    ("measure", "texts", "code"),
    [
        ("claimants", [""], "claimants"),
        ("claimants", ["Persons"], "claimants"),
        ("claimants", ["percent"], "claimant-rate"),
        ("claimants", ["Count", "Rate"], "claimant-rate"),
        ("claimants", ["As a proportion"], "claimant-rate"),
        ("claimant-rate", ["percent"], "claimant-rate"),
        ("claimant-rate", ["Number of people"], "claimants"),
        ("jobs-below-living-wage", ["%"], "below-living-wage"),
        ("below-living-wage", ["number of jobs"], "jobs-below-living-wage"),
        ("furlough-now", ["rate"], "furlough-take-up-now"),
    ],
)
def test_a_line_is_about_what_was_said_or_its_other_half(
    measure: str, texts: list[str], code: str
) -> None:
    assert naming.as_told(measure, texts) == code


@pytest.mark.parametrize(
    ("measure", "texts", "sentence"),
    [
        ("businesses", ["", "percent"], "it is 'percent', and 'Businesses' is in business,busin"),
        (
            "weekly-pay",
            ["Number of jobs"],
            "'Number of jobs', and 'Median weekly pay' is in pounds",
        ),
        ("employment-rate", ["number of people"], "'People in work' is in percent"),
    ],
)
def test_a_line_that_is_about_something_else_is_refused(
    measure: str, texts: list[str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        naming.as_told(measure, texts)


@pytest.mark.parametrize(
    ("texts", "is_in_thousands"),
    [
        (["number_of_jobs_000s"], True),
        (["Jobs (thousands)"], True),
        (["thousand"], True),
        (["Jobs", "000"], True),
        (["12000"], False),
        (["thousandths"], False),
        ([], False),
    ],
)
def test_thousands_are_said_in_words(texts: list[str], is_in_thousands: bool) -> None:
    assert naming.in_thousands(texts) is is_in_thousands


@pytest.mark.parametrize(
    ("age", "heading", "code"),
    [
        ("Aged 16+", "Claimants percentage", "claimant-rate-16-over"),
        ("16 and over", "Claimants percentage", "claimant-rate-16-over"),
        ("16+", "Claimants percentage", "claimant-rate-16-over"),
        ("Aged 16+", "Claimants as a share of 16-64", "claimant-rate"),
        ("Aged 16-64", "Claimants percentage", "claimant-rate"),
        ("", "Claimants percentage", "claimant-rate"),
    ],
)
def test_a_share_is_of_whom_its_line_is_about(age: str, heading: str, code: str) -> None:
    assert naming.of_whom("claimant-rate", age, heading) == code
    assert naming.of_whom("claimants", age, heading) == "claimants"


# A town's own measures

SHOPS = {"measure": "Empty shops", "unit": "shop", "kind": "stock"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"measure": ""}, "it has no series"),
        ({"unit": ""}, "it has no unit"),
        ({"kind": ""}, "the kind is stock, flow or cumulative, not ''"),
        ({"kind": "rate"}, "the kind is stock, flow or cumulative, not 'rate'"),
        ({"unit": "percent"}, "'Empty shops' is a share: the column of says a share of what"),
        ({"measure": "£ ?"}, "'£ \\?' has no letter and no figure to be called by"),
        ({"measure": "Claimants"}, "'Claimants' is in claimant, stock"),
        (
            {"measure": "People in work", "unit": "percent", "of": "all"},
            "'People in work' is in percent of residents aged 16 to 64, stock",
        ),
    ],
)
def test_a_line_that_defines_no_measure_says_why(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}"):
        own_measure(SHOPS | change)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Empty shops", "empty-shops"),
        ("EMPTY  SHOPS!", "empty-shops"),
        ("(Shops) empty", "shops-empty"),
        ("16 to 24", "16-to-24"),
    ],
)
def test_a_measure_is_called_by_its_title(title: str, code: str) -> None:
    measure = own_measure(SHOPS | {"measure": title, "kind": "Stock"})
    assert (measure.code, measure.title, measure.kind) == (code, title, "stock")
    assert (measure.of, measure.source, measure.every_months) == ("", "", UNSAID)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        *(("1", 1), ("12", 12), ("60", 60)),
        *((text, UNSAID) for text in ("", "0", "61", "-1", "monthly", "1.5")),
    ],
)
def test_how_often_figures_come_is_one_to_sixty_months(text: str, months: int) -> None:
    assert own_measure(SHOPS | {"every_months": text}).every_months == months


def test_a_measure_that_is_known_keeps_its_code_and_names_the_towns_source() -> None:
    line = {"measure": "claimants", "unit": "claimant", "kind": "stock"}
    known = BY_CODE["claimants"]
    assert own_measure(line) == known
    from_town = own_measure(line | {"source": "The jobs club"})
    assert (from_town.code, from_town.source, from_town.source_url) == (
        "claimants",
        "The jobs club",
        "",
    )
    both = own_measure(line | {"source": "The jobs club", "source_url": "https://jobs.example/"})
    assert both.source_url == "https://jobs.example/"
    only_url = own_measure(line | {"source_url": "https://jobs.example/"})
    assert (only_url.source, only_url.source_url) == (known.source, "https://jobs.example/")


def month_ends(*months: tuple[int, int]) -> list[tuple[date, date]]:
    ends = [date(y + m // 12, m % 12 + 1, 1) - timedelta(days=1) for y, m in months]
    return [(end, end) for end in ends]


@pytest.mark.parametrize(
    ("periods", "months"),
    [
        ([], 3),
        (month_ends((2026, 6)), 3),
        (month_ends((2026, 5), (2026, 6)), 3),
        (month_ends((2026, 2), (2026, 6)), 4),
        (month_ends((2025, 6), (2026, 6)), 12),
        # The nearest two tell it: a year was left out.
        (month_ends((2023, 6), (2025, 6), (2026, 6)), 12),
        (month_ends((2000, 6), (2026, 6)), MOST),
        ([(date(2025, 1, 1), date(2025, 12, 31))], 12),
        ([(date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 1), date(2026, 11, 30))], 3),
    ],
)
def test_the_rhythm_of_figures_is_that_of_their_periods(
    periods: list[tuple[date, date]], months: int
) -> None:
    assert rhythm(periods) == months
    assert rhythm([*periods, *reversed(periods)]) == months


# Nomis's workbook with areas across


def across(*, measure: str = "Count", day: str = "2024", cells: str = "5000,,250000,") -> bytes:
    return (
        "Business Register and Employment Survey : open access,,,,\n"
        f"date,{day},,,\nmeasure,{measure},,,\n\n"
        "Industry,Stevenage,,Great Britain,\n"
        ",number,Flags,number,Flags\n"
        f"C : Manufacturing,{cells}\n"
        "Notes: rounded to 5,,,,\n"
    ).encode()


def test_areas_across_are_read_each_with_its_flags() -> None:
    published = read(across(cells="5000,,*,-"), "x.csv")
    assert [
        (f.measure, f.area_code, f.area_name, f.number, f.mark, f.group, f.line)
        for f in published.figures
    ] == [
        ("jobs-by-industry", "Stevenage", "Stevenage", 5000, "", "C : Manufacturing", 7),
        (
            "jobs-by-industry",
            "K03000001",
            "Great Britain",
            None,
            "suppressed",
            "C : Manufacturing",
            7,
        ),
    ]
    assert {(f.first, f.last) for f in published.figures} == {
        (date(2024, 1, 1), date(2024, 12, 31))
    }
    assert published.footnotes == ["Notes: rounded to 5"]
    assert published.title == "Business Register and Employment Survey : open access"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"measure": "Industry percentage"}, "Its figures are shares. Take the workbook of counts"),
        ({"day": "latest"}, "The file doesn't say which year its jobs are of"),
        ({"day": ""}, "The file doesn't say which year its jobs are of"),
    ],
)
def test_a_workbook_of_shares_or_of_no_year_is_refused(
    change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read(across(**change), "x.csv")


@pytest.mark.parametrize("text", ["many", "-5"])
def test_a_cell_across_that_is_no_figure_is_named_with_its_area(text: str) -> None:
    published = read(across(cells=f"{text},,250000,"), "x.csv")
    assert published.left_out == [(7, f"{text!r} of Stevenage is no figure")]
    assert [f.area_code for f in published.figures] == ["K03000001"]


# The file in all


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Stevenage,2026-10,9", "'Stevenage' is no code of an area"),
        ("E07000243,soon,9", "'soon' is no day, month or year"),
        ("E07000243,2026-10,many", "'many' is no figure"),
        ("E07000243,2026-10,-1", "'-1' is below nought: nothing is counted so"),
        ('"1,000",2026-10,9', "'1,000' is no code of an area"),
    ],
)
def test_a_line_that_is_left_out_says_why_and_the_others_stand(line: str, why: str) -> None:
    published = read(f"{HEAD}E07000240,2026-10,7\n{line}\n".encode(), "x.csv")
    assert published.left_out == [(3, why)]
    assert [(f.area_code, f.number, f.line) for f in published.figures] == [("E07000240", 7, 2)]


def test_where_no_line_holds_a_figure_the_first_reasons_are_told() -> None:
    lines = "".join(f"Place {n},2026-10,9\n" for n in range(5))
    with pytest.raises(UnreadableFile, match=r"holds no figure\. line 2: 'Place 0'") as refusal:
        read((HEAD + lines).encode(), "x.csv")
    assert "line 4:" in str(refusal.value)
    assert "line 5:" not in str(refusal.value)


def test_after_ten_old_districts_the_others_are_counted() -> None:
    gone = sorted(SUCCESSORS)[:13]
    lines = "".join(f"{code},2012-01,9\n" for code in gone)
    published = read((HEAD + lines).encode(), "x.csv")
    notes = [note for note in published.notes if note.startswith(tuple(gone))]
    assert len(notes) == 10
    assert published.notes[-1] == "And so it is with 3 more areas of the file."
    ten = read((HEAD + "".join(lines.splitlines(keepends=True)[:10])).encode(), "x.csv")
    assert not any(note.startswith("And so") for note in ten.notes)


@pytest.mark.parametrize(
    ("shares", "shown"),
    [
        (["0.27", "0.3"], [27, 30]),
        (["0.27", "*"], [27, None]),
        (["1", "0.5"], [100, 50]),
        # One above 1 shows that they are per cent as they stand.
        (["0.9", "27"], [Decimal("0.9"), 27]),
    ],
)
def test_a_column_of_parts_of_one_is_made_per_cent(
    shares: list[str], shown: list[Decimal | None]
) -> None:
    lines = "".join(f"E0700024{n},{share}\n" for n, share in zip((0, 3), shares, strict=True))
    day = date(2020, 6, 30)
    told = Told("furlough-ever", (day, day))
    published = read(f"ONS code,Take-up rate\n{lines}".encode(), "x.csv", told)
    assert [f.number for f in published.figures] == shown
    assert ("a part of 1" in " ".join(published.notes)) == (shown[0] != Decimal("0.9"))


@pytest.mark.parametrize("who", ["Male", "Female", "Men", "16-24", "Part-time"])
@pytest.mark.parametrize("column", ["sex", "age", "hours"])
def test_a_line_about_some_people_alone_is_left_out(who: str, column: str) -> None:
    head = f"ONS code,date,{column},claimant count\n"
    text = f"{head}E07000240,2026-10,All,7\nE07000243,2026-10,{who},9\n"
    published = read(text.encode(), "x.csv")
    assert published.left_out == [(3, f"it is about {who!r} alone")]


@pytest.mark.parametrize(
    "everybody", ["", "Total", "All", "Persons", "Both", "Aged 16+", "All ages"]
)
def test_a_line_about_everybody_counts(everybody: str) -> None:
    text = f"ONS code,date,sex,claimant count\nE07000243,2026-10,{everybody},9\n"
    assert [f.number for f in read(text.encode(), "x.csv").figures] == [9]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_figures_are_read_whatever_parts_and_encodes_them(encoding: str, separator: str) -> None:
    text = 'ONS code,Area name,date,claimant count\nE07000243,Café Town,2026-10,"9"\n'
    content = text.replace(",", separator).encode(encoding)
    [figure] = read(content, "x.csv").figures
    assert (figure.area_code, figure.area_name, figure.number) == ("E07000243", "Café Town", 9)
