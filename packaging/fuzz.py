"""Feeds the readers of tables and payments with files that nobody would write, for an hour.

    uv run --with atheris==3.0.0 python packaging/fuzz.py FOLDER SEEDS [--minutes 60]

SEEDS is a folder of files to begin with. FOLDER keeps what was made of them (``corpus``, of no use
to anybody else), and of each kind of fault the shortest inputs (``broken``), each with what it said
beside it; ``--one FILE`` tries such an input again.

What is held, for any bytes: a reader answers within ten seconds of processor time, in less than
1 GB, and says ``UnreadableFile`` or gives a reading. Of a reading: no line is in two of its lists;
as many lines are taken, refused and left out as there are; by columns it is what it is line by
line. Every other input is a table whose lines are known: it reads back as those lines, or, where
some text was put behind it, with all of their money taken, refused or left out.

Where the second count comes to other money, the reading says so, and nobody may use it: that is no
fault, but those inputs are kept too (``says-so``), as in each there may be one.

A workbook is opened in this process, which sees so where it goes, not in the child in which it is
opened in truth. What ends this process there may be what the child is for: ``--one`` goes by the
child.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import re
import subprocess
import sys
import time
import traceback
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["localwealth"]):
    from localwealth.errors import UnreadableFile
    from localwealth.sources import bulk, payments
    from localwealth.sources.readings import Reading
    from localwealth.tables import apart, sheets

ENDINGS = (".csv", ".txt", ".xls", ".xlsx")
CPU_MOST_S = 10
MEMORY_MOST_MB = 1024
LENGTH_MOST = 30_000
# A process that others keep from its turn is no hang: the clock on the wall says little.
WAIT_MOST_S = 120
ROUND_S = 600
WORDS = r"""
"\"" "\"\"" "=\"" "\x0d\x0a" "\x0a" "\x0d" "\xff\xfe" "\xef\xbb\xbf" "\xc2\xa0" "\xe2\x80\x8b"
"\xa3" "\xc2\xa3" "sep=;" "," ";" "|" "^" "Supplier" "Amount" "Date" "Credit" "Debit"
"Currency" "Total" "Grand total" "(1,010.00)" "1.234,56" "10.00 CR" "-" "1e9" "13/04/2023"
"2023-04-13" "45029" "Apr-23" "NULL" "(\xc2\xa3000)" "<c r=\"A1\"" " t=\"s\"" " s=\"1\"" "<v>"
"</v>" "<row r=" " hidden=\"1\"" "<mergeCell ref=\"A1:C9\"/>" "<f>" "inlineStr"
"numFmtId=\"9\"" "&#10;" "r=\"XFD1048576\""
"""


class Broken(Exception):
    """A reader did what none may do."""


class SaysSo(Exception):
    """A reading does not reconcile, and says so."""


# --- What is held ------------------------------------------------------------------------------


def hold(data: bytes) -> None:
    """Try one input: its first byte says how it is read, the others are the file."""
    if len(data) < 2:
        return
    began = time.process_time()
    if data[0] & 0x80:
        _hold_written(data)
    else:
        _hold_sent(data[0], data[1:])
    if (took := time.process_time() - began) > CPU_MOST_S:
        raise Broken(f"it took {took:.0f} s")


def _hold_sent(way: int, content: bytes) -> None:
    """Any bytes at all, under any ending."""
    name = f"Payments April 2023{ENDINGS[way & 3]}"
    if way & 0x20:
        content, name = gzip.compress(content, 1), f"{name}.gz"
    try:
        if way & 0x0C == 0x0C:
            needs = ["Supplier", "Date"] if way & 0x10 else []
            _hold_sheet(sheets.read(content, name, needs=needs))
            return
        said: dict[str, Any] = {"repeats": "payments", "order_said": "mdy"} if way & 8 else {}
        reading = payments.read(content, name, **said)
    except UnreadableFile:
        return
    if way & 0x10:
        _hold_columns(content, name, reading, said)
    _hold_reading(reading)


def _hold_sheet(sheet: sheets.Sheet) -> None:
    numbers = [number for number, _ in sheet.rows]
    if sorted(set(numbers)) != numbers:
        raise Broken("two rows are one")
    if any(len(cells) != len(sheet.header) for _, cells in sheet.rows):
        raise Broken("a row has not as many cells as the heading")


def _hold_reading(reading: Reading) -> None:
    lines = [*reading.payments, *reading.rejected, *reading.duplicates]
    places = {(line.sheet, line.line) for line in lines}
    if len(places) != len(lines):
        raise Broken("a line is in two lists")
    if not all(payment.amount.is_finite() for payment in reading.payments):
        raise Broken("an amount is no number")
    if any(not line.why for line in (*reading.rejected, *reading.duplicates)):
        raise Broken("a line is refused without a word")
    if reading.table().num_rows != len(reading.payments):
        raise Broken("the table has not as many rows as there are payments")
    if len(lines) != reading.rows:
        raise Broken(f"{len(lines)} of {reading.rows} lines")
    if not reading.reconciles:
        money = (reading.accepted_gbp, reading.rejected_gbp, reading.duplicate_gbp)
        raise SaysSo(f"{' + '.join(map(str, money))} of {reading.total}")


def _hold_columns(content: bytes, name: str, lines: Reading, said: dict[str, Any]) -> None:
    least, odd = payments.BULK_FROM, bulk.ODD_MOST
    payments.BULK_FROM, bulk.ODD_MOST = 0, 1
    try:
        columns = payments.read(content, name, **said)
    finally:
        payments.BULK_FROM, bulk.ODD_MOST = least, odd
    for what in ("rows", "total", "rejected", "duplicates", "questions", "notes", "accepted_gbp"):
        if getattr(lines, what) != getattr(columns, what):
            raise Broken(f"by columns it says otherwise: {what}")
    if list(lines.payments) != list(columns.payments):
        raise Broken("by columns it says otherwise: payments")


# --- Tables whose lines are known --------------------------------------------------------------


PAYEES = ("Acorn Ltd", "Birch, Oak & Co", 'The "Cedar" Trust', "Cwmni Dŵr Cyf", "Elm; Fir", "A|B")
HEADINGS = (
    ("Supplier", "Date", "Amount"),
    ("Cyflenwr", "Dyddiad Talu", "Swm"),
    ("PAYEE NAME", "Payment Date", "Net Amount (£)"),
)
DAYS = ("{:02}/04/2023", "2023-04-{:02}", "{} Apr 2023", "{:02}.04.23", "{}-APR-2023")


def _hold_written(data: bytes) -> None:
    """A table that a writer wrote, with money that is known, and one line of any text."""
    given = atheris.FuzzedDataProvider(data[1:])
    separator = given.PickValueInList([",", ";", "\t", "|"])
    quoting = given.PickValueInList([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    encoding = given.PickValueInList(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
    form, is_comma = given.PickValueInList([*DAYS]), given.ConsumeBool()
    rows = [("Firm Ltd", 20, Decimal("1234.56"))]
    for _ in range(given.ConsumeIntInRange(0, 12)):
        pennies = given.ConsumeIntInRange(-(10**9), 10**9)
        payee, day = given.PickValueInList([*PAYEES]), given.ConsumeIntInRange(1, 28)
        rows.append((payee, day, Decimal(pennies).scaleb(-2)))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=quoting)
    for _ in range(given.ConsumeIntInRange(0, 3)):
        writer.writerow(["Payments of the town"])
    writer.writerow(given.PickValueInList([*HEADINGS]))
    for payee, day, pounds in rows:
        figures = f"{pounds:,.2f}"
        if is_comma:
            figures = figures.translate(str.maketrans(",.", ".,"))
        writer.writerow([payee, form.format(day), figures])
    odd = given.ConsumeUnicodeNoSurrogates(60).replace("\0", "")
    content = (out.getvalue() + odd).encode(encoding)
    try:
        reading = payments.read(content, "x.csv", order_said="dmy")
    except UnreadableFile:
        if not odd:
            raise
        return
    try:
        _hold_reading(reading)
    except SaysSo as error:
        if not odd:
            raise Broken(f"a table of a writer does not reconcile: {error}") from None
        raise
    if odd:
        return
    payments_read = [(payment.supplier, payment.amount) for payment in reading.payments]
    if payments_read != [(payee, pounds) for payee, _, pounds in rows]:
        raise Broken("a table of a writer reads back otherwise")


# --- Mutating workbooks ------------------------------------------------------------------------


# What Python's own archives raise of a damaged one. A round whose mutator raises is ended, by the
# alarm (SIGALRM) that atheris has set for hangs, as if it had been one.
_TORN = (IndexError, NotImplementedError, RuntimeError, OSError, ValueError, EOFError)


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Another input: of a workbook one of its parts is changed, as a changed archive is damaged."""
    if data[1:3] != b"PK":
        return bytes(atheris.Mutate(data, most))
    draw = random.Random(seed)
    try:
        with zipfile.ZipFile(io.BytesIO(data[1:])) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        part = draw.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    except (zipfile.BadZipFile, zlib.error, *_TORN):
        return bytes(atheris.Mutate(data, most))
    parts[part] = bytes(atheris.Mutate(parts[part], len(parts[part]) + 200))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    content = data[:1] + packed.getvalue()
    return content if len(content) <= most else data


def _run_here(work: str, content: bytes, **arguments: Any) -> Any:
    return json.loads(json.dumps(apart.WORKS[work](content, **arguments)))


# --- Rounds ------------------------------------------------------------------------------------


class Keeping:
    """Tries inputs on and on: of each kind of fault a few inputs are kept, the shortest last."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.shortest = folder, dict[str, int]()

    def __call__(self, data: bytes) -> None:
        try:
            hold(data)
        except Exception as error:
            kind = _kind(error)
            if len(data) < self.shortest.get(kind, sys.maxsize):
                self.shortest[kind] = len(data)
                where = "says-so" if isinstance(error, SaysSo) else "broken"
                place = self.folder / where / f"{zlib.crc32(kind.encode()):08x}-{len(data):05}"
                place.write_bytes(data)
                place.with_suffix(".txt").write_text("".join(traceback.format_exception(error)))


def _kind(error: Exception) -> str:
    """Faults of one kind say the same, but for figures, at the same place."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return re.sub(r"\d+", "#", f"{type(error).__name__} {last.name} {error}"[:60])


def sow(folder: Path, seeds: Path) -> None:
    """The files to begin with, each read in four ways, and a few tables of a writer."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in sorted(seeds.iterdir()):
        if not seed.is_file() or seed.stat().st_size > LENGTH_MOST:
            continue
        ending = ENDINGS.index(seed.suffix) if seed.suffix in ENDINGS else 0
        for way in (0, 0x08, 0x0C, 0x10):
            name = f"{seed.stem}-{way}"
            (folder / name).write_bytes(bytes([ending | way]) + seed.read_bytes())
    draw = random.Random(1)
    for number in range(20):
        (folder / f"written-{number}").write_bytes(b"\x80" + draw.randbytes(150))


def rounds(folder: Path, minutes: float) -> None:
    """Round after round, each ended by its time or by an input that ended the process."""
    for where in ("broken", "says-so"):
        (folder / where).mkdir(exist_ok=True)
    (folder / "words").write_text("\n".join(re.findall(r'"(?:[^"\\]|\\.)*"', WORDS)) + "\n")
    ends = time.monotonic() + 60 * minutes
    while (left := ends - time.monotonic()) > 0:
        command = [
            *(sys.executable, __file__, str(folder), "--round", str(folder / "corpus")),
            *(f"-dict={folder / 'words'}", f"-artifact_prefix={folder / 'broken'}/"),
            *(f"-max_total_time={int(min(left, ROUND_S)) + 1}", f"-max_len={LENGTH_MOST}"),
            *(f"-rss_limit_mb={MEMORY_MOST_MB}", f"-timeout={WAIT_MOST_S}"),
            "-print_final_stats=1",
        ]
        with (folder / "log").open("ab") as log:
            code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT).returncode
        kinds = {path.name[:8] for path in (folder / "broken").iterdir()}
        print(
            f"{left / 60:.0f} minutes were left; ended by {code}; kinds: {len(kinds)}", flush=True
        )


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("folder", type=Path)
    words.add_argument("seeds", type=Path, nargs="?")
    words.add_argument("--minutes", type=float, default=60)
    words.add_argument("--one", type=Path)
    words.add_argument("--round", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.one:
        hold(given.one.read_bytes())
    elif given.round:
        apart.run = _run_here
        keeping = Keeping(given.folder)
        atheris.Setup([sys.argv[0], *given.round], keeping, custom_mutator=mutate)
        atheris.Fuzz()
    else:
        sow(given.folder / "corpus", given.seeds)
        rounds(given.folder, given.minutes)


if __name__ == "__main__":
    main()
