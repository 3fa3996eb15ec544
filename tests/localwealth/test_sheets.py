"""Files as they come: encodings, preambles, blank rows, damage."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as some

from localwealth.errors import UnreadableFile
from localwealth.tables.sheets import read

CELLS = some.text(
    alphabet=some.characters(exclude_characters="\x00\r\n", codec="utf-8"), max_size=12
)


@given(rows=some.lists(some.tuples(CELLS, CELLS), max_size=20))
def test_every_line_is_a_row_or_blank(rows):
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["first column", "second column"])
    writer.writerows(rows)
    sheet = read(out.getvalue().encode(), "x.csv", needs=["first column"])
    assert len(sheet.rows) + sheet.blank_count == len(rows)
    assert all(len(cells) == 2 for _, cells in sheet.rows)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(separator):
    sheet = read(f"a{separator}b\n1{separator}2\n".encode(), "x.csv")
    assert sheet.rows == [(2, ["1", "2"])]


def test_signs_in_the_cells_do_not_mislead():
    sheet = read(b"a name,b\n|,|;|\n;|,;;\n", "x.csv", needs=["a name"])
    assert [cells for _, cells in sheet.rows] == [["|", "|;|"], [";|", ";;"]]


def test_a_short_or_long_row_is_fitted_to_the_header():
    sheet = read(b"a,b\n1\n1,2,3\n", "x.csv")
    assert [cells for _, cells in sheet.rows] == [["1", ""], ["1", "2"]]


def test_a_gzipped_file_is_read():
    assert read(gzip.compress(b"a,b\n1,2\n"), "x.csv.gz").header == ["a", "b"]


def test_row_numbers_are_those_of_the_file():
    sheet = read(b"title\n\na,b\n\n1,2\n", "x.csv", needs=["a", "b"])
    assert sheet.rows == [(5, ["1", "2"])]
    assert sheet.blank_count == 1


def test_the_first_missing_column_is_named():
    with pytest.raises(UnreadableFile, match="lacks the column 'c'"):
        read(b"a,b\n1,2\n", "x.csv", needs=["a", "c"])
