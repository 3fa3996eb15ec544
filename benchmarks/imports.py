"""How long somebody who asks for help waits while a long file of pledges is read in.

    ./commonweal run python benchmarks/imports.py [--rows 5000]

A village is served by the product's own server on SQLite, where nobody writes while somebody
writes. A visitor fills in *Get help* and sends a step of it again and again: first while
nothing else happens, then while `pledges import` reads a file in as new, then one that changes
every line of it. Machines are shared and noisy, so the times of one run are held against each other.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

from load import HIDDEN, NAME, VALUE, Visitor, serving

PAUSE_S, QUIET_S = 0.7, 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=1)
    said = parser.parse_args()
    said.no_jobs = True
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "COMMONWEAL_VAR": folder, "COMMONWEAL_DEMO": "1", "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        }  # fmt: skip
        from commonweal.cli import make_keys

        make_keys(Path(folder))
        import django

        django.setup()
        from commonweal.demo.start import prepare

        prepare("village")
        with serving(said) as port:
            asyncio.run(measure(said.rows, port, Path(folder)))


def file_of(rows: int, target: int) -> str:
    lines = ["partner,sector,reference,statement,measure,baseline,target,due_on,claimed,claimed_on"]
    lines += [
        f"Firm {n // 2},private,{n},We give {n} meals to neighbours who have none,meals-given,0,"
        f"{target + n},2029-01-31,5,2026-06-01"
        for n in range(rows)
    ]
    return "\n".join(lines) + "\n"


async def measure(rows: int, port: int, folder: Path) -> None:
    visitor = Visitor(port)
    waits = {"nothing else": await sending(visitor, asyncio.create_task(asyncio.sleep(QUIET_S)))}
    today = datetime.now(tz=UTC).date()
    for name, target, day in (
        ("all new", 10, today - timedelta(days=1)),
        ("all changed", 20, today),
    ):
        path = folder / f"{target}.csv"
        path.write_text(file_of(rows, target))
        reading = asyncio.create_task(asyncio.to_thread(read_in, path, day))
        waits[name] = await sending(visitor, reading)
        print(f"{name}: read in within {reading.result():.1f} s")
    tell(rows, waits)


def read_in(path: Path, day: date) -> float:
    began = time.monotonic()
    command = [sys.executable, "-m", "commonweal.cli", "pledges", "import", str(path)]
    command += ["--layout=commonweal", f"--as-at={day}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


async def sending(visitor: Visitor, until: asyncio.Task[object]) -> list[tuple[float, int]]:
    """(seconds, status) of each step sent before something else is over."""
    sent = []
    while not until.done():
        path, form = await form_of(visitor)
        began = time.monotonic()
        answer = await visitor.ask(path, form | {"words": f"Shopping {len(sent)}"})
        sent.append((time.monotonic() - began, answer.status))
        await asyncio.sleep(PAUSE_S)
    return sent


async def form_of(visitor: Visitor) -> tuple[str, dict[str, str]]:
    """Where the first step of a form of one's own is, and what it sends along unseen."""
    path = getattr(visitor, "path", None)
    if path is None:
        page = await visitor.ask("/help/")
        begin = re.search(r'action="(/help/start/)"', page.body)
        sent = await visitor.ask("/help/start/", hidden(page.body, "/help/start/") if begin else {})
        path = visitor.path = sent.header("location")
    visitor.etags.clear()
    return path, hidden((await visitor.ask(path)).body, "")


def hidden(page: str, action: str) -> dict[str, str]:
    for form in page.split("<form")[1:]:
        if 'method="post"' in form.split(">")[0] and action in form.split(">")[0]:
            inputs = HIDDEN.findall(form.split("</form>")[0])
            return {
                NAME.search(i)[1]: unescape(VALUE.search(i)[1]) for i in inputs if VALUE.search(i)
            }
    return {}


def tell(rows: int, waits: dict[str, list[tuple[float, int]]]) -> None:
    base = statistics.median(took for took, _ in waits["nothing else"])
    print(f"\n{rows:,} rows\n\n| meanwhile | steps sent | not taken | median ms | longest ms | "
          "longest, times the usual |\n|---|---|---|---|---|---|")  # fmt: skip
    for name, sent in waits.items():
        times = [took for took, _ in sent]
        refused = sum(status >= 400 for _, status in sent)
        print(f"| {name} | {len(sent)} | {refused} | {statistics.median(times) * 1000:.0f} | "
              f"{max(times) * 1000:.0f} | {max(times) / base:.1f} |")  # fmt: skip


if __name__ == "__main__":
    main()
