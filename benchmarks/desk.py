"""The help desk at county size, on PostgreSQL: 100 handlers, duplicates, a list of 50,000.

    ./commonweal run python benchmarks/desk.py [--residents 1000000] [--requests 100000]

Starts a PostgreSQL server for this run only and fills it. 100 handlers open pages of one server
process (waitress, 8 threads) over HTTP, each thinking some ten seconds between two pages. Beside
their pages stands a bare page that looks one row up by its primary key.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
HANDLERS, THINK_S, SECONDS = 100, 10.0, 60


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--serve", type=int)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    sys.path.insert(0, str(ROOT / "packaging"))
    import run_tests

    programs = run_tests.postgresql()
    if programs is None:
        sys.exit("PostgreSQL is not on this machine.")
    with run_tests.server(programs) as address, tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": address,
            "COMMONWEAL_VAR": folder,
            "COMMONWEAL_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
            "COMMONWEAL_SECRET_KEY": "benchmark-" * 6,
            "COMMONWEAL_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        }
        import django

        django.setup()
        measure(options)


def measure(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    print(f"## {options.residents:,} residents, {options.requests:,} open requests\n", flush=True)
    fill(options.residents, options.requests)
    duplicates()
    pages()
    the_list()


NAMES = [
    "Adeyemi",
    "Brook",
    "Castell",
    "Davies",
    "Ellery",
    "Fofana",
    "Gill",
    "Hughes",
    "Iqbal",
    "Jenkins",
    "Kaur",
    "Lowe",
    "Morris",
    "Novak",
    "Osei",
    "Price",
    "Quigley",
    "Rao",
    "Stone",
    "Turner",
    "Usman",
    "Vaughan",
    "Webb",
]
FIRSTS = [
    "Asha",
    "Ben",
    "Carys",
    "Dev",
    "Elin",
    "Femi",
    "Grace",
    "Hamid",
    "Isla",
    "Jonas",
    "Kezia",
    "Liam",
    "Mona",
    "Nikhil",
    "Olwen",
    "Pawel",
    "Quinn",
    "Rhian",
    "Samir",
    "Tess",
    "Uma",
    "Viktor",
    "Wren",
    "Yusuf",
    "Zofia",
]


def person(number: int, draw: random.Random) -> dict[str, str]:
    """Names as varied as a county's: some 30,000 surnames, 400 first names."""
    last = draw.choice(NAMES) + draw.choice(["", "son", "field", "ley", "worth", "man", "ton"])
    last += draw.choice(
        ["", "", "-" + draw.choice(NAMES), draw.choice("abeiou") + draw.choice("nrstl")]
    )
    return {
        "first_name": draw.choice(FIRSTS) + draw.choice(["", "", "a", "ie", "o", "is"]),
        "last_name": last,
        "born": f"{draw.randint(1930, 2008)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        "phones": f"07{number:09}",
        "address": f"{draw.randint(1, 200)} Mill Lane",
        "postcode": (
            f"BF{draw.randint(1, 99)} {draw.randint(0, 9)}{draw.choice('ABDEFGHJLN')}"
            f"{draw.choice('ABDEFGHJLN')}"
        ),
    }


def fill(residents: int, requests: int) -> None:
    import tomllib
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from commonweal.accounts.models import Appointment, Person
    from commonweal.cases.models import Callback, Case, Need
    from commonweal.places.models import Area
    from commonweal.residents import people
    from commonweal.residents.models import Resident
    from commonweal.services.models import HelpType
    from commonweal.setup import townfile

    townfile.apply(tomllib.loads((ROOT / "src/commonweal/demo/town.toml").read_text()))
    draw, began = random.Random(1), time.monotonic()
    areas = list(Area.objects.all())
    for start in range(0, residents, 5000):
        rows = [
            Resident(area=draw.choice(areas), **person(n, draw))
            for n in range(start, min(start + 5000, residents))
        ]
        people.index(Resident.objects.bulk_create(rows, batch_size=1000), fresh=True)
        if start % 50_000 == 0:
            print(
                f"  {start:,} residents, {time.monotonic() - began:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    handlers = []
    today = timezone.localdate()
    for number in range(HANDLERS):
        one = Person.objects.create_user(f"h{number}@example.org", name=f"Handler {number}")
        Appointment.objects.create(
            person=one,
            role="call_handler",
            starts_on=today,
            ends_on=today + timedelta(days=9),
            because="x",
        )
        handlers.append(one)
    kinds = list(HelpType.objects.filter(is_restricted=False))
    now = timezone.now()
    first = Resident.objects.order_by("pk").values_list("pk", flat=True)[0]
    for start in range(0, requests, 5000):
        rows = [
            Case(
                resident_id=first + draw.randrange(residents),
                channel="phone",
                area=draw.choice(areas),
                urgency=draw.randint(1, 4),
                due_at=now + timedelta(minutes=draw.randint(-4000, 4000)),
                state="working" if number % 4 else "new",
                reasons=[[70, "no food today"]],
                assigned_to=handlers[number // 4 % HANDLERS] if number % 4 else None,
            )
            for number in range(start, min(start + 5000, requests))
        ]
        Case.objects.bulk_create(rows, batch_size=1000)
        Need.objects.bulk_create(
            [Need(case=r, help_type=draw.choice(kinds)) for r in rows], batch_size=1000
        )
        Callback.objects.bulk_create(
            [
                Callback(case=r, purpose="first", due_at=r.due_at, assigned_to=r.assigned_to)
                for r in rows
            ],
            batch_size=1000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def quantiles(times: list[float]) -> tuple[float, float]:
    times = sorted(times)
    return statistics.median(times) * 1000, times[int(len(times) * 0.95)] * 1000


def duplicates() -> None:
    from commonweal.residents import people
    from commonweal.residents.models import Resident

    draw = random.Random(2)
    first = Resident.objects.order_by("pk").values_list("pk", flat=True)[0]
    count = Resident.objects.count()
    chosen = [
        people.described(Resident.objects.get(pk=first + draw.randrange(count))) for _ in range(200)
    ]
    taken, found = [], 0
    for one in chosen:
        began = time.perf_counter()
        found += len(people.candidates(one))
        taken.append(time.perf_counter() - began)
    median, p95 = quantiles(taken)
    print(
        (
            f"| duplicate candidates of one person | median {median:.0f} ms | p95 {p95:.0f} "
            f"ms | {found / 200:.1f} candidates |"
        ),
        flush=True,
    )


# --- Pages ------------------------------------------------------------------------------------


def serve(port: int) -> None:
    import django

    os.environ["COMMONWEAL_ADDRESS"] = f"http://127.0.0.1:{port}"
    django.setup()
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from commonweal.cases.models import Case
    from commonweal.config import urls
    from commonweal.jobs.serving import serve as run

    template = engines["django"].from_string(
        "<!DOCTYPE html><title>Bare</title><p>{{ one.code }} {{ one.state }}</p>"
    )

    def bare(request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse(template.render({"one": Case.objects.get(pk=pk)}, request))

    urls.urlpatterns.append(path("bare/<int:pk>/", bare))
    run("127.0.0.1", port, jobs=False)


def pages() -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"COMMONWEAL_ADDRESS": f"http://127.0.0.1:{port}"}
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(port)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        taken = handle(port)
    finally:
        server.terminate()
        server.wait(timeout=30)
    bare = quantiles(taken["bare"])
    print(
        "\n| page, 100 handlers | pages | median ms | p95 ms | median, times the bare "
        "page |\n|---|---|---|---|---|"
    )
    for name, times in taken.items():
        median, p95 = quantiles(times)
        print(
            f"| {name} | {len(times)} | {median:.0f} | {p95:.0f} | {median / bare[0]:.1f} |",
            flush=True,
        )


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/bare/1/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)


def sessions() -> list[str]:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from commonweal.accounts.models import Person

    engine, made = import_module(settings.SESSION_ENGINE), []
    # The first may be the manager.
    for one in Person.objects.filter(email__startswith="h").order_by("-pk")[:HANDLERS][::-1]:
        session = engine.SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(one.pk), one.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session["demo_second_factor"], session["began_at"] = True, int(time.time())
        session.save()
        made.append(session.session_key)
    return made


def handle(port: int) -> dict[str, list[float]]:
    from commonweal.cases.models import Case
    from commonweal.residents.models import Resident

    taken: dict[str, list[float]] = {
        "bare": [],
        "queue, mine": [],
        "queue, all": [],
        "search": [],
        "case": [],
    }
    lock, stop = threading.Lock(), time.monotonic() + SECONDS
    people = [f"{r.first_name} {r.last_name}" for r in Resident.objects.order_by("pk")[:300]]
    pks = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:1000])
    own: dict[int, list[str]] = {}
    for pk, code in (
        Case.objects.exclude(assigned_to=None)
        .order_by("pk")
        .values_list("assigned_to", "code")[:20_000]
    ):
        own.setdefault(pk, []).append(code)
    by_handler = [codes for _, codes in sorted(own.items())]
    token = "a" * 32

    def work(number: int, key: str) -> None:
        draw = random.Random(number)
        headers = {"Cookie": f"sessionid={key}; csrftoken={token}"}
        while time.monotonic() < stop:
            time.sleep(draw.expovariate(1 / THINK_S))
            name = draw.choices(list(taken), [15, 30, 20, 20, 15])[0]
            method, body = "GET", None
            address = {
                "bare": f"/bare/{draw.choice(pks)}/",
                "queue, mine": "/desk/help/?show=mine",
                "queue, all": "/desk/help/?show=all",
                "search": "/desk/help/search/",
                "case": f"/desk/help/cases/{draw.choice(by_handler[number % len(by_handler)])}/",
            }[name]
            if name == "search":
                method = "POST"
                body = urlencode({"q": draw.choice(people), "csrfmiddlewaretoken": token})
            began = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            more = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            connection.request(method, address, body=body, headers=headers | more)
            answer = connection.getresponse()
            answer.read()
            with lock:
                if answer.status != 200:
                    print(f"  {name}: {answer.status}", file=sys.stderr)
                taken[name].append(time.perf_counter() - began)
            connection.close()

    threads = [threading.Thread(target=work, args=(n, key)) for n, key in enumerate(sessions())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def the_list(rows: int = 50_000) -> None:
    from commonweal.cases import lists
    from commonweal.residents.models import Resident
    from commonweal.services.models import HelpType

    draw = random.Random(3)
    lines = [
        "First name,Surname,d.o.b,Address Line 1,City,Postcode,Email,Phone number,UPRN,Case Note 1"
    ]
    for number in range(rows):
        one = person(5_000_000 + number, draw)
        lines.append(
            f"{one['first_name']},{one['last_name']},{one['born']},{one['address']},B,{one['postcode']},,{one['phones']},,"
        )
    data = "\n".join(lines).encode()
    began = time.perf_counter()
    made = lists.preview(data, "list.csv")
    run = lists.begin(made, help_type=HelpType.objects.get(code="food"), by=None)
    lists.carry_out(made, run, by=None)
    imported = rows / (time.perf_counter() - began)
    began = time.perf_counter()
    Resident.objects.bulk_create(
        (Resident(**person(9_000_000 + n, draw)) for n in range(rows)), batch_size=1000
    )
    bare = rows / (time.perf_counter() - began)
    print(
        f"\n| list of {rows:,}: read, matched against everybody, written | "
        f"{imported:.0f} rows a second |\n"
        f"| bare bulk insert of the same residents | {bare:.0f} rows a second |\n"
        f"{json.dumps(run.counts)}"
    )


if __name__ == "__main__":
    main()
