"""Files of cells in any order, under headings that are known: each is read or refused in a
sentence, and none ends in an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.sources import payments
from localwealth.sources.statistics import reading
from localwealth.spend import report
from localwealth.structure.tables import jobs_of

HEADINGS = (
    *("Supplier", "Payment Date", "Amount", "Net", "Credit", "Debit", "Currency", "Type", "Total"),
    *("ONS code", "Area", "date", "claimant count", "value", "measure", "series", "unit", "kind"),
    *(
        "Industry",
        "Sex",
        "Flags",
        "Status",
        "GEOGRAPHY_CODE",
        "OBS_VALUE",
        "right",
        "Amount (£000)",
    ),
    *("", "percent", "Postcode", "Notes"),
)
CELLS = (
    *("", " ", "\u00a0", "\ufeff", "'", '"', "-", "*", "<5", "n/a", "NULL", "nan", "inf", "=1+1"),
    *("Acorn Ltd", "Total", "Grand total", "b/f", "Subtotal", "Mrs A Leaf", "REDACTED", "C", "CR"),
    *("13/04/2023", "04/13/2023", "23-04-13", "2023-04", "45029", "Apr 2023", "12:30", "2019-20"),
    *("5", "0", "-5", "(5)", "5 CR", "£5", "€5", "1,234.50", "1.234,50", "1E400", "12%", "½", "٣"),
    *("E07000243", "E06000052, E06000053", "Stevenage", "Male", "All", "stock", "yes", "perhaps"),
    *("x" * 300, "9" * 40),
)
CELL = st.sampled_from(CELLS)
READERS: dict[str, Callable[[bytes], Any]] = {
    "payments": lambda content: payments.read(content, "x.csv"),
    "figures": lambda content: reading.read(content, "x.csv"),
    "jobs": lambda content: jobs_of(content, "x.csv"),
    "checks": report.checks,
}


@st.composite
def files(draw: Any) -> bytes:
    """A heading, a title above it perhaps, and lines with a cell too many or too few."""
    width = draw(st.integers(1, 6))
    separator = draw(st.sampled_from([",", ";", "\t"]))
    lines = [draw(st.lists(CELL, max_size=2)) for _ in range(draw(st.integers(0, 1)))]
    lines.append(draw(st.lists(st.sampled_from(HEADINGS), min_size=width, max_size=width)))
    for _ in range(draw(st.integers(0, 6))):
        lines.append(draw(st.lists(CELL, min_size=max(width - 1, 1), max_size=width + 1)))
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(map(separator.join, lines))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=40)
@given(files())
def test_each_is_read_or_refused_in_a_sentence(reader: str, content: bytes) -> None:
    try:
        READERS[reader](content)
    except UnreadableFile as error:
        refusal = str(error)
    else:
        return
    assert refusal.strip()


@settings(max_examples=60)
@given(files())
def test_all_the_money_of_payments_is_accounted_for(content: bytes) -> None:
    try:
        read = payments.read(content, "x.csv")
    except UnreadableFile:
        return
    assert read.reconciles
    assert read.accepted_gbp + read.rejected_gbp == read.total
    assert len(read.payments) + len(read.rejected) == read.rows


@settings(max_examples=60)
@given(files())
def test_each_line_of_figures_is_taken_left_out_or_a_note(content: bytes) -> None:
    try:
        published = reading.read(content, "x.csv")
    except UnreadableFile:
        return
    assert published.figures
    for figure in published.figures:
        assert figure.first <= figure.last
        assert (figure.number is None) <= bool(figure.mark)
        assert figure.number is None or figure.number >= 0


@pytest.mark.parametrize("blank", ["\ufeff,", "\u200b,", " , ", "\u00a0,\u00ad"])
def test_a_line_of_nothing_that_anybody_sees_is_no_footnote(blank: str) -> None:
    text = f"ONS code,date,claimant count\nE07000243,2026-10,9\n{blank},\nA note,,\n"
    published = reading.read(text.encode(), "x.csv")
    assert [figure.number for figure in published.figures] == [9]
    assert published.footnotes == ["A note"]


def test_a_mark_that_nobody_closed_beside_nothing_is_no_error() -> None:
    text = 'unit,ONS code\n5,1\n\ufeff,",percent\n0,BK1'
    with pytest.raises(UnreadableFile, match="The file holds no figure"):
        reading.read(text.encode(), "x.csv")
