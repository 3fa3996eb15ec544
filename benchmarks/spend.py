"""What pages of local spend cost over millions of payments, beside an ordinary page, in one run.

    ./commonweal run python benchmarks/spend.py [--lines 10000000]

A fictional village is made in a folder of its own; its files are repeated, with other days and
amounts, until there are so many payments. Ratios count, not seconds: CPU time of this process,
medians of rounds in which both sides take turns.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ORDINARY = "/charter/"
PAGES = (
    "/spend/",
    "/spend/?anchor=brackenford-college",
    "/spend/?place=site",
    "/spend/anchors/",
    "/spend/sectors/",
    "/spend/opportunities/",
    "/spend/opportunities/?category=Security",
    "/spend/suppliers/",
    "/spend/suppliers/?q=smith",
    "SUPPLIER",
    "/spend/payments/?supplier=SUPPLIER",
    "/spend/payments/?band=town",
    "/spend/payments/",
    "/spend/how-we-know/",
)


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--lines", type=int, default=10_000_000)
    size = given.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COMMONWEAL_VAR"] = folder
        os.environ["COMMONWEAL_DEMO"] = "1"
        os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
        from commonweal.cli import make_keys

        make_keys(Path(folder))
        import django

        django.setup()
        from commonweal.demo.start import prepare

        prepare("village")
        measure(size)


def measure(size: int) -> None:
    from django.conf import settings
    from django.test import Client

    from commonweal.spend import files, preparing, reads

    settings.ALLOWED_HOSTS.append("testserver")
    repeat(size)
    began = time.monotonic()
    made = preparing.bring_up_to_date(lambda step, done, total: None)
    assert made is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{made.lines:,} payments prepared in {time.monotonic() - began:.0f} s, "
        f"peak of the process {peak:.1f} GB, "
        f"{files.prepared(made.version).stat().st_size / 1e6:,.0f} MB of tables"
    )
    top = reads.suppliers(made, reads.Scope()).rows[0]["supplier"]
    client = Client()
    for page in PAGES:
        address = page.replace(
            "/spend/payments/?supplier=SUPPLIER", f"/spend/payments/?supplier={top}"
        )
        address = address.replace("SUPPLIER", f"/spend/suppliers/{top}/")
        ours, theirs = [], []
        for _ in range(9):
            for where, kept in ((address, ours), (ORDINARY, theirs)):
                began_cpu, began_wall = time.process_time(), time.monotonic()
                assert client.get(where).status_code == 200, where
                kept.append((time.process_time() - began_cpu, time.monotonic() - began_wall))
        cpu, wall = (statistics.median(one[at] for one in ours) for at in (0, 1))
        other = statistics.median(one[0] for one in theirs)
        print(f"{page:<46} {cpu / other:6.2f} times an ordinary page's CPU; {wall * 1000:6.0f} ms")


def repeat(size: int) -> None:
    """Releases of repeated payments, written as the product keeps them."""
    import duckdb

    from commonweal.spend import files
    from commonweal.spend.models import Release

    known = list(Release.objects.taken().filter(route="published"))
    have = sum(one.accepted for one in known)
    times = max(size // have, 1)
    for number, one in enumerate(known):
        draft = files.folder("lines", "draft")
        with duckdb.connect() as base:
            base.execute(f"""copy (
                select sheet, (line * {times} + i)::integer as line, outcome, why,
                    first - (i % 1000)::integer as first, last - (i % 1000)::integer as last,
                    payee, name,
                    (amount + i % 97)::decimal(18, 4) as amount, reference, category, description,
                    postcode, number
                from read_parquet('{files.lines_of(one.lines_sha256)}'), range({times}) r(i)
                where outcome = 'accepted') to '{draft}' (format parquet, compression zstd)""")
            row = base.execute(
                f"select count(*), sum(amount) from read_parquet('{draft}')"
            ).fetchone()
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()
        draft.rename(files.lines_of(digest))
        count, amount = row or (0, 0)
        Release.objects.create(
            code=f"repeated-{number}",
            anchor=one.anchor,
            route="published",
            state="taken",
            file_name=f"repeated-{number}.csv",
            sha256=digest,
            lines_sha256=digest,
            size_bytes=0,
            rows=count,
            accepted=count,
            total_gbp=amount,
            accepted_gbp=amount,
            taken_on=one.taken_on,
        )
        if number % 10 == 9:
            print(f"{number + 1} of {len(known)} files written", file=sys.stderr)


if __name__ == "__main__":
    main()
