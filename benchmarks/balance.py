"""What closing a period costs, at three sizes in one run: time beside entries, memory.

    ./commonweal run python benchmarks/balance.py

Each size is a ledger of its own in a fresh SQLite file. Beside the account stands merely reading
the same rows: the account is one pass, so it should cost a fixed multiple of that at every size.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

SIZES = (2_000, 8_000, 20_000)
ENTRIES_EACH = 10


def main() -> None:
    if len(sys.argv) > 1:
        one(int(sys.argv[1]))
        return
    print(
        "| pledges | entries | account, times reading the rows | account, µs an entry "
        "| whole draft, µs an entry | peak of the account, MB |\n|---|---|---|---|---|---|"
    )
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {
                "COMMONWEAL_VAR": folder,
                "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
                "COMMONWEAL_SECRET_KEY": "benchmark-" * 6,
                "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            }
            done = subprocess.run(
                [sys.executable, __file__, str(size)],
                env=environment,
                capture_output=True,
                text=True,
            )
        if done.returncode:
            sys.exit(done.stderr)
        said = json.loads(done.stdout.splitlines()[-1])
        print(
            f"| {size:,} | {said['entries']:,} | {said['account'] / said['read']:.2f} | "
            f"{said['account'] / said['entries'] * 1e6:.0f} | "
            f"{said['draft'] / said['entries'] * 1e6:.0f} | {said['peak'] / 1e6:.1f} |",
            flush=True,
        )


def one(size: int) -> None:
    import django

    django.setup()
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    from commonweal.balance import account, cutting, statement
    from commonweal.balance.models import Period
    from commonweal.places.clock import Clock
    from commonweal.places.models import the_town

    call_command("migrate", verbosity=0)
    today = timezone.localdate()
    fill(size, today)
    period = Period.objects.create(
        code="p",
        title="P",
        starts_on=today - timedelta(days=100),
        ends_on=today - timedelta(days=1),
    )
    head = cutting.head_at(Clock(period.starts_on, period.ends_on, timezone.now()))
    cuts = cutting.cuts_for(period, head[0], None)
    days = the_town().rules

    def read() -> int:
        return sum(len(lines) for lines in statement.every_pledge(head[0]))

    def add() -> None:
        account.add_up(statement.every_pledge(head[0]), cuts.opening, cuts.closing, days, days)

    entries = read()
    took = {}
    for name, act in (("read", read), ("account", add)):
        best = []
        for _ in range(3):
            began = time.process_time()
            act()
            best.append(time.process_time() - began)
        took[name] = min(best)
    tracemalloc.start()
    add()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    began = time.process_time()
    statement.make(period, number=1, because="", before=None, at=timezone.now())
    took["draft"] = time.process_time() - began
    print(json.dumps(took | {"entries": entries, "peak": peak}))


def fill(size: int, today: object) -> None:
    """Pledges with ten entries each, over a year: made, reported, reviewed, changed."""
    import tomllib
    from datetime import date, timedelta

    from commonweal.partners.models import Partner
    from commonweal.pledges import ledger
    from commonweal.pledges.models import Measure, Pledge
    from commonweal.setup import townfile

    assert isinstance(today, date)
    root = Path(__file__).resolve().parent.parent
    townfile.apply(tomllib.loads((root / "src/commonweal/demo/town.toml").read_text()))
    partner = Partner.objects.get()
    measures = list(Measure.objects.select_related("theme"))
    due = today + timedelta(days=60)
    Pledge.objects.bulk_create(
        (
            Pledge(
                partner=partner,
                measure=m,
                theme=m.theme,
                statement="We will.",
                baseline=0,
                target=100,
                due_on=due,
                made_on=today - timedelta(days=300),
                owner_title="x",
            )
            for m in (measures[n % len(measures)] for n in range(size))
        ),
        batch_size=500,
    )
    seq = 0
    for start in range(0, size, 2000):
        batch = []
        for pledge in Pledge.objects.select_related("measure__theme").order_by("id")[
            start : start + 2000
        ]:
            m = pledge.measure
            terms = {
                "theme": m.theme.code,
                "measure": m.code,
                "unit": m.unit,
                "measure_kind": m.kind,
                "direction": m.direction,
                "baseline": "0",
                "target": "100",
                "due_on": due.isoformat(),
            }
            first = seq + len(batch) + 1
            lines = [("proposed", 300, terms), ("accepted", 299, {})]
            for n in range(2):
                claim = first + len(lines)
                on = (today - timedelta(days=200 - 90 * n)).isoformat()
                lines += [
                    (
                        "claim",
                        200 - 90 * n,
                        {"value": str(30 * (n + 1)), "as_of": on, "final": False},
                    ),
                    ("evidence", 199 - 90 * n, {"about": claim}),
                    (
                        "review",
                        190 - 90 * n,
                        {"about": claim, "verdict": "upheld", "by": "x", "held_until": None},
                    ),
                ]
            lines += [
                ("changed", 50, {"field": "target", "old": "100", "new": "120"}),
                (
                    "changed",
                    40,
                    {"field": "due_on", "old": due.isoformat(), "new": due.isoformat()},
                ),
            ]
            batch += [
                ledger.NewEntry(
                    pledge,
                    kind,
                    today - timedelta(days=ago),
                    body,
                    pledge.statement if kind == "proposed" else "",
                    by_role="partner",
                    by_organisation=partner.name,
                )
                for kind, ago, body in lines
            ]
        assert len(batch) == ENTRIES_EACH * min(2000, size - start)
        ledger.write(batch)
        seq += len(batch)


if __name__ == "__main__":
    main()
