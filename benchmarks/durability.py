"""What it costs on SQLite that a commit is on the disk before anybody is told of it.

    ./commonweal run python benchmarks/durability.py [FOLDER]

One file, one run, turn and turn about: the same acts with ``synchronous=NORMAL`` and ``FULL``.
Elapsed time, since what is waited for is the disk; FOLDER says on which.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from balance import fill

ROUNDS, ACTS = 12, 25


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        os.environ |= {
            "COMMONWEAL_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
            "COMMONWEAL_SECRET_KEY": "benchmark-" * 6,
            "DATABASE_URL": "",
            "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        }
        measure(Path(folder))


def measure(folder: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from commonweal.pledges import ledger
    from commonweal.pledges.models import Pledge

    call_command("migrate", verbosity=0)
    today = timezone.localdate()
    fill(2000, today)
    pledges = list(Pledge.objects.select_related("partner", "measure")[:ACTS])

    def act() -> None:
        for number, pledge in enumerate(pledges):
            body = {
                "value": str(number),
                "as_of": (today - timedelta(days=1)).isoformat(),
                "final": False,
            }
            ledger.append(ledger.NewEntry(pledge, "claim", today, body, by_role="partner"))

    took: dict[str, list[float]] = {"NORMAL": [], "FULL": []}
    act()
    for round_number in range(ROUNDS):
        for name in sorted(took, reverse=bool(round_number % 2)):
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA synchronous={name}")
            began = time.perf_counter()
            act()
            took[name].append((time.perf_counter() - began) / ACTS)
    each = {name: statistics.median(times) * 1000 for name, times in took.items()}
    print(
        f"an entry, committed: NORMAL {each['NORMAL']:.1f} ms, FULL {each['FULL']:.1f} ms, "
        f"{each['FULL'] / each['NORMAL']:.2f} times"
    )


if __name__ == "__main__":
    main()
