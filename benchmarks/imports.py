"""How long others wait to write on SQLite while a long file of pledges is read in.

    ./commonweal run python benchmarks/imports.py [--rows 5000] [--folder FOLDER]

A process of its own writes one row again and again, as a form does, and says how long each write
took: while nothing else happens, while a file is read in as new, and while one changes every line.
Times of one run are held against each other, as machines are shared and noisy.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

PAUSE_S, QUIET_S, GIVES_UP_S = 0.05, 5, 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--folder", help="an empty one; a temporary one if not given")
    parser.add_argument("--write", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.write:
        write(said.write)
        return
    with tempfile.TemporaryDirectory() as own:
        folder = said.folder or own
        os.environ |= {
            "COMMONWEAL_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
            "COMMONWEAL_SECRET_KEY": "benchmark-" * 6,
            "DATABASE_URL": "",
            "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        }
        measure(said.rows, Path(folder))


def write(database: str) -> None:
    """Write until the parent ends this; a line of seconds for each write."""
    base = sqlite3.connect(database, timeout=GIVES_UP_S, isolation_level=None)
    while True:
        began = time.perf_counter()
        base.execute("UPDATE pledges_ledgerhead SET seq = seq WHERE id = 1")
        print(time.perf_counter() - began, flush=True)
        time.sleep(PAUSE_S)


def measure(rows: int, folder: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from commonweal.charter.models import Theme
    from commonweal.pledges import carrying, importing
    from commonweal.pledges.layout import layout_named
    from commonweal.pledges.models import Measure

    call_command("migrate", verbosity=0)
    theme = Theme.objects.create(code="t", name="T")
    Measure.objects.create(code="meals", theme=theme, name="Meals", kind="count", unit="meals")

    def read_in(target: int, day: date) -> None:
        layout = layout_named("commonweal")
        made = importing.plan(file_of(rows, target), "list.csv", layout=layout, as_at=day)
        carrying.carry_out(made, by=None)

    acts = {
        "nothing else": lambda: time.sleep(QUIET_S),
        "all lines new": lambda: read_in(10, date(2026, 9, 1)),
        "all lines changed": lambda: read_in(20, date(2026, 9, 2)),
    }
    print(f"{rows:,} rows\n\n| meanwhile | took s | writes | usual ms | longest ms |")
    print("|---|---|---|---|---|")
    for name, act in acts.items():
        took, waits = watched(folder, act)
        print(
            f"| {name} | {took:.1f} | {len(waits)} | {statistics.median(waits) * 1000:.0f} | "
            f"{max(waits) * 1000:.0f} |",
            flush=True,
        )


def watched(folder: Path, act) -> tuple[float, list[float]]:
    """(how long an act took, how long each write of another process took meanwhile)."""
    command = [sys.executable, __file__, "--write", str(folder / "commonweal.sqlite3")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        other.stdout.readline()
        began = time.monotonic()
        act()
        took = time.monotonic() - began
        time.sleep(2 * PAUSE_S)
        other.terminate()
        lines = other.stdout.read().splitlines()
    return took, [float(line) for line in lines if line.count(".") == 1] or [0.0]


def file_of(rows: int, target: int) -> bytes:
    lines = ["partner,sector,reference,statement,measure,baseline,target,due_on,claimed,claimed_on"]
    lines += [
        f"Firm {n // 2},private,{n},We give {n} meals to neighbours who have none,meals,0,"
        f"{target + n},2029-01-31,5,2026-06-01"
        for n in range(rows)
    ]
    return ("\n".join(lines) + "\n").encode()


if __name__ == "__main__":
    main()
