"""The desk at 1,000,000 residents and 100,000 open requests: queue, lists, search, case, sharing.

    ./commonweal run python benchmarks/desk_queue.py --folder FOLDER
    ./commonweal run python benchmarks/desk_queue.py --folder FOLDER --postgresql
    ./commonweal run python benchmarks/desk_queue.py --folder FOLDER --handlers
    ./commonweal run python benchmarks/desk_queue.py --folder FOLDER --list 50000

The town is made on SQLite, in FOLDER, once (a quarter of an hour on two cores); PostgreSQL gets a
copy of it. Pages are asked for one after the other, in one process; beside them stands a bare page
that looks one row up by its primary key. The time is that of the processor, so that it says the
same on a busy machine; on PostgreSQL with that of the process there that answers.
`--handlers`: instead of these 100 handlers at once, over HTTP (`desk_at_once`).
"""

from __future__ import annotations

import argparse
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

TIMES = 20
ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {
    "COMMONWEAL_DEMO": "1",
    "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
    "COMMONWEAL_SECRET_KEY": "benchmark-" * 6,
    "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--address", help="of a PostgreSQL server that is there, and stays")
    parser.add_argument("--folder", help="where the town on SQLite is, or will be")
    parser.add_argument("--handlers", action="store_true", help="100 at once, over HTTP")
    parser.add_argument("--workers", type=int, nargs="+", default=[1], help="of that server")
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--times", type=int, default=TIMES, help="each page is asked for")
    parser.add_argument("--think", type=float, default=10, help="between two pages of one, s")
    parser.add_argument("--sharing", action="store_true", help="3,000 cases among twelve")
    parser.add_argument("--list", type=int, help="a list of so many rows beside the town")
    parser.add_argument("--prepare", action="store_true", help="make the town, measure nothing")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT / "packaging"))
    with tempfile.TemporaryDirectory() as folder:
        run(options, Path(options.folder or folder))


def run(options: argparse.Namespace, folder: Path) -> None:
    import run_tests

    is_postgresql = options.postgresql or options.address
    if is_postgresql:
        sizes = ["--residents", str(options.residents), "--requests", str(options.requests)]
        command = [sys.executable, __file__, "--prepare", "--folder", str(folder), *sizes]
        subprocess.run(command, check=True)
    programs = run_tests.postgresql() if is_postgresql and not options.address else None
    with run_tests.server(programs) if programs else nullcontext(options.address) as address:
        os.environ |= SETTINGS | {"COMMONWEAL_VAR": str(folder)}
        os.environ["DATABASE_URL"] = str(address or f"sqlite:///{folder}/queue.sqlite3")
        import django

        django.setup()
        measure(options, folder)


def measure(options: argparse.Namespace, folder: Path) -> None:
    import desk_at_once
    import desk_list
    import desk_town
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from commonweal.accounts.models import Person
    from commonweal.cases.models import Case
    from commonweal.jobs.database import begin_page

    if connection.vendor == "sqlite":
        desk_town.town(options.residents, options.requests)
    elif not Case.objects.exists():
        desk_town.copied(folder / "queue.sqlite3")
    if options.prepare:
        return
    if options.list:
        desk_list.the_list(options.list, clock_of(connection))
    elif options.sharing:
        sharing(list(Person.objects.filter(email__startswith="h").order_by("pk")))
    elif options.handlers:
        desk_at_once.main(options)
    else:
        people = list(Person.objects.filter(email__startswith="h").order_by("pk"))
        # A page opens its connection with settings of its own, and calls no helpers.
        connection.close()
        begin_page()
        pages(people, partial(timed, times=options.times))


# --- Sharing ----------------------------------------------------------------------------------


def sharing(people: list[Any]) -> None:
    """3,000 cases among twelve, at most 250 each, by the pages: looked at, shared, taken back; and
    given back by one of them."""
    from django.db import connection

    from commonweal.cases.models import CaseMove

    manager, handler = browser_of(people[0]), browser_of(people[1])
    clock = clock_of(connection)
    caps = {f"cap-{person.code}": "250" for person in people[1:13]}
    answers = {"most": "3000", "each": "0", **caps}
    print("| page | s of processor | s |\n|---|---|---|")

    def step(name: str, ask: Callable[[], Any]) -> Any:
        spent, began = clock(), time.monotonic()
        answer = ask()
        spent, took = clock() - spent, time.monotonic() - began
        print(f"| {name} ({answer.status_code}) | {spent:.2f} | {took:.2f} |", flush=True)
        return answer

    def back(client: Any) -> None:
        address = f"/desk/help/share/{CaseMove.objects.first().code}/back/"
        step("look at what goes back", lambda: client.get(address))
        step("take back", lambda: client.post(address))

    share = "/desk/help/share/"
    step("preview", lambda: manager.post(share, answers | {"verb": "preview"}))
    step("share", lambda: manager.post(share, answers | {"verb": "share"}))
    own = f"/desk/help/team/{people[1].code}/back/"
    page = step("look at what one gives back", lambda: handler.post(own, {"which": "all"}))
    seen = str(page.context["count"])
    step(f"give {seen} back", lambda: handler.post(own, {"which": "all", "seen": seen}))
    back(handler)
    stroke = CaseMove.objects.filter(kind="shared").first()
    address = f"{share}{stroke.code}/back/"
    step("look at what goes back of all", lambda: manager.get(address))
    step("take it all back", lambda: manager.post(address))


# --- Pages ------------------------------------------------------------------------------------


def browser_of(who: Any) -> Any:
    from django.conf import settings
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(who, settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["demo_second_factor"] = True
    session.save()
    return client


def add_the_bare_page() -> None:
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from commonweal.cases.models import Case
    from commonweal.config import urls

    template = engines["django"].from_string("<!DOCTYPE html><p>{{ one.code }} {{ one.state }}</p>")

    def bare(request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse(template.render({"one": Case.objects.get(pk=pk)}, request))

    urls.urlpatterns.append(path("bare/<int:pk>/", bare))


def pages(handlers: list[Any], timed: Callable[..., list[float]]) -> None:
    from commonweal.cases.models import Case

    add_the_bare_page()
    manager, handler = browser_of(handlers[0]), browser_of(handlers[1])
    bare = timed(lambda: manager.get("/bare/1/"))
    print("| page | median ms | p95 ms | median, times the bare page |\n|---|---|---|---|")
    row("bare page", bare, bare)
    for name, query in queries(str(handlers[1].code)).items():
        row(
            f"queue, manager: {name}",
            timed(lambda q=query: manager.get(f"/desk/help/queue/?{q}")),
            bare,
        )  # type: ignore[misc]
    for name in ("all", "mine", "late", "unplanned"):
        address = f"/desk/help/queue/?show={name}"
        row(f"queue, handler: {name}", timed(lambda a=address: handler.get(a)), bare)  # type: ignore[misc]
    row("the desk's first page, manager", timed(lambda: manager.get("/desk/help/")), bare)
    row("the desk's first page, handler", timed(lambda: handler.get("/desk/help/")), bare)
    row("manage", timed(lambda: manager.get("/desk/help/manage/")), bare)
    for name, typed in facts().items():
        look = timed(lambda t=typed: manager.post("/desk/help/queue/", {"q": t}))  # type: ignore[misc]
        row(f"search in the queue by {name}", look, bare)
    own = Case.objects.filter(assigned_to=handlers[1]).order_by("pk")[:20].values_list("code")
    codes = [code for (code,) in own]
    row("case", timed(lambda: handler.get(f"/desk/help/cases/{random.choice(codes)}/")), bare)
    for name, typed in facts().items():
        look = timed(lambda t=typed: handler.post("/desk/help/search/", {"q": t}))  # type: ignore[misc]
        row(f"search by {name}", look, bare)
    row("next call", timed(lambda: handler.post("/desk/help/queue/next/"), status=302), bare)


def queries(handler: str) -> dict[str, str]:
    from commonweal.places.models import Area
    from commonweal.services.models import HelpType

    help_type = HelpType.objects.filter(is_restricted=False).first()
    area = Area.objects.first()
    return {
        "all": "",
        "nothing planned": "show=unplanned",
        "nobody's": "show=unassigned",
        "late": "show=late",
        "help": f"help={help_type.code if help_type else ''}",
        "area": f"area={area.code if area else ''}",
        "urgency": "urgency=2",
        "age": "age=7",
        "handler": f"handler={handler}",
        "promised": "promised=1",
        "help, area, urgency": f"help={help_type.code if help_type else ''}"
        f"&area={area.code if area else ''}&urgency=1",
        "longest here first": "sort=oldest",
        "promised first": "sort=promised",
        "longest without contact first": "sort=contact",
        "the last page": "page=4000",
        "the middle": "page=2000",
    }


def facts() -> dict[str, str]:
    from commonweal.cases.models import Case

    case = Case.objects.select_related("resident").order_by("pk")[1234]
    who = case.resident
    return {
        "reference": case.code,
        "name": who.full_name,
        "last name": who.last_name,
        "first name": who.first_name,
        "date of birth": who.born,
        "telephone": who.phones,
        "postcode": who.postcode,
        "address": who.address,
        "name and year of birth": f"{who.full_name} {who.born[:4]}",
    }


def clock_of(connection: Any, *, with_helpers: bool = True) -> Callable[[], float]:
    """Processor time: of this process and those that it began and that ended, and on PostgreSQL of
    the process there that answers it, with those that it calls to its help, whose time their parent
    gets when they end (and that of whatever else ends there meanwhile: of a page, which calls none,
    it would be too much)."""
    if connection.vendor == "sqlite":
        return with_children
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    there, ticks = Path(f"/proc/{pid}"), os.sysconf("SC_CLK_TCK")
    parent = Path(f"/proc/{(there / 'stat').read_text().rsplit(')', 1)[1].split()[1]}/stat")

    def spent() -> float:
        own = int((there / "schedstat").read_text().split()[0]) / 1e9
        ended = parent.read_text().rsplit(")", 1)[1].split()[13:15] if with_helpers else []
        return with_children() + own + sum(map(int, ended)) / ticks

    return spent


def with_children() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def timed(ask: Callable[[], Any], *, times: int, status: int = 200) -> list[float]:
    from django.db import connection

    ask()
    clock, taken = clock_of(connection, with_helpers=False), []
    for _ in range(times):
        began = clock()
        answer = ask()
        taken.append(clock() - began)
        if answer.status_code != status:
            sys.exit(f"{answer.status_code} came back.")
    return sorted(taken)


def row(name: str, taken: list[float], bare: list[float]) -> None:
    median, p95 = statistics.median(taken), taken[math.ceil(len(taken) * 0.95) - 1]
    ratio = median / statistics.median(bare)
    print(f"| {name} | {median * 1000:.0f} | {p95 * 1000:.0f} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    main()
