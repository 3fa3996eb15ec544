"""What a request costs before its page does anything: CPU of a whole request, and of its fixed
parts, at the demonstration.

    ./commonweal demo --size village --prepare
    ./commonweal run python benchmarks/requests.py [FOLDER]

The least of rounds: whatever else the machine does makes a round longer, never shorter.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# (who, how, where): a role of the demonstration, or nobody.
ASKED = (
    ("nobody", "get", "/privacy/"),
    ("administrator", "get", "/privacy/"),
    ("nobody", "get", "/balance/"),
    ("nobody", "get", "/desk/help/cases/H-AAA-BBB-CCC/"),
    ("charter-manager", "get", "/desk/town/retention/"),
    ("charter-manager", "post", "/desk/people/"),
    ("charter-manager", "get", "/desk/charter/"),
    ("call-handler", "get", "/desk/help/"),
)


def least_us(call: Callable[[], Any], *, rounds: int, times: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(times):
            call()
        taken.append((time.process_time() - began) / times)
    return min(taken) * 1e6


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "var" / "demo-village")
    os.environ |= {
        "COMMONWEAL_VAR": folder,
        "COMMONWEAL_DEMO": "1",
        "COMMONWEAL_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
    }
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    settings.PAGES_KEPT_S = 0
    for who, how, path in ASKED:
        whole_request(who, how, path)
    fixed_parts()


def whole_request(who: str, how: str, path: str) -> None:
    from django.db import connection
    from django.test import Client

    client, queries = Client(), []
    if who != "nobody":
        client.get(f"/demo/as/{who}/")
        client.post(f"/demo/as/{who}/")

    def ask() -> Any:
        return getattr(client, how)(path)

    def note(execute: Any, *call: Any) -> Any:
        queries.append(call[0])
        return execute(*call)

    status = ask().status_code
    with connection.execute_wrapper(note):
        ask()
    least = least_us(ask, rounds=8, times=25)
    print(f"| {who} | {how} `{path}` | {status} | {len(queries)} | {least / 1000:.2f} |")


def fixed_parts() -> None:
    from django.conf import settings
    from django.contrib.sessions.models import Session
    from django.urls import resolve

    from commonweal.accounts.models import Person
    from commonweal.places import rooms
    from commonweal.places.models import the_town

    person = Person.objects.order_by("pk")[0]
    key = Session.objects.values_list("session_key", flat=True)[0]
    store = import_module(settings.SESSION_ENGINE).SessionStore
    parts: dict[str, Callable[[], Any]] = {
        "the page of /desk/town/retention/": lambda: resolve("/desk/town/retention/"),
        "session": lambda: store(key).load(),
        "person": lambda: Person.objects.get(pk=person.pk),
        "rooms": rooms.off,
        "town": the_town,
    }
    for name, call in parts.items():
        print(f"{name}: {least_us(call, rounds=8, times=100):.0f} µs")


if __name__ == "__main__":
    main()
