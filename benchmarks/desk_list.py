"""A list beside a town of a million: rows a second of the processor, beside a bare bulk insert.

./commonweal run python benchmarks/desk_queue.py --folder FOLDER --list 50000
"""

from __future__ import annotations

import cProfile
import multiprocessing
import os
import random
import statistics
import time
from typing import Any

from desk import person


def lines(rows: int, seed: int) -> bytes:
    draw = random.Random(seed)
    heads = "First name,Surname,d.o.b,Address Line 1,City,Postcode,Email,Phone number,UPRN"
    names = ("first_name", "last_name", "born", "address", "", "postcode", "", "phones", "")
    people = (person(5_000_000 + seed * 100_000 + number, draw) for number in range(rows))
    return "\n".join(
        [heads + ",Case Note 1", *(",".join(one.get(n, "") for n in names) + "," for one in people)]
    ).encode()


def the_list(rows: int, clock: Any) -> None:
    """Read, matched against everybody, written; while somebody saves a call each half second."""
    from commonweal.cases import lists
    from commonweal.services.models import HelpType

    seed, times = random.SystemRandom().randrange(900), {}
    data = lines(rows, seed)

    def took(name: str, act: Any) -> Any:
        spent, began = clock(), time.monotonic()
        outcome = act()
        times[name] = clock() - spent, time.monotonic() - began
        return outcome

    kind = HelpType.objects.get(code="food")
    shown = took("read", lambda: lists.preview(data, f"list-{seed}.csv"))
    run = lists.begin(shown, help_type=kind, by=None)
    with Calls(kind.pk) as calls:
        profile = cProfile.Profile(time.process_time) if os.environ.get("PROFILE") else None
        if profile:
            profile.enable()
        run = took("matched and written", lambda: lists.carry_out(shown, run, by=None))
        if profile:
            profile.disable()
            profile.dump_stats(os.environ["PROFILE"])
    took("bare bulk insert of the same residents", lambda: bare(rows, seed))
    print(f"list of {rows:,}, {run.counts}, load {os.getloadavg()[0]:.0f}")
    for name, (spent, wall) in times.items():
        print(f"| {name} | {rows / spent:,.0f} rows a s of processor | {rows / wall:,.0f} |")
    both = sum(spent for name, (spent, _) in times.items() if "bare" not in name)
    print(
        f"| the list in all | {rows / both:,.0f} | times the bare insert: "
        f"{both / times['bare bulk insert of the same residents'][0]:.1f} |"
    )
    calls.say()


def bare(rows: int, seed: int) -> None:
    from commonweal.residents.models import Resident

    draw = random.Random(seed + 1000)
    made = (Resident(**person(9_000_000 + n, draw)) for n in range(rows))
    Resident.objects.bulk_create(made, batch_size=1000)


class Calls:
    """Somebody else, in a process of their own, who saves a call each half second meanwhile: how
    long each save waits."""

    def __init__(self, kind: int) -> None:
        spawning = multiprocessing.get_context("spawn")
        self.waits, self.is_over = spawning.Queue(), spawning.Event()
        self.process = spawning.Process(target=take_calls, args=(kind, self.waits, self.is_over))

    def __enter__(self) -> Calls:
        self.process.start()
        self.waits.get()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()

    def say(self) -> None:
        waits = self.waits.get()
        self.process.join()
        print(
            f"{len(waits)} calls saved meanwhile: median {statistics.median(waits):.2f} s, "
            f"worst {max(waits):.2f} s"
        )


def take_calls(kind: int, waits: Any, is_over: Any) -> None:
    import django

    django.setup()
    from django.db import transaction

    from commonweal.cases.models import Case, Need
    from commonweal.residents import people

    draw, times = random.Random(), []

    def save() -> None:
        with transaction.atomic():
            number = draw.randrange(8_000_000, 9_000_000)
            who = people.add(values=person(number, draw), by=None)
            case = Case.objects.create(resident=who, channel="phone", words="x")
            Need.objects.create(case=case, help_type_id=kind)

    # The first one of a process reads in what it needs: whoever serves has saved one before.
    save()
    waits.put("begun")
    while not is_over.wait(0.5):
        began = time.monotonic()
        save()
        times.append(time.monotonic() - began)
    waits.put(times or [0.0])
