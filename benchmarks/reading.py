"""Reading and reconciling one large file of payments, beside DuckDB's bare read of the same file.

    ./commonweal run python benchmarks/reading.py --lines 10000000

Each is done in a process of its own, from a file that the machine has read before. The bare read
takes the same five columns into a table of typed columns and looks at nothing. One in a thousand
lines is odd: a credit in brackets, a line of totals, a line without a date, one published twice.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEAD = ["Supplier Name", "Payment Date", "Transaction No", "Amount", "Expense Type"]
BARE = """create table paid as select * from read_csv($1, header = true, thousands = ',',
    columns = {'supplier': 'varchar', 'day': 'date', 'reference': 'varchar',
    'amount': 'decimal(18, 2)', 'category': 'varchar'}, dateformat = '%d/%m/%Y',
    ignore_errors = true)"""


def make(place: Path, lines: int) -> None:
    draw = random.Random(7)
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEAD)
        for number in range(lines):
            day = f"{draw.randrange(1, 29):02}/{draw.randrange(1, 13):02}/2025"
            row = [
                f"SUPPLIER {draw.randrange(20_000)} LTD",
                day,
                number,
                f"{draw.uniform(1, 90_000):,.2f}",
                f"Category {draw.randrange(50)}",
            ]
            if number % 1000 == 999:
                odd = draw.randrange(4)
                if odd == 0:
                    row[3] = f"({row[3]})"
                elif odd == 1:
                    row = ["Total", "", "", row[3], ""]
                elif odd == 2:
                    row[1] = ""
                else:
                    out.writerow(row)
            out.writerow(row)


def bare(place: str) -> dict[str, object]:
    import duckdb

    began = time.perf_counter()
    base = duckdb.connect()
    base.execute(BARE, [place])
    found = base.execute("select count(*) from paid").fetchone()
    return {"lines": found and found[0], "s": time.perf_counter() - began}


def ours(place: str) -> dict[str, object]:
    from localwealth.sources import payments

    began = time.perf_counter()
    made = payments.read(Path(place).read_bytes(), Path(place).name)
    assert made.reconciles
    return {
        "lines": made.rows,
        "refused": len(made.rejected),
        "duplicates": len(made.duplicates),
        "s": time.perf_counter() - began,
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lines", type=int, default=10_000_000)
    words.add_argument("--do", choices=["bare", "ours"], help=argparse.SUPPRESS)
    words.add_argument("--file", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.do:
        said = (bare if given.do == "bare" else ours)(given.file)
        said["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(said))
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "paid.csv"
        make(place, given.lines)
        print(f"{given.lines:,} lines, {place.stat().st_size / 1e6:,.0f} MB")
        best: dict[str, float] = {}
        for what in ("bare", "ours") * 3:
            made = subprocess.run(
                [sys.executable, __file__, "--do", what, "--file", str(place)],
                check=True,
                capture_output=True,
                text=True,
            )
            found = json.loads(made.stdout)
            best[what] = min(best.get(what, 1e9), found["s"])
            print(what, found)
        print(f"times the bare read: {best['ours'] / best['bare']:.1f}")


if __name__ == "__main__":
    main()
