"""Large files are read by columns; every answer is what reading them line by line gives."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localwealth import scratch
from localwealth.errors import UnreadableFile
from localwealth.sources import bulk, payments, scanning
from localwealth.sources.readings import Many, Reading

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data" / "spend"
HEAD = "Supplier Name,Payment Date,Transaction No,Amount,Description,Invoice Date\n"


@contextmanager
def columns_from(size: int, odd: float) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payments, "BULK_FROM", size)
        patch.setattr(bulk, "ODD_MOST", odd)
        # To open an engine takes longer than to read a small file by columns.
        patch.setattr(bulk, "duckdb", scratch)
        yield


def both(data: bytes, name: str = "x.csv", **more: Any) -> tuple[Reading, Reading]:
    """Read line by line, and by columns where that can be, however many lines are odd."""
    with columns_from(10**12, 0):
        lines = payments.read(data, name, **more)
    with columns_from(0, 1):
        return lines, payments.read(data, name, **more)


def everything(made: Reading) -> dict[str, Any]:
    plain = {name: value for name, value in vars(made).items() if name != "payments"}
    plain["stretches"] = [(one.first, one.last, one.mapping) for one in made.stretches]
    return plain | {
        "payments": list(made.payments),
        "table": made.table(),
        "accepted_gbp": made.accepted_gbp,
        "reconciles": made.reconciles,
        "first": made.sample(1),
        "last": made.payments[-1:] and made.payments[-1],
        "backwards": made.payments[::-1],
    }


def test_a_compressed_file_is_read_by_columns_too() -> None:
    data = (HEAD + "Acorn Ltd,13/04/2023,1,5.00,Doors,01/03/2023\n" * 3).encode()
    packed = gzip.compress(data)
    lines, made = both(packed, "x.csv.gz")
    assert isinstance(made.payments, Many)
    assert everything(made) == everything(lines)
    assert made.digest == hashlib.sha256(packed).hexdigest() != both(data)[1].digest


@given(
    st.lists(
        st.sampled_from(
            [
                "total",
                "ToTaL",
                "tot\nal",
                "totals",
                "to",
                "tal",
                "\r\n",
                "\n",
                "\r",
                "\t",
                "é",
                ",",
                "o a",
            ]
        ),
        max_size=30,
    ),
    st.integers(1, 40),
)
def test_what_is_found_in_a_files_bytes_is_what_stands_there(parts: list[str], piece: int) -> None:
    text = "x" + "".join(parts)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as several:
        patch.setattr(scanning, "PIECE", piece)
        found = scanning.Scan.of(text.encode(), several)
    rows = text.split("\n")
    assert found.breaks == len(rows) - 1
    assert found.has_controls == bool(re.search(r"[\x00-\x1f]", re.sub(r"\r?\n", "", text)))
    assert found.totals.tolist() == [at for at, row in enumerate(rows) if "total" in row.lower()]


@pytest.mark.parametrize(
    "line",
    [
        'Oak Ltd,14/04/2023,7,"1,"234.50",Doors,\n',
        'Oak Ltd,14/04/2023,7,"Birch,15/04/2023,"x.00",Doors,\n',
        '"Oak,"Elm" Ltd",14/04/2023,7,5.00,Doors,\n',
        'Oak Ltd,14/04/2023,7,5.00,"a","b",\n',
        '"Oak ""Best"" Ltd",14/04/2023,7,5.00,"Doors, ""wide""",\n',
    ],
)
def test_a_line_with_a_mark_gone_wrong_says_the_same_by_columns(line: str) -> None:
    """Found by fuzzing: a mark behind a separator within an open cell was taken for a good one."""
    lines, made = both((HEAD + "Acorn Ltd,13/04/2023,1,5.00,Doors,\n" * 9 + line).encode())
    assert everything(made) == everything(lines)


def test_a_torn_amount_with_a_comma_and_a_point_is_counted_the_same_by_columns() -> None:
    """Of the fuzzer: a point and a comma before two figures stand in one cell."""
    rows = "".join(f'Firm {n} Ltd,{n}/04/2023,{n},"£{n},010.00",Doors,\n' for n in range(13, 29))
    torn = 'Oak Ltd,15/04/2023,7,"£15,01e900",Doors,\nElm Ltd,25/04/2023,8,"£25,01\'0.00",Doors,\n'
    lines, made = both((HEAD + rows + torn).encode())
    assert isinstance(made.payments, Many)
    assert everything(made) == everything(lines)
    assert any("Another sign before the pennies" in note for note in lines.notes)


def test_plain_lines_need_no_look_and_odd_ones_get_one() -> None:
    data = (
        "Payments over £500,,,,,\n"
        + HEAD
        + 'Acorn Ltd,13/04/2023,1,"1,100.10",Doors,01/03/2023\n'
        + "Birch plc,14/04/2023,2,(50.00),,02/03/2023\n"
        + "Cedar CIC,15/04/2023,3,£7,,\n"
        + " Cedar  CIC ,15/04/2023,4,-7.5,,soon\n"
        + "Sub total,,,1049.60,,\n"
        + "Mrs A Lee,16/04/2023,5,20.00,Care,\n"
        + "Mrs A Lee,16/04/2023,5,20.00,Care,\n"
        + "Elm Ltd,,6,30.00,,\n"
        + "Elm Ltd,16/04/2023,7,n/a,,\n"
        + ",,,,,\n"
        + "Grand total,,,20.00,,\n" * 2
        + "A note,,,,,\n\n\n"
    ).encode()
    lines, made = both(data)
    assert not isinstance(lines.payments, Many)
    assert isinstance(made.payments, Many)
    assert [(one.line, one.supplier, one.amount) for one in made.payments] == [
        (3, "Acorn Ltd", Decimal("1100.10")),
        (4, "Birch plc", Decimal("-50.00")),
        (5, "Cedar CIC", Decimal("7")),
        (6, "Cedar CIC", Decimal("-7.5")),
        (8, "Mrs A Lee", Decimal("20.00")),
        (9, "Mrs A Lee", Decimal("20.00")),
    ]
    assert made.payments[0].roles["invoice_date"] == "2023-03-01"
    assert [one.line for one in made.rejected] == [7, 10, 11, 13, 14, 15]
    assert not made.duplicates
    assert (made.rows, made.reconciles) == (12, True)
    assert everything(made) == everything(lines)


CELLS = {
    0: st.sampled_from(
        [
            "Acorn Ltd",
            " Birch  plc",
            "TOTAL ENERGIES",
            "Total",
            "Mr B Oak",
            "Ćma\xa0Ltd",
            "",
            "Redacted",
        ]
    ),
    1: st.sampled_from(
        ["13/04/2023", "02/03/2023", "2/3/23", "soon", "", " 14/04/2023", "May 2023", "45000"]
    ),
    2: st.sampled_from(["1", "2", "", "A-3 "]),
    3: st.sampled_from(
        [
            "5",
            "-5.50",
            "1,200.00",
            "£3",
            "-£3.1",
            "(4.00)",
            "-",
            "",
            "n/a",
            "12,34",
            " 7.25",
            "1e2",
            "0.1234",
            "9999999999999",
            "12 CR",
        ]
    ),
    4: st.sampled_from(["", "Care", 'a "small" thing', "x, y", "tab\there", "total"]),
    5: st.sampled_from(["", "01/03/2023", "later", "May 2023"]),
}


@settings(max_examples=150)
@given(
    st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=12),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([None, "payments", "duplicates"]),
    st.booleans(),
)
def test_by_columns_or_by_lines_is_all_the_same(
    rows: list[tuple[str, ...]], encoding: str, ending: str, repeats: Any, dated: bool
) -> None:
    if encoding == "cp1252":
        rows = [tuple(cell.replace("Ć", "É") for cell in row) for row in rows]
    kept = [row if dated else (row[0], *row[2:]) for row in rows]
    head = HEAD if dated else HEAD.replace("Payment Date,", "")
    text = head + "".join(
        ",".join(
            '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"') else cell for cell in row
        )
        + "\n"
        for row in kept
    )
    data = text.replace("\n", ending).encode(encoding)
    try:
        lines, made = both(data, repeats=repeats)
    except UnreadableFile:
        return
    assert everything(made) == everything(lines)


@pytest.mark.parametrize(
    "tail",
    [
        "Elm Ltd,16/04/2023,7,30.00\n",
        '"Elm\nLtd",16/04/2023,7,30.00,,\n',
        "Date,Payee,Amount,Ref,,\n16/04/2023,Elm Ltd,30.00,7,,\n",
        "Elm Ltd,16/04/2023,7,30.00,,,more\n",
    ],
)
def test_uneven_files_are_read_line_by_line(tail: str) -> None:
    data = (HEAD + "Acorn Ltd,13/04/2023,1,5.00,,\n" * 20 + tail).encode()
    lines, made = both(data)
    assert not isinstance(made.payments, Many)
    assert everything(made) == everything(lines)


@pytest.mark.parametrize(
    "late",
    [
        '"Elm\nLtd",16/04/2023,n,30.00,,\n',
        "Payee,Date,Ref,Amount,Description,Invoice Date\n",
        '"Elm",16/04/2023,n,30.00,"left open,,\nOak,17/04/2023,m,1.00,,\n',
    ],
)
def test_what_stands_far_down_is_seen_too(late: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first part of a large file is looked at to find its headings."""
    monkeypatch.setattr(bulk, "HEAD", 40_000)
    rows = "".join(f"Acorn Ltd,13/04/2023,{n},5.00,,\n" for n in range(2000))
    plain = both((HEAD + rows).encode())[1]
    assert isinstance(plain.payments, Many)
    lines, made = both((HEAD + rows + late + "Elm Ltd,16/04/2023,7777,30.00,,\n").encode())
    assert not isinstance(made.payments, Many)
    assert everything(made) == everything(lines)


@pytest.mark.parametrize(
    "quirk",
    [
        '"Elm"x,16/04/2023,n,30.00,,',
        'El"m" co,16/04/2023,n,30.00,,',
        ' "Elm, Oak",16/04/2023,n,30.00,',
        '"Elm\rOak",16/04/2023,n,30.00,,',
        "El\rm,16/04/2023,n,30.00,,",
        'Elm,16/04/2023,n,"3"0.00,,',
        "   ",
        '"",,,,,',
        'Elm\\"s,16/04/2023,n,30.00,,',
        "\u2028Elm\x85,16/04/2023,n,30.00,,",
        "Elm,16/04/2023,n,30.00,\x0b,\x0c",
        "\r",
        ",,,,\x1a,",
    ],
)
def test_quirks_of_quoting_and_blanks_are_read_alike(
    quirk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "HEAD", 40_000)
    rows = "".join(f"Acorn Ltd,13/04/2023,{n},5.00,,\n" for n in range(1500))
    lines, made = both((HEAD + rows + quirk + "\nElm Ltd,16/04/2023,7777,30.00,,\n").encode())
    assert everything(made) == everything(lines)


@pytest.mark.parametrize("repeats", [None, "payments", "duplicates"])
def test_lines_that_stand_there_twice(repeats: Any) -> None:
    """Equal lines are payments; a block of different ones that comes again is published twice."""
    rows = [
        "Acorn Ltd,13/04/2023,1,5.00,,\n",
        "Acorn Ltd ,13/04/2023,1,5.00,,\n",
        "Birch plc,13/04/2023,,7.00,,\n",
        "Cedar CIC,13/04/2023,2,(9.00),,\n",
        "Acorn Ltd,13/04/2023,1,5.00,other,\n",
    ]
    lines, made = both((HEAD + "".join(rows * 3)).encode(), repeats=repeats)
    assert isinstance(made.payments, Many)
    assert not made.duplicates
    assert everything(made) == everything(lines)
    block = "".join(f"Firm {n},1{n % 10}/04/2023,{n},({n}.00),,\n" * 2 for n in range(6))
    lines, made = both((HEAD + block + "".join(rows) + block).encode(), repeats=repeats)
    assert isinstance(made.payments, Many)
    assert len(made.duplicates) == (0 if repeats == "payments" else 12)
    assert everything(made) == everything(lines)


@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 2**64 - 1), max_size=30))
def test_hashes_that_stand_twice_are_told_from_those_that_share_a_half(
    few: list[int], others: list[int]
) -> None:
    halves = [(number % 2 << 63) | (number % 3 << 32) | number for number in few]
    hashes = np.array([*few, *others, *halves, *others[:3]], np.uint64)
    counts = Counter(hashes.tolist())
    twice = [place for place, each in enumerate(hashes.tolist()) if counts[each] > 1]
    assert bulk._places_of_equals(hashes).tolist() == twice


def test_lines_stay_in_their_order_where_there_are_more_than_one_core_takes_at_once() -> None:
    """DuckDB gives a core 122,880 lines at a time, and keeps no order in what it makes a join
    of."""
    lines = [
        f"Supplier {number % 977} Ltd,13/04/2023,{number},{number}.25,Doors,01/03/2023\n"
        for number in range(600_000)
    ]
    undated = range(999, len(lines), 7_000)
    for number in undated:
        lines[number] = f"Balance of {number},,{number},{number}.25,Doors,N/A\n"
    reading = payments.read((HEAD + "".join(lines)).encode(), "x.csv")
    assert isinstance(reading.payments, Many)
    assert reading.reconciles
    assert [rejected.line for rejected in reading.rejected] == [number + 2 for number in undated]
    taken = [number for number in range(len(lines)) if number not in undated]
    assert reading.table()["reference"].to_pylist() == [str(number) for number in taken]
    assert [payment.amount for payment in reading.payments[::9_999]] == [
        Decimal(f"{number}.25") for number in taken[::9_999]
    ]


def test_a_reading_by_columns_that_loses_money_is_found_out(monkeypatch: Any) -> None:
    data = (HEAD + "".join(f"Acorn Ltd,13/04/2023,{n},5.00,,\n" for n in range(20))).encode()
    assert isinstance(both(data)[1].payments, Many)
    look = bulk.Bulk._look

    def forgetful(self: bulk.Bulk, *given: Any) -> Any:
        pennies, is_odd, keys = look(self, *given)
        pennies[3] += 1
        return pennies, is_odd, keys

    monkeypatch.setattr(bulk.Bulk, "_look", forgetful)
    assert not both(data)[1].reconciles


FILES = [path for path in sorted(SHARED.rglob("*")) if ".csv" in path.name][::3]


@pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public files of payments are not here",
)
def test_real_files_say_the_same_by_columns_and_by_lines() -> None:
    by_columns = 0
    assert FILES
    for path in FILES:
        data = path.read_bytes()
        if path.name.endswith(".gz"):
            data = gzip.decompress(data)
        try:
            lines, made = both(data, path.name.removesuffix(".gz"))
        except UnreadableFile:
            continue
        by_columns += isinstance(made.payments, Many)
        assert everything(made) == everything(lines), path.name
    assert by_columns > len(FILES) / 2
