"""Inputs of the fuzzer (packaging/fuzz.py) that were hard, or were read wrongly once.

A line an input in hard_inputs.txt: its first byte, in two figures, says as in the fuzzer how it is
read; then stands what comes of it (so many payments, their pounds, those of the second count; - for
a file that is refused), and the bytes, those beyond ASCII escaped. What is held is what the fuzzer
holds, and that what comes of it stays as it was looked at.
"""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from localwealth.errors import UnreadableFile
from localwealth.sources import bulk, payments
from localwealth.sources.readings import Reading

ENDINGS = (".csv", ".txt", ".xls", ".xlsx")
INPUTS = (Path(__file__).parent / "hard_inputs.txt").read_text("ascii").splitlines()
SAME = ("rows", "total", "rejected", "duplicates", "questions", "notes", "accepted_gbp")


def input_of(line: str) -> tuple[int, bytes, str, str]:
    way_said, comes_to, escaped = line.split(" ", 2)
    way, content = int(way_said, 16), escaped.encode().decode("unicode_escape").encode("latin-1")
    name = f"Payments April 2023{ENDINGS[way & 3]}"
    if way & 0x20:
        content, name = gzip.compress(content), f"{name}.gz"
    return way, content, name, comes_to


def read(content: bytes, name: str, way: int) -> Reading:
    said: dict[str, Any] = {"repeats": "payments", "order_said": "mdy"} if way & 8 else {}
    return payments.read(content, name, today=date(2026, 11, 28), **said)


@pytest.mark.parametrize("number", range(len(INPUTS)))
def test_no_line_is_lost_or_doubled_and_no_penny_is_silent(number: int) -> None:
    way, content, name, comes_to = input_of(INPUTS[number])
    if comes_to == "-":
        with pytest.raises(UnreadableFile):
            read(content, name, way)
        return
    reading = read(content, name, way)
    lines = [*reading.payments, *reading.rejected, *reading.duplicates]
    assert len({(line.sheet, line.line) for line in lines}) == len(lines) == reading.rows
    assert all(payment.amount.is_finite() for payment in reading.payments)
    assert all(line.why for line in (*reading.rejected, *reading.duplicates))
    # Where the two counts differ the reading says so, and nobody may use it.
    assert f"{len(reading.payments)}/{reading.accepted_gbp}/{reading.total}" == comes_to


@pytest.mark.parametrize("number", range(len(INPUTS)))
def test_by_columns_they_say_the_same(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    way, content, name, _ = input_of(INPUTS[number])
    try:
        lines = read(content, name, way)
    except UnreadableFile:
        return
    monkeypatch.setattr(payments, "BULK_FROM", 0)
    monkeypatch.setattr(bulk, "ODD_MOST", 1)
    columns = read(content, name, way)
    assert {key: getattr(columns, key) for key in SAME} == {
        key: getattr(lines, key) for key in SAME
    }
    assert list(columns.payments) == list(lines.payments)
