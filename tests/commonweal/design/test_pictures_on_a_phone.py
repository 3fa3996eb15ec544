"""Pictures are drawn again for a phone: their words stay as large, and nothing is cut off."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from commonweal.design.flows import RibbonOf, flows
from commonweal.design.plots import PHONE, BarOf, PointOf, bars, series
from commonweal.design.timelines import SpanOf, timeline

LONG = "A name that is longer than any partner of a town will ever have"
DAY = date(2026, 1, 15)

DRAWN = {
    "flows": lambda: flows(
        [
            RibbonOf("council", "town", Decimal(90), "hatched"),
            RibbonOf("college", "town", Decimal(10)),
        ],
        {"council": "£90", "town": "£34,073,745, 49.0%"},
        label="Flows",
        names={"council": LONG, "college": "College", "town": LONG},
    ),
    "series": lambda: series(
        [
            PointOf(DAY, Decimal(1), "1,234 organisations"),
            PointOf(date(2026, 12, 1), Decimal(9), "9,999 organisations"),
        ],
        [],
        label="Series",
    ),
    "timeline": lambda: timeline(
        [SpanOf(LONG, DAY, date(2027, 12, 1), 0.5, "Under way", [(DAY, True)])],
        on=date(2026, 6, 1),
        label="Timeline",
    ),
    "bars": lambda: bars([BarOf("Over a year", 1_000_000), BarOf("Less", -20)], label="Bars"),
}
TEXTS = re.compile(r'<text x="([\d.-]+)"([^>]*)>([^<]*)</text>')


@pytest.mark.parametrize("kind", DRAWN)
def test_a_picture_fits_a_phone_with_all_its_words(kind: str) -> None:
    drawn = str(DRAWN[kind]())
    phone = drawn.partition('<div class="on-phone">')[2] or drawn
    assert re.findall(r'viewBox="0 0 (\d+)', phone) == [str(PHONE)]
    texts = TEXTS.findall(phone)
    assert texts
    for x, attributes, words in texts:
        # The typeface of the town takes about half of its size a letter.
        long = len(words) * 15 * 0.52
        begins = float(x) - long if 'anchor="end"' in attributes else float(x)
        assert begins >= -1, words
        assert begins + long <= PHONE + 12, words


@pytest.mark.parametrize("size", ["on-desk", "on-phone"])
def test_each_word_of_a_name_is_read_in_the_timeline(size: str) -> None:
    drawn = str(DRAWN["timeline"]()).partition(f'class="{size}"')[2].partition("</svg>")[0]
    lines = [words for _, _, words in TEXTS.findall(drawn)]
    assert LONG in " ".join(lines), lines


def test_names_of_many_lines_take_their_room_in_the_timeline() -> None:
    spans = [SpanOf(name, DAY, date(2027, 12, 1), 0.5, "Late") for name in (LONG, "Short", LONG)]
    for drawn in str(timeline(spans, on=DAY, label="Timeline")).split('class="on-phone"'):
        height = float(re.findall(r'viewBox="0 0 \d+ (\d+)', drawn)[0])
        at = [float(y) for y in re.findall(r'<text x="0.0" y="([\d.]+)"', drawn)]
        assert all(later - one >= 17 for one, later in pairwise(at)), at
        assert at[-1] < height


def test_a_hatch_of_the_phone_is_its_own() -> None:
    """A pattern of a picture that is not shown fills nothing."""
    desk, _, phone = str(DRAWN["flows"]()).partition('<div class="on-phone">')
    assert 'id="hatch"' in desk
    assert "url(#hatch)" in desk
    assert 'id="hatch-narrow"' in phone
    assert "url(#hatch-narrow)" in phone
    assert "url(#hatch)" not in phone


def test_nothing_is_drawn_where_no_pound_is_paid() -> None:
    assert flows([RibbonOf("a", "b", Decimal(-5))], {}, label="", names={}) == ""


def test_no_picture_stands_in_a_box_that_scrolls() -> None:
    boxed = [
        path.name
        for path in Path("src/commonweal").rglob("*.html")
        if re.search(r'class="scroll"[^>]*>\s*\{\{[^}]*picture', path.read_text())
    ]
    assert not boxed
