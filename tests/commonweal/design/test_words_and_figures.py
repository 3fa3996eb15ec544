"""Figures, money, days, files and bars as people read them: pure functions, each by its cases."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from commonweal.design import amounts, csvs, dates, days, lengths, signs, words
from commonweal.design.bars import Bar, badge, stacked, written
from commonweal.design.narrow import BulletOf, StepOf, bullets, waterfall
from commonweal.design.plots import BarOf, PointOf, bars, series
from commonweal.design.ranges import Part, RangeMiddleware, tagged
from commonweal.design.timelines import SpanOf, timeline

D = Decimal


# Figures in words


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        *((None, "not stated"), ("", "not stated"), (0, "0"), (1250, "1,250"), ("12.50", "12.5")),
        *((D("1000000"), "1,000,000"), (-5, "-5"), (D("-0.00001"), "0"), (1.1, "1.1")),
        *((D("0.12345"), "0.1234"), (D("100"), "100"), (D("1E+3"), "1,000")),
    ],
)
def test_a_figure_has_no_idle_noughts(count: Any, shown: str) -> None:
    assert words.figure(count) == shown


@pytest.mark.parametrize(
    ("count", "noun", "shown"),
    [
        *(
            (1, "partner", "1 partner"),
            (0, "partner", "0 partners"),
            (1250, "partner", "1,250 partners"),
        ),
        *(
            (2, "entry,entries", "2 entries"),
            (1, "entry,entries", "1 entry"),
            (D("1.0"), "hour", "1 hour"),
        ),
        *(
            (D("1.5"), "hour", "1.5 hours"),
            ("fewer than 5", "person,people", "fewer than 5 people"),
        ),
        *((None, "partner", "not stated partners"), (-1, "job", "-1 jobs")),
    ],
)
def test_one_is_said_as_one(count: Any, noun: str, shown: str) -> None:
    assert words.many(count, noun) == shown


@pytest.mark.parametrize(
    ("amount", "whole", "exact", "in_a_sentence"),
    [
        (None, "not stated", "not stated", "not stated"),
        ("", "not stated", "not stated", "not stated"),
        (0, "£0", "£0.00", "£0"),
        (D("1234.5"), "£1,234", "£1,234.50", "£1,234.50"),
        ("1234.567", "£1,235", "£1,234.57", "£1,234.57"),
        (D(300), "£300", "£300.00", "£300"),
        (-5, "-£5", "-£5.00", "-£5"),
        (D("-0.004"), "£0", "£0.00", "£0"),
        (D("-1234.5"), "-£1,234", "-£1,234.50", "-£1,234.50"),
        (D("1000000"), "£1,000,000", "£1,000,000.00", "£1,000,000"),
    ],
)
def test_money_is_written_with_its_sign_before_the_pound(
    amount: Any, whole: str, exact: str, in_a_sentence: str
) -> None:
    assert words.pounds(amount) == whole
    assert words.pence(amount) == exact
    assert words.in_pounds(amount) == in_a_sentence


@pytest.mark.parametrize(
    ("share", "shown"),
    [(None, "not shown"), ("", "not shown"), (0, "0.0%"), (0.125, "12.5%"), (D("1"), "100.0%")],
)
def test_a_share_in_per_cent(share: Any, shown: str) -> None:
    assert words.percent(share) == shown


@pytest.mark.parametrize(
    ("figure", "unit", "kind", "shown"),
    [
        *(
            (None, "hours", "", "not stated"),
            (D(1), "", "yes_no", "done"),
            (D(0), "", "yes_no", "not done"),
        ),
        *(
            (D(1250), "", "money", "£1,250"),
            (D("12.5"), "", "money", "£12.50"),
            (D("-3"), "", "money", "-£3"),
        ),
        *(
            (D("12.50"), "", "share", "12.5%"),
            (D(30), "%", "", "30%"),
            (D("0.333"), "%", "", "0.33%"),
        ),
        *(
            (D(143), "hours", "count", "143 hours"),
            (D("1.00"), "hours", "", "1 hour"),
            (D(5), "", "", "5"),
        ),
        *((D("1234.50"), "tonnes", "", "1,234.5 tonnes"), (D("10"), "kg", "", "10 kg")),
    ],
)
def test_a_figure_stands_with_its_unit(
    figure: Decimal | None, unit: str, kind: str, shown: str
) -> None:
    assert written(figure, unit, kind) == shown


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        *(("", ""), ("  ", ""), ("a", "<p>a</p>"), ("a\nb", "<p>a<br>b</p>")),
        *(("a\n\nb", "<p>a</p><p>b</p>"), ("a\n \n\n b", "<p>a</p><p>b</p>")),
        ("<b>&", "<p>&lt;b&gt;&amp;</p>"),
    ],
)
def test_somebodys_words_are_escaped_in_paragraphs(text: str, blocks: str) -> None:
    assert words.paragraphs(text).replace(' class="govuk-body"', "") == blocks


def test_held_back_counts_say_so() -> None:
    assert [words.counted(count) for count in (None, 0, 1250)] == ["fewer than 5", "0", "1,250"]
    assert [words.part(count) for count in (None, 0, 1250)] == ["held back", "0", "1,250"]
    assert (words.day(date(2027, 3, 3)), words.day(None)) == ("3 March 2027", "no date stated")
    assert words.spaced("in_time") == "in time"


def test_our_own_pages_are_markdown_and_nobodys_html() -> None:
    html = words.markdown("# A\n\n<b>raw</b>\n\n|a|b|\n|---|---|\n|1|2|\n\n|c|\n|---|\n|3|\n")
    assert "&lt;b&gt;raw" in html
    assert 'aria-label="Table 1"' in html
    assert 'aria-label="Table 2"' in html
    assert "<details" not in html
    rows = "".join(f"|{n}|\n" for n in range(words.LONG_TABLE_ROWS + 1))
    assert "The table, 21 rows" in words.markdown(f"|a|\n|---|\n{rows}")


# What people type


@given(st.integers(0, 10**12 - 1).map(lambda pennies: D(pennies).scaleb(-2)))
def test_pounds_come_back_however_they_are_typed(pounds: Decimal) -> None:
    for text in (f"{pounds:.2f}", f"£{pounds:,.2f}", f"{pounds:,.2f} pounds", f"GBP {pounds:.2f}"):
        if pounds < amounts.MOST:
            assert amounts.pounds(text) == pounds
            assert amounts.number(f"-£{pounds:,.2f}") == -pounds
    assert amounts.pounds(f"{pounds:,.2f}".replace(",", "\u00a0")) == pounds


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        *((text, "can't be below nought") for text in ("-5", "£-5", "−5", "(5)", "£ –5")),
        *((text, "Pence have two figures") for text in ("1.234", "£1,234.567", ".505")),
        *((text, "A comma stands before three") for text in ("150,00", "1.234,50", "12,5")),
        *((text, "Write pounds and pence") for text in ("", "1e3", "1,23,456", "12,34.50", "½")),
        *((text, "Write pounds and pence") for text in ("five", "5 EUR", "£", "5.", "1 23", "١٥٠")),
        ("10000000000", "below ten thousand million"),
    ],
)
def test_what_is_unclear_is_asked_again(text: str, sentence: str) -> None:
    with pytest.raises(amounts.Unclear, match=sentence):
        amounts.pounds(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        *((text, "A comma stands before three figures only") for text in ("12,5", "-1,25")),
        *(
            (text, "Write a number in figures")
            for text in ("", "%", "1e3", "five", "1,23,456", "--5")
        ),
        *((text, "below one million million") for text in ("1000000000000", "-1000000000000")),
        ("0.12345", "four decimal places at most"),
    ],
)
def test_what_is_no_number_is_asked_again(text: str, sentence: str) -> None:
    with pytest.raises(amounts.Unclear, match=sentence):
        amounts.number(text)


@pytest.mark.parametrize(
    ("boxes", "parts"),
    [
        (None, ["", "", ""]),
        ([], ["", "", ""]),
        (["3", "4"], ["3", "4", ""]),
        ([3, 4, 1958], ["3", "4", "1958"]),
        (["3RD", "SEPT", "1958"], ["3", "9", "1958"]),
        (["3", "ma", "1958"], ["3", "ma", "1958"]),
        (["3", "mars", "1958"], ["3", "mars", "1958"]),
        (["33rd", "jul", ""], ["33", "7", ""]),
        (["\u00a03 ", "4;", "/1958"], ["3", "4", "1958"]),
        (["3 April 1958", "", ""], ["3", "4", "1958"]),
        (["", "3.4.1958", ""], ["3", "4", "1958"]),
        (["3 April 1958", "4", ""], ["3 April 1958", "4", ""]),
    ],
)
def test_a_date_is_taken_apart(boxes: list[object] | None, parts: list[str]) -> None:
    assert dates.parts_of(boxes) == parts


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_taken_apart(day: date) -> None:
    plain = [str(day.day), str(day.month), str(day.year)]
    assert dates.parts_of([str(day.day), f"{day:%B}", f"{day:%Y}"]) == plain
    assert dates.parts_of([f"{day.day} {day:%b} {day.year}", "", ""])[1:] == plain[1:]
    assert days.known_day(day.isoformat()) == words.day(day)


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        *(("1950", "1950"), ("1950-03", "March 1950"), ("1950-03-27", "27 March 1950")),
        *(
            ("1950-13", "1950-13"),
            ("1950-02-30", "1950-02-30"),
            ("about 1950", "about 1950"),
            ("", ""),
        ),
    ],
)
def test_a_day_is_shown_as_far_as_it_is_known(known: str, shown: str) -> None:
    assert days.known_day(known) == shown


# Files


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "'"])
def test_no_cell_is_a_formula_and_each_comes_back(sign: str) -> None:
    cell = f"{sign}HYPERLINK(1)"
    assert csvs.safe(cell) == f"'{cell}"
    assert csvs.safe(cell)[1:] == cell
    assert csvs.safe(f"a{cell}") == f"a{cell}"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        ("-5", "-5"),
        ("+5.5", "+5.5"),
        ("-5 x", "'-5 x"),
        (-5, -5),
        ("", ""),
        (D("-1.5"), D("-1.5")),
    ],
)
def test_figures_below_nought_stay_figures(cell: Any, shown: Any) -> None:
    assert csvs.safe(cell) == shown


@settings(max_examples=50)
@given(st.lists(st.tuples(st.text(max_size=9), st.integers()), max_size=4))
def test_a_csv_reads_back(lines: list[tuple[str, int]]) -> None:
    names = ["words", "figure"]
    rows: list[dict[str, Any]] = [dict(zip(names, line, strict=True)) for line in lines]
    text = csvs.csv_text(names, rows)
    assert text.startswith("\ufeffwords,figure\r\n")
    assert csvs.csv_text(names, rows, mark=False) == text[1:]
    assert csvs.lines_text([names, *lines]) == text
    again = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert [int(row["figure"]) for row in again] == [figure for _, figure in lines]
    for row, (before, _) in zip(again, lines, strict=True):
        assert row["words"] == csvs.safe(before)


def test_what_does_not_fit_is_refused_and_never_cut() -> None:
    assert lengths.kept_whole("abc", 3, "name", ValueError) == "abc"
    with pytest.raises(ValueError, match=r"its name has 1,200 signs, and 3 fit\. Shorten"):
        lengths.kept_whole("a" * 1200, 3, "name", ValueError)
    assert lengths.heading("one two three", 13) == "one two three"
    assert lengths.heading("one two three", 12) == "one two…"
    assert lengths.heading("onetwothree", 5) == "onet…"


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_two_keys_stay_two(one: str, other: str) -> None:
    assert (lengths.key(one, 40) == lengths.key(other, 40)) is (one == other)
    assert len(lengths.key(one * 3, 40)) <= 40


@given(st.text())
def test_xml_can_hold_what_is_left(text: str) -> None:
    held = signs.for_xml(text)
    element = etree.Element("a")
    element.text = held
    assert signs.for_xml(held) == held
    assert signs.all_for_xml({"a": [text, (text, 1)]}) == {"a": [held, (held, 1)]}


def test_words_line_ends_stay_line_ends() -> None:
    assert signs.for_xml("a\x0bb\x0cc\x00d\te\nf") == "a\nb\ncd\te\nf"


# A part of a file

CONTENT = bytes(range(100))


def fetched(method: str = "get", *, tag: str = "", **headers: str) -> Any:
    response = FileResponse(io.BytesIO(CONTENT), content_type="text/csv")
    response.headers["Content-Length"] = str(len(CONTENT))
    if tag:
        tagged(response, tag)
    request = getattr(RequestFactory(), method)("/", **headers)
    return RangeMiddleware(lambda _: response)(request)


@pytest.mark.parametrize(
    ("asked_for", "first", "last"),
    [
        *(("bytes=0-9", 0, 9), ("bytes=90-", 90, 99), ("bytes=-10", 90, 99), ("bytes=99-", 99, 99)),
        *(("bytes=50-500", 50, 99), ("bytes=-500", 0, 99), (" bytes=5-5 ", 5, 5)),
    ],
)
def test_a_part_is_sent_alone(asked_for: str, first: int, last: int) -> None:
    response = fetched(HTTP_RANGE=asked_for)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/100"
    assert response["Content-Length"] == str(last - first + 1)
    assert b"".join(response.streaming_content) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked_for", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_part_behind_the_end_is_refused(asked_for: str) -> None:
    response = fetched(HTTP_RANGE=asked_for)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */100")


@pytest.mark.parametrize(
    "asked_for", ["", "bytes=", "bytes=-", "bytes=9-5", "bytes=0-1,5-6", "lines=0-5", "bytes=a-b"]
)
def test_what_asks_for_no_part_gets_the_whole(asked_for: str) -> None:
    response = fetched(HTTP_RANGE=asked_for)
    assert (response.status_code, response["Accept-Ranges"]) == (200, "bytes")
    assert b"".join(response.streaming_content) == CONTENT


def test_who_has_the_file_is_not_sent_it_again() -> None:
    assert fetched(tag="abc", HTTP_IF_NONE_MATCH='"abc"').status_code == 304
    assert fetched(tag="abc", HTTP_IF_NONE_MATCH='"abcd"').status_code == 200
    # A part of another file than the one begun is no part.
    assert fetched(tag="abc", HTTP_RANGE="bytes=0-4", HTTP_IF_RANGE='"abc"').status_code == 206
    assert fetched(tag="abc", HTTP_RANGE="bytes=0-4", HTTP_IF_RANGE='"old"').status_code == 200


def test_only_files_that_are_got_have_parts() -> None:
    assert fetched("head", HTTP_RANGE="bytes=0-4").status_code == 200
    assert fetched("post", HTTP_RANGE="bytes=0-4").status_code == 200
    page = HttpResponse("page")
    request = RequestFactory().get("/", HTTP_RANGE="bytes=0-1")
    assert RangeMiddleware(lambda _: page)(request) is page


@given(st.integers(0, 90), st.integers(1, 10), st.lists(st.integers(-1, 12), max_size=6))
def test_a_window_shows_nothing_of_what_lies_around_it(
    start: int, length: int, sizes: list[int]
) -> None:
    part = Part(io.BytesIO(CONTENT), start, length)
    read = b"".join(part.read(size) for size in sizes)
    assert CONTENT[start : start + length].startswith(read)
    assert part.seek(0, 2) == length
    part.seek(length + 3)
    assert part.read() == part.read(5) == b""


# The promise bar

BEGAN, DUE = date(2026, 1, 1), date(2026, 12, 31)


def bar(**more: Any) -> Bar:
    usual: dict[str, Any] = {
        **{"unit": "hours", "kind": "count", "baseline": None, "target": D(100)},
        **{"claimed": None, "verified": None, "from_on": None, "due_on": None, "on": None},
    }
    return Bar(**(usual | more))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"target": None}, "No target in figures was stated."),
        ({}, "Nothing of 100 hours verified yet."),
        ({"claimed": D(40)}, "Nothing of 100 hours verified yet, 40 claimed."),
        ({"verified": D(40)}, "40 of 100 hours verified."),
        ({"verified": D(40), "claimed": D(40)}, "40 of 100 hours verified."),
        ({"verified": D(40), "claimed": D(60)}, "40 of 100 hours verified, 20 more claimed."),
        ({"verified": D(40), "claimed": D(30)}, "40 of 100 hours verified, 30 claimed since."),
        ({"baseline": D(20)}, "From 20 to 100 hours: none verified yet."),
        (
            {"baseline": D(20), "verified": D(40), "claimed": D(60)},
            "From 20 to 100 hours: 40 verified, 60 claimed.",
        ),
        ({"kind": "yes_no", "target": D(1)}, "Not done yet."),
        (
            {"kind": "yes_no", "target": D(1), "claimed": D(1)},
            "Done, says the partner; not verified yet.",
        ),
        ({"kind": "yes_no", "target": D(1), "verified": D(1)}, "Done, and verified."),
        ({"kind": "money", "target": D(5000)}, "Nothing of £5,000 verified yet."),
        ({"kind": "keep"}, "To stay at or above 100 hours; nothing reported yet."),
        ({"kind": "keep", "claimed": D(120)}, "120 hours claimed, to stay at or above 100 hours."),
        (
            {"kind": "keep", "claimed": D(120), "verified": D(120), "claimed_for": BEGAN},
            "120 hours verified for 1 January 2026, to stay at or above 100 hours.",
        ),
        (
            {
                **{"kind": "keep", "claimed": D(120), "claimed_for": BEGAN},
                **{"due_on": DUE, "on": DUE + timedelta(days=1)},
            },
            "120 hours claimed for 1 January 2026, to stay at or above 100 hours until 31 December "
            "2026; nothing reported for that day yet.",
        ),
        ({"verified": D(40), "is_gone": True}, "40 of 100 hours verified. What showed it can no"),
        ({"first_target": D(150)}, "verified yet. First promised: 150 hours; the target was moved"),
    ],
)
def test_a_bar_says_what_it_shows(more: dict[str, Any], sentence: str) -> None:
    assert sentence in bar(**more).sentence
    assert sentence.rstrip(".") in str(bar(**more)).replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("day", "more", "due_by_today"),
    [
        (BEGAN, {}, None),
        (date(2026, 7, 2), {}, "50 due by today"),
        (DUE, {}, "100 due by today"),
        (DUE + timedelta(days=99), {}, "100 due by today"),
        (date(2026, 7, 2), {"verified": D(100)}, None),
        (date(2026, 7, 2), {"kind": "keep"}, None),
        (date(2026, 7, 2), {"baseline": D(100), "target": D(50)}, "75 due by today"),
        (date(2026, 7, 2), {"due_on": None}, None),
        (date(2026, 7, 2), {"due_on": BEGAN}, None),
    ],
)
def test_what_was_due_by_today_grows_evenly(
    day: date, more: dict[str, Any], due_by_today: str | None
) -> None:
    sentence = bar(**({"from_on": BEGAN, "due_on": DUE, "on": day} | more)).sentence
    assert re.findall(r"[\d.]+ due by today", sentence) == ([due_by_today] if due_by_today else [])


@given(
    *(st.one_of(st.none(), st.integers(-500, 500).map(D)) for _ in range(4)),
    st.sampled_from(["count", "keep", "money", "share"]),
)
def test_a_bar_is_drawn_within_its_frame(
    baseline: D | None, target: D | None, claimed: D | None, verified: D | None, kind: str
) -> None:
    drawn = bar(kind=kind, baseline=baseline, target=target, claimed=claimed, verified=verified)
    for figure in (claimed, verified):
        share = drawn.share(figure)
        assert share is None or 0 <= share <= 1
    if target is not None:
        assert drawn.share(target) == 1
        widths = re.findall(r'<rect[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"', drawn.svg())
        assert all(float(x) + float(width) <= 542 for x, width in widths)
    assert drawn.sentence.endswith(".")


# Pictures


def is_whole(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def test_pictures_are_whole_and_say_whose_words_they_hold() -> None:
    name = 'Bread & <Co> "Ltd"'
    for svg in (
        bars(
            [BarOf(name, -3), BarOf("b", 0, "hatched"), BarOf("c", 5, "hollow", "five")], label=name
        ),
        waterfall(
            [StepOf(name, 0, 5, "solid", "5"), StepOf("b", 5, -2, "hollow", "-7")], label=name
        ),
        bullets(
            [BulletOf(name, D(1), D(2), D(3), "2"), BulletOf("b", None, None, None, "")], label=name
        ),
        badge("Town & Co", name, "today", holds=False),
    ):
        root = is_whole(svg)
        assert name in root.get("aria-label") or name in root.get("aria-label", "")
        assert any(name in (text or "") for text in root.itertext()), svg[:300]
    stack = [type("P", (), {"standing": "met", "words": name, "count": 2, "share": 1.0})()]
    assert "Bread &amp; &lt;Co&gt;" in stacked(stack, label=name)


@pytest.mark.parametrize("number", [1, 2, 9])
def test_a_series_is_drawn_for_desk_and_phone(number: int) -> None:
    points = [
        PointOf(BEGAN + timedelta(days=30 * n), D(n % 3), f"p{n}", n == 0) for n in range(number)
    ]
    drawn = series(points, [(BEGAN, D(0)), (DUE, D(5))], label="x")
    assert drawn.count("<svg") == 2
    assert drawn.count("<circle") == 2 * number
    assert drawn.count(">target<") == 2
    assert "p0" in drawn
    assert series(points, [], label="x").count(">target<") == 0


def test_a_timeline_shows_what_has_a_day() -> None:
    undated = SpanOf("Nothing", None, None, 0, "Without a date")
    assert timeline([undated], on=BEGAN, label="x") == ""
    spans = [
        undated,
        SpanOf("A" * 60, BEGAN, DUE, 0.5, "Under way", [(DUE, True), (BEGAN, False)]),
        SpanOf("No end", BEGAN, None, 0, "Under way"),
        SpanOf("No beginning", None, DUE, 1, "Done"),
    ]
    drawn = timeline(spans, on=date(2026, 6, 1), label="x")
    assert "Nothing" not in drawn
    # A long name is written whole, over as many lines as it takes.
    for svg in re.findall(r"<svg.*?</svg>", drawn, re.S):
        assert sum(map(len, re.findall(r">(A+)<", svg))) == 60
    assert drawn.count("<title>") == 2 * 3
    for svg in re.findall(r"<svg.*?</svg>", drawn, re.S):
        is_whole(svg)
