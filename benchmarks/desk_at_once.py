"""A hundred handlers at once, as real clients of `./commonweal serve`, over the town of desk_queue.

    ./commonweal run python benchmarks/desk_queue.py --folder FOLDER --handlers
    ./commonweal run python benchmarks/desk_queue.py --folder FOLDER --handlers --workers 1 2

Each handler does something every ten seconds or so: opens the desk, the queue or a case, looks for
somebody, writes down a call. Beside them one request in eight is for the bare page, which asks
nothing of the database. What each call should have left is looked for afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import time
from collections import Counter
from pathlib import Path

import desk
import load

BARE = "/-/live"
# Of a hundred things that a handler does.
SHARES = {
    "bare": 13,
    "the desk's first page": 12,
    "queue": 25,
    "case": 20,
    "search": 18,
    "call": 12,
}
QUEUES = ("", "show=mine", "show=late", "show=unplanned", "urgency=1", "sort=promised", "page=40")
INPUT = re.compile(r'<input[^>]*name="([^"]+)"[^>]*type="hidden"[^>]*value="([^"]*)"')


def main(options: argparse.Namespace) -> None:
    from django.db import connection

    keys, own, typed = desk.sessions(), own_cases(), facts()
    if connection.vendor == "postgresql":
        say_unequal_shares(connection.connection.info.backend_pid)
    connection.close()
    for workers in options.workers:
        said = argparse.Namespace(no_jobs=True)
        with load.serving(said, workers) as port:
            measure(port, keys, own, typed, options)


def say_unequal_shares(pid: int) -> None:
    """Linux gives each session its share of the processor, and every process of PostgreSQL begins a
    session: raised for this run alone, it starves the database, and only what waits is measured."""
    groups = [Path(f"/proc/{one}/autogroup") for one in ("self", pid)]
    if all(group.exists() for group in groups):
        ours, theirs = (group.read_text().split()[-1] for group in groups)
        if ours != theirs:
            print(f"Unequal shares: this run has nice {ours}, the database's processes {theirs}.")


def own_cases() -> list[list[str]]:
    """Open cases of each handler, in the order of the sessions."""
    from commonweal.accounts.models import Person
    from commonweal.cases.models import Case

    people = Person.objects.filter(email__startswith="h").order_by("-pk")[: desk.HANDLERS][::-1]
    cases = Case.objects.open().order_by("pk")
    return [
        list(cases.filter(assigned_to=one).values_list("code", flat=True)[:200]) for one in people
    ]


def facts() -> list[str]:
    """What callers say who they are: names, births, telephones, postcodes, references."""
    from commonweal.cases.models import Case

    cases = Case.objects.select_related("resident").order_by("pk")[5000:5300]
    named = [(case.resident, case.code) for case in cases]
    return [
        text
        for who, code in named
        for text in (who.full_name, f"{who.last_name} {who.born}", who.phones, who.postcode, code)
    ]


async def handle(
    number: int,
    port: int,
    until: float,
    key: str,
    own: list[str],
    tally: load.Tally,
    typed: list[str],
    think: float,
) -> None:
    draw = random.Random(number)
    visitor = load.Visitor(port, {"sessionid": key, "csrftoken": "a" * 32})
    await asyncio.sleep(draw.uniform(0, think))
    while time.monotonic() < until:
        name = draw.choices(list(SHARES), list(SHARES.values()))[0]
        case = f"/desk/help/cases/{draw.choice(own)}/"
        path = {
            "bare": BARE,
            "the desk's first page": "/desk/help/",
            "case": case,
            "queue": f"/desk/help/queue/?{draw.choice(QUEUES)}",
            "search": "/desk/help/search/",
            "call": f"{case}call/",
        }[name]
        form = None
        if name == "search":
            form = {"q": draw.choice(typed), "csrfmiddlewaretoken": "a" * 32}
        visitor.etags.clear()
        answer, took = await load.timed(visitor, path, tally, form)
        tally.seconds["the form of a call" if name == "call" else name].append(took)
        if name == "call" and answer is not None and answer.status == 200:
            await write_down(visitor, path, answer.body, tally, draw)
        if answer is not None and answer.status != 200:
            tally.errors[f"{name}: {answer.status} {answer.header('location')}"] += 1
        await asyncio.sleep(min(draw.expovariate(1 / think), 3 * think))


async def write_down(
    visitor: load.Visitor, path: str, page: str, tally: load.Tally, draw: random.Random
) -> None:
    """Nobody answered; what is planned stays planned."""
    mark = f"At once {os.getpid()}-{draw.random()}"
    form = {
        "direction": "out",
        "outcome": "no_answer",
        "which": "other",
        "words": mark,
        "minutes": "1",
        **dict(INPUT.findall(page)),
        "csrfmiddlewaretoken": "a" * 32,
    }
    answer, took = await load.timed(visitor, path, tally, form)
    tally.seconds["a call saved"].append(took)
    was_taken = answer is not None and answer.status in (302, 303)
    (tally.taken if was_taken else tally.not_taken).append(mark)


def measure(
    port: int, keys: list[str], own: list[list[str]], typed: list[str], options: argparse.Namespace
) -> None:
    async def everybody() -> None:
        until = time.monotonic() + options.seconds
        await asyncio.gather(
            *(
                handle(n, port, until, key, own[n], tally, typed, options.think)
                for n, key in enumerate(keys)
            )
        )

    async def warm() -> None:
        visitor = load.Visitor(port, {"sessionid": keys[0], "csrftoken": "a" * 32})
        for path in ("/desk/help/", "/desk/help/queue/", f"/desk/help/cases/{own[0][0]}/"):
            await load.timed(visitor, path, load.Tally())

    asyncio.run(warm())
    tally, spent, began = load.Tally(), cores_spent(port), time.monotonic()
    asyncio.run(everybody())
    took, spent = time.monotonic() - began, cores_spent(port) - spent
    told(tally, took, spent)


def cores_spent(port: int) -> float:
    """Seconds of a processor that the server took so far, its processes together."""
    mark, ticks = f"--port\0{port}\0".encode(), os.sysconf("SC_CLK_TCK")
    rows = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            is_server = mark in (folder / "cmdline").read_bytes()
        except OSError:
            continue
        rows[int(folder.name)] = (
            int(words[1]),
            (int(words[11]) + int(words[12])) / ticks,
            is_server,
        )
    ours = {pid for pid, row in rows.items() if row[2]}
    ours |= {pid for pid, row in rows.items() if row[0] in ours}
    return sum(rows[pid][1] for pid in ours)


def told(tally: load.Tally, took: float, spent: float) -> None:
    from commonweal.cases.models import Call

    count = sum(len(times) for times in tally.seconds.values())
    print("\n| page, 100 handlers | asked for | median ms | p95 ms |\n|---|---|---|---|")
    for name, times in tally.seconds.items():
        median, p95 = desk.quantiles(times)
        print(f"| {name} | {len(times)} | {median:.0f} | {p95:.0f} |")
    words = Counter(Call.objects.order_by("-pk").values_list("words", flat=True)[:count])
    lost = sum(not words[mark] for mark in tally.taken)
    doubled = sum(words[mark] > 1 for mark in tally.taken)
    print(
        f"\n{count} requests in {took:.0f} s, {count / took:.1f} a second; "
        f"{spent / count * 1000:.0f} ms of a processor each, {spent / took:.2f} cores; "
        f"calls taken {len(tally.taken)}, not {len(tally.not_taken)}, lost {lost}, "
        f"doubled {doubled}; errors {sum(tally.errors.values())} "
        f"{dict(tally.errors.most_common(6))}; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
