"""The queue at 100,000 open requests: each filter, each list, search by any fact, next call.

    ./commonweal run python benchmarks/desk_queue.py [--requests 100000] [--postgresql]

Rows are laid by bulk inserts, fifty requests a person. Pages are asked for one after the other, in
one process; beside them stands a bare page that looks one row up by its primary key. On SQLite the
time is that of the processor, so that it says the same on a busy machine; on PostgreSQL, whose
server is another process, that of the wall. `--folder` keeps what was filled for another run.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from desk import person

ROOT = Path(__file__).resolve().parent.parent
HANDLERS, A_PERSON, TIMES = 12, 50, 10
SETTINGS = {
    "COMMONWEAL_DEMO": "1",
    "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
    "COMMONWEAL_SECRET_KEY": "benchmark-" * 6,
    "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--folder", help="where the database is, or will be")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT / "packaging"))
    import run_tests

    programs = run_tests.postgresql() if options.postgresql else None
    with (
        run_tests.server(programs) if programs else nullcontext("") as address,
        tempfile.TemporaryDirectory() as folder,
    ):
        kept = options.folder or folder
        os.environ |= SETTINGS | {"COMMONWEAL_VAR": kept}
        os.environ["DATABASE_URL"] = str(address) or f"sqlite:///{kept}/queue.sqlite3"
        import django

        django.setup()
        measure(options.requests)


def measure(requests: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from commonweal.accounts.models import Person
    from commonweal.cases.models import Case

    if Case.objects.count() < requests:
        began = time.monotonic()
        fill(requests)
        print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    pages(list(Person.objects.order_by("pk")))


def fill(requests: int) -> None:
    import tomllib

    from django.db import connection, transaction

    from commonweal.accounts.models import Person
    from commonweal.cases.models import Case
    from commonweal.places.models import Area
    from commonweal.services.models import HelpType
    from commonweal.setup import townfile

    townfile.apply(tomllib.loads((ROOT / "src/commonweal/demo/town.toml").read_text()))
    draw = random.Random(1)
    areas = list(Area.objects.all())
    handlers = list(Person.objects.order_by("pk")) or at_the_desk()
    kinds = list(HelpType.objects.filter(is_restricted=False))
    for start in range(Case.objects.count(), requests, 5000):
        with transaction.atomic():
            lay(start, draw, areas, handlers, kinds)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def lay(start: int, draw: random.Random, areas: Any, handlers: Any, kinds: Any) -> None:
    """5,000 requests more, with their people, needs, calls and next actions."""
    from commonweal.cases.models import Call, Callback, Case, Need, NextAction
    from commonweal.residents import people
    from commonweal.residents.models import Resident

    count = 5000 // A_PERSON
    rows = [Resident(area=draw.choice(areas), **person(start + n, draw)) for n in range(count)]
    residents = Resident.objects.bulk_create(rows, batch_size=1000)
    people.index(residents, fresh=True)
    cases = [a_case(start + n, residents[n % count], draw, areas, handlers) for n in range(5000)]
    Case.objects.bulk_create(cases, batch_size=1000)
    needs = [Need(case=case, help_type=draw.choice(kinds)) for case in cases]
    Need.objects.bulk_create(needs, batch_size=1000)
    Callback.objects.bulk_create(
        Callback(case=case, purpose="first", due_at=case.due_at, assigned_to=case.assigned_to)
        for case in cases
        if case.first_contact_at is None
    )
    spoken = [need for need in needs if need.case.first_contact_at is not None]
    Call.objects.bulk_create(
        Call(case=need.case, direction="out", outcome="spoke") for need in spoken
    )
    NextAction.objects.bulk_create(
        NextAction(
            need=need,
            kind="decide",
            because="hand",
            due_at=need.case.due_at,
            owner=need.case.assigned_to,
        )
        for need in spoken
        if draw.random() < 0.9
    )


def at_the_desk() -> list[Any]:
    """A desk manager, and handlers."""
    from datetime import timedelta

    from django.utils import timezone

    from commonweal.accounts.models import Appointment, Person

    today, people = timezone.localdate(), []
    for number in range(HANDLERS + 1):
        role = "call_handler" if number else "desk_manager"
        one = Person.objects.create_user(f"h{number}@example.org", name=f"Handler {number}")
        Appointment.objects.create(
            person=one, role=role, starts_on=today, ends_on=today + timedelta(days=9), because="x"
        )
        people.append(one)
    return people


def a_case(number: int, resident: Any, draw: random.Random, areas: Any, handlers: Any) -> Any:
    from datetime import timedelta

    from django.utils import timezone

    from commonweal.cases.models import Case

    now, is_given = timezone.now(), number % 4
    opened = now - timedelta(minutes=draw.randint(0, 60_000))
    return Case(
        resident=resident, channel="phone", area=draw.choice(areas), urgency=draw.randint(1, 4),
        opened_at=opened, due_at=now + timedelta(minutes=draw.randint(-4000, 4000)),
        state="working" if is_given else "new", reasons=[[70, "no food today"]],
        assigned_to=draw.choice(handlers[1:]) if is_given else None,
        first_contact_at=opened if draw.random() < 0.5 else None,
    )  # fmt: skip


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


def pages(handlers: list[Any]) -> None:
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
    for name, typed in facts().items():
        look = timed(lambda t=typed: manager.post("/desk/help/queue/", {"q": t}))  # type: ignore[misc]
        row(f"search in the queue by {name}", look, bare)
    row("next call", timed(lambda: handler.post("/desk/help/queue/next/"), status=302), bare)


def queries(handler: str) -> dict[str, str]:
    from commonweal.places.models import Area
    from commonweal.services.models import HelpType

    help_type = HelpType.objects.filter(is_restricted=False).first()
    area = Area.objects.first()
    return {
        "all": "", "nothing planned": "show=unplanned", "nobody's": "show=unassigned",
        "late": "show=late", "help": f"help={help_type.code if help_type else ''}",
        "area": f"area={area.code if area else ''}", "urgency": "urgency=2", "age": "age=7",
        "handler": f"handler={handler}", "promised": "promised=1",
        "help, area, urgency": f"help={help_type.code if help_type else ''}"
        f"&area={area.code if area else ''}&urgency=1",
        "longest here first": "sort=oldest", "promised first": "sort=promised",
        "the last page": "page=2000", "the middle": "page=1000",
    }  # fmt: skip


def facts() -> dict[str, str]:
    from commonweal.cases.models import Case

    case = Case.objects.select_related("resident").order_by("pk")[1234]
    who = case.resident
    return {
        "reference": case.code, "name": who.full_name, "last name": who.last_name,
        "first name": who.first_name, "date of birth": who.born, "telephone": who.phones,
        "postcode": who.postcode,
    }  # fmt: skip


def timed(ask: Callable[[], Any], *, status: int = 200) -> list[float]:
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    ask()
    taken = []
    for _ in range(TIMES):
        began = clock()
        answer = ask()
        taken.append(clock() - began)
        if answer.status_code != status:
            sys.exit(f"{answer.status_code} came back.")
    return sorted(taken)


def row(name: str, taken: list[float], bare: list[float]) -> None:
    median, p95 = statistics.median(taken), taken[int(len(taken) * 0.95) - 1]
    ratio = median / statistics.median(bare)
    print(f"| {name} | {median * 1000:.0f} | {p95 * 1000:.0f} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    main()
