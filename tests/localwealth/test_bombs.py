"""A file that asks for more than there is ends its own process, and its sender is told."""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from localwealth.errors import UnreadableFile
from localwealth.sources import payments
from localwealth.tables import apart, bounds, sheets
from localwealth.tables.grids import grids

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared"))
CASE = SHARED / "cases" / "x21b-stray-cell-last.xlsx"


def workbook(*cells):
    book = openpyxl.Workbook()
    for place in cells:
        book.active[place] = "10.00"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return out.getvalue()


FAR = workbook("A1", "XFD1048576")
NOTHING = b"\0" * 30_000_000
DEEP = b"[" * 200_000


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda: sheets.read(gzip.compress(NOTHING), "a.csv.gz"), id="gzip"),
        pytest.param(lambda: sheets.read(archive(xl__x=NOTHING), "a.xlsx"), id="zip as a workbook"),
        pytest.param(lambda: apart.run("tables", archive(services__csv=NOTHING)), id="zip"),
        pytest.param(
            lambda: apart.run("tables", archive(**{f"n{n}": "" for n in range(10_001)})),
            id="zip of many",
        ),
    ],
)
def test_what_is_too_much_is_refused_and_we_go_on(read):
    with pytest.raises(UnreadableFile, match="unreasonable size"):
        read()


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda: sheets.read(FAR, "a.xlsx"), id="named columns"),
        pytest.param(lambda: grids(FAR, "a.xlsx"), id="all sheets"),
        pytest.param(lambda: grids(FAR, "a.csv"), id="under another ending"),
        pytest.param(lambda: payments.read(FAR, "a.xlsx"), id="payments"),
        pytest.param(lambda: sheets.read(gzip.compress(FAR), "a.xlsx.gz"), id="within a gzip"),
    ],
)
def test_a_filled_cell_in_the_last_corner_is_named(read):
    with pytest.raises(UnreadableFile, match=r"A cell far from all others is filled \(XFD1048576"):
        read()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"name,sum\n" + b"a,1\n" * 300, id="many short lines"),
        pytest.param(b"a," * 2000 + b"\n", id="one long line"),
        pytest.param(b'name,sum\n"' + b'\n","' * 600, id="one row over many lines"),
        pytest.param(b"\n" * 2000, id="many empty lines"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "packed"])
def test_text_of_too_many_cells_is_refused_like_a_sheet_that_is_too_large(
    content, packed, monkeypatch
):
    """Two megabytes, packed, were twenty gigabytes of lists, and no page was served meanwhile."""
    monkeypatch.setattr(bounds, "TEXT_CELLS_MOST", 1000)
    content, name = (gzip.compress(content), "a.csv.gz") if packed else (content, "a.csv")
    for read in (sheets.read, grids, payments.read):
        with pytest.raises(UnreadableFile, match="unreasonable size"):
            read(content, name)


def test_a_wide_heading_over_many_rows_is_refused_before_each_row_is_made_as_wide(monkeypatch):
    monkeypatch.setattr(bounds, "TEXT_CELLS_MOST", 1000)
    content = ",".join(f"c{number}" for number in range(100)).encode() + b"\nx" * 100
    with pytest.raises(UnreadableFile, match="unreasonable size"):
        sheets.read(content, "a.csv")


def test_what_is_nested_without_end_is_no_json():
    with pytest.raises(UnreadableFile, match="no JSON"):
        apart.run("json", DEEP)


@pytest.mark.skipif(
    not CASE.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the cases to read are not on this machine",
)
def test_a_blank_cell_in_the_last_corner_costs_nothing():
    """A small workbook, made by other hands, that asks for seventeen thousand million cells."""
    reading = payments.read(CASE.read_bytes(), CASE.name)
    assert [(payment.supplier, payment.amount) for payment in reading.payments] == [
        ("Acorn Ltd", 10)
    ]
    assert reading.reconciles


@pytest.mark.skipif(
    not CASE.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the cases to read are not on this machine",
)
@pytest.mark.parametrize(("before", "after"), [(b'"', b"'"), (b'="', b' = "'), (b' r="', b' r= "')])
def test_far_cells_are_seen_in_other_ways_of_writing_xml_too(before, after):
    members = {}
    with zipfile.ZipFile(CASE) as case:
        for name in case.namelist():
            content = case.read(name)
            is_sheet = "worksheets" in name
            members[name] = content.replace(before, after) if is_sheet else content
    reading = payments.read(archive(**members), CASE.name)
    assert (reading.accepted_gbp, reading.reconciles) == (10, True)


# A child that may have a quarter of the memory: so that no test takes two gigabytes.
SMALL = "from localwealth.tables import apart; apart.MEMORY_MOST = 2**29; apart.main()"


def test_a_workbook_that_is_too_much_ends_its_own_process_and_no_other(monkeypatch):
    ended = []
    begin = subprocess.run

    def watched(args, **kwargs):
        done = begin([args[0], "-c", SMALL], **kwargs)
        ended.append(done.returncode)
        return done

    monkeypatch.setattr(apart.subprocess, "run", watched)
    with pytest.raises(UnreadableFile) as refused:
        payments.read(workbook("A1", "AA1048576"), "x.xlsx")
    assert str(refused.value) == apart.TOO_MUCH
    # The child did not come to its end, and here we are, reading on.
    assert len(ended) == 1
    assert ended[0] != 0
    assert apart.run("workbook", workbook("A1"))[0]["lines"] == [["10.00"]]


def test_whoever_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "WAIT_MOST_S", 0.01)
    with pytest.raises(UnreadableFile, match="unreasonable size"):
        apart.run("workbook", workbook("A1"))


def test_a_usual_workbook_comes_out_as_it_is():
    (sheet,) = apart.run("workbook", workbook("A1", "C2"))
    assert sheet["name"] == "Sheet"
    assert sheet["lines"] == [["10.00", "", ""], ["", "", "10.00"]]


# Who opens an archive or a workbook, and why it may.
MAY = {
    "localwealth/tables/apart.py": "in its own process",
    "localwealth/tables/workbooks.py": "in that process",
    "localwealth/tables/biff.py": "in that process, too",
    "localwealth/tables/bounds.py": "a .gz, which is counted before it is kept",
    "localwealth/tables/unpacking.py": "lists that whoever runs the machine loads",
    "commonweal/pledges/cleaning.py": "after the sizes that the archive gives were looked at",
    "commonweal/pledges/files.py": "looks at the list of an archive, unpacks nothing",
    "commonweal/balance/render.py": "what we made ourselves",
    "commonweal/balance/watermarks.py": "what we made ourselves",
    "commonweal/balance/word_pages.py": "what we made ourselves",
    "commonweal/cases/subject/giving.py": "writes one",
    "commonweal/programme/plan.py": "writes a document",
    "commonweal/setup/onscodes.py": "an administrator's list, unpacked up to a bound",
    "commonweal/setup/backups/making.py": "writes one",
    "commonweal/setup/backups/unpacking.py": "backups, which whoever runs the machine brings back",
}


def test_nobody_else_opens_what_was_sent():
    opens = re.compile(
        r"^\s*(?:import|from) (?:zipfile|gzip|bz2|lzma|tarfile|python_calamine|"
        r"openpyxl|xlrd|docx)\b",
        re.M,
    )
    who = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if opens.search(path.read_text())
    }
    assert who == set(MAY)


# Who cuts CSV into cells, and why it may.
CUTS = {
    "localwealth/tables/cutting.py": "cells are counted before a line is cut",
    "localwealth/tables/unpacking.py": "single lines of lists that whoever runs the machine loads",
    "localwealth/ballots/pabulib.py": "single lines of a file of whoever runs the command",
    "localwealth/matching/evaluate.py": "a file of whoever runs the command",
    "localwealth/spend/report.py": "a checked sample of whoever runs the command",
    "commonweal/pledges/published.py": "a file of whoever runs the command",
    "commonweal/setup/onscodes.py": "cells are counted before a line is cut",
}


def test_nobody_else_cuts_text_that_was_sent():
    cuts = re.compile(r"\bcsv\.(?:reader|DictReader)\(")
    who = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if cuts.search(path.read_text())
    }
    assert who == set(CUTS)
