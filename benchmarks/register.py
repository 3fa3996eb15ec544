"""What the register costs at county size, each thing beside what it is compared to, in one run.

    ./commonweal demo --size county --prepare
    ./commonweal run python benchmarks/register.py              # SQLite, that town
    ./commonweal run python benchmarks/register.py --postgresql # a server for this run only

Machines are shared and noisy, so ratios count, not seconds. CPU time of this process, medians of
rounds in which both sides take turns.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "/",
    "/pledges/",
    "/pledges/?standing=overdue&sort=partner",
    "/pledges/?q=hours",
    "/partners/",
    "/themes/neighbours/",
    "/ledger/",
    "/charter/",
    "/feed.atom",
    "/partners/brackenford-borough-council/",
    "/charter/decisions/",
)


def main() -> None:
    if "--postgresql" in sys.argv:
        sys.path.insert(0, str(ROOT / "packaging"))
        import run_tests

        programs = run_tests.postgresql()
        if programs is None:
            sys.exit("PostgreSQL is not on this machine.")
        with run_tests.server(programs) as address:
            os.environ["DATABASE_URL"] = address
            measure("PostgreSQL", fresh=True)
        return
    measure("SQLite", fresh=False)


def measure(database: str, *, fresh: bool) -> None:
    os.environ["COMMONWEAL_VAR"] = str(ROOT / "var" / "demo-county")
    os.environ["COMMONWEAL_DEMO"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django

    django.setup()
    if fresh:
        from commonweal.demo.start import prepare

        prepare("county")
    from django.conf import settings
    from django.test import Client

    from commonweal.pledges.models import Entry, Pledge

    settings.ALLOWED_HOSTS.append("testserver")
    print(
        f"\n## {database}: {Pledge.objects.count():,} pledges, {Entry.objects.count():,} entries\n"
    )
    client = Client()
    queries(client)
    against_a_bare_page(client)
    searching(client)
    export(client)
    one_pass()


def queries(client: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    print("| page | queries | ms |\n|---|---|---|")
    for page in PAGES:
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            began = time.process_time()
            assert client.get(page).status_code == 200
            took = time.process_time() - began
        print(f"| {page} | {len(seen)} | {took * 1000:.0f} |")


def against_a_bare_page(client: Any) -> None:
    """The register page beside a bare Django page: the same rows, one line of template each."""
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from commonweal.config import urls
    from commonweal.pledges.models import Pledge
    from commonweal.pledges.reads import PER_PAGE

    template = engines["django"].from_string(
        "<!DOCTYPE html><title>Bare</title><ol>{% for p in rows %}"
        "<li><a href='/pledges/{{ p.code }}/'>{{ p.statement }}</a> {{ p.partner.name }} "
        "{{ p.theme.name }} {{ p.measure.unit }} {{ p.due_on }} {{ p.target }} {{ p.claimed }} "
        "{{ p.verified }} {{ p.get_standing_display }}</li>{% endfor %}</ol>"
    )

    def bare(request: HttpRequest) -> HttpResponse:
        rows = (
            Pledge.objects.filter(accepted_on__isnull=False)
            .select_related("partner", "theme", "measure", "area")
            .order_by("due_on", "id")[:PER_PAGE]
        )
        return HttpResponse(template.render({"rows": rows}, request))

    urls.urlpatterns.append(path("bare/", bare))
    print("\n| page | median ms | times the bare page |\n|---|---|---|")
    found = medians({name: lambda name=name: client.get(name) for name in ("/bare/", *PAGES[1:4])})
    for name, took in found.items():
        print(f"| {name} | {took * 1000:.1f} | {took / found['/bare/']:.2f} |")


# Words that are rare, in nearly every row, written in more ways than one, on no page, and only
# inside of words.
WORDS = ("bread", "we", "rent", "hours lent", "saint brannocs", "food and drink", "zyx", "ledg we")


def searching(client: Any) -> None:
    """A search over the whole site beside a page that reads one row by its primary key."""
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from commonweal.config import urls
    from commonweal.pledges.models import Pledge

    first = Pledge.objects.filter(accepted_on__isnull=False).values_list("pk", flat=True)[0]

    def one_row(request: HttpRequest) -> HttpResponse:
        return HttpResponse(Pledge.objects.get(pk=first).statement)

    urls.urlpatterns.append(path("one-row/", one_row))
    addresses = ("/one-row/", *(f"/search/?q={words.replace(' ', '+')}" for words in WORDS))
    # A fresh cookie each time, so that no page is taken from memory.
    taken = times(
        {name: lambda name=name: client.get(name, headers={"cookie": "a=1"}) for name in addresses}
    )
    worst = {name: statistics.quantiles(spent, n=20)[-1] for name, spent in taken.items()}
    print("\n| page | p95 ms | times the page of one row |\n|---|---|---|")
    for name, took in worst.items():
        print(f"| {name} | {took * 1000:.1f} | {took / worst['/one-row/']:.1f} |")


def medians(sides: dict[str, Callable[[], Any]], rounds: int = 25) -> dict[str, float]:
    return {name: statistics.median(spent) for name, spent in times(sides, rounds).items()}


def times(sides: dict[str, Callable[[], Any]], rounds: int = 25) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():
        side()
    for _ in range(rounds):
        for name, side in sides.items():
            began = time.process_time()
            side()
            taken[name].append(time.process_time() - began)
    return taken


def export(client: Any) -> None:
    """Peak memory while the whole ledger streams out, after a tenth and at the end."""
    from commonweal.pledges.models import Entry

    total = Entry.objects.count()
    tracemalloc.start()
    lines = peak_early = 0
    began = time.process_time()
    for chunk in client.get("/ledger.csv").streaming_content:
        lines += chunk.count(b"\n")
        if lines < total // 10:
            peak_early = tracemalloc.get_traced_memory()[1]
    took, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"\nExport of {total:,} entries: {took:.0f} s with tracing on; peak "
        f"{peak_early / 1e6:.1f} MB after a tenth, {peak / 1e6:.1f} MB at the end."
    )


def one_pass() -> None:
    """Standing of all pledges on a day, beside merely reading the same rows."""
    from django.utils import timezone

    from commonweal.pledges import ledger, proving, reads

    began = time.process_time()
    pledges = sum(1 for _ in ledger.pledges_with_entries())
    read = time.process_time() - began
    began = time.process_time()
    standings = sum(1 for _ in reads.standings_on(timezone.localdate()))
    folded = time.process_time() - began
    began = time.process_time()
    proof = proving.verify()
    verified = time.process_time() - began
    print(
        f"\nStanding of {standings:,} pledges on a day, one pass: {folded:.1f} s, "
        f"{folded / read:.2f} times reading the rows of {pledges:,} pledges ({read:.1f} s). "
        f"Verifying the chain of {proof.entries:,} entries: {verified:.1f} s, "
        f"{verified / read:.2f} times reading them."
    )


if __name__ == "__main__":
    main()
