"""Run by test_grant_migration.py in a process of its own: grants of before are carried over."""

from __future__ import annotations

import os
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit, urlunsplit

BEFORE = [("helps", "0001_initial"), ("accounts", "0005_local_spend")]


def at(targets: list[tuple[str, str]]) -> Any:
    """The models as they are after some migrations, which are carried out or taken back."""
    from django.db import connection

    from commonweal.setup.rendering import SparingExecutor

    SparingExecutor(connection).migrate(targets)
    return SparingExecutor(connection).loader.project_state(targets).apps


def to_the_end() -> None:
    """All migrations, the one that gives grants a room of their own among them."""
    from django.db import connection

    from commonweal.setup.rendering import SparingExecutor

    executor = SparingExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def own_database(address: str) -> str:
    """A new, empty database beside the one of an address of PostgreSQL."""
    import psycopg

    name = f"grants_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def columns_become_rows(before: Any) -> None:
    Person, Event = before.get_model("accounts", "Person"), before.get_model("accounts", "Event")
    models = {
        name: before.get_model("helps", name)
        for name in (
            "Fund",
            "Resident",
            "Award",
            "Approval",
            "AwardReview",
            "PaymentRun",
            "Payment",
        )
    }
    mei, robert, wanda = (
        Person.objects.create(email=f"{n}@example.org", name=n) for n in ("mei", "robert", "wanda")
    )
    from django.utils import timezone

    today, now = timezone.localdate(), timezone.now()
    fund = models["Fund"].objects.create(
        code="old", name="Old", budget=1000, starts_on=today, ends_on=today + timedelta(days=9)
    )
    resident = models["Resident"].objects.create(last_name="Old")

    def award(state: str, **values: Any) -> Any:
        return models["Award"].objects.create(
            fund=fund,
            resident=resident,
            category="food",
            reason="GTIR010",
            purpose="GTIP070",
            asked=Decimal(80),
            state=state,
            asked_on=date(2026, 11, 1),
            **{"assessed_by": mei, "assessed_at": now, "words": "Mei's."} | values,
        )

    asked = award("asked", assessed_by=None, assessed_at=None, words="")
    held = award("held", amount=60, held=["The same person as award G-X of 1 November 2026"])
    # security.md A7: refused, then a review wrote over amount and decider.
    spoilt = award("approved", amount=500, words="Robert's no.", decided_by=wanda, decided_at=now)
    Event.objects.create(
        verb="grant refused", about_kind="helps.Award", about_code=spoilt.code, by_code=robert.code
    )
    models["AwardReview"].objects.create(
        award=spoilt,
        words="Not fair.",
        due_on=today,
        was=0,
        amount=500,
        decided_by=wanda,
        decided_on=today,
        decision_words="Wanda's yes.",
    )
    paid = award("paid", amount=250, decided_by=wanda, decided_at=now)
    for person in (robert, wanda):
        models["Approval"].objects.create(award=paid, by=person, amount=250)
    back = award("approved", amount=70, decided_by=robert, decided_at=now)
    models["Approval"].objects.create(award=back, by=robert, amount=70)
    run = models["PaymentRun"].objects.create(fund=fund, total=320)
    models["Payment"].objects.create(award=paid, run=run, amount=250, state="paid", paid_on=today)
    models["Payment"].objects.create(
        award=back, run=run, amount=70, state="cancelled", because="Account closed"
    )
    cancelled = award(
        "cancelled", amount=40, decided_by=robert, decided_at=now, cancelled_because="Moved."
    )
    models["Approval"].objects.create(award=cancelled, by=robert, amount=40)

    to_the_end()
    from commonweal.grants import actions as granting
    from commonweal.grants.models import Award

    def rows(old: Any) -> list[tuple[Any, ...]]:
        return [
            (e.kind, e.by.name if e.by else "", e.amount, e.words)
            for e in Award.objects.get(pk=old.pk).decisions.all()
        ][1:]

    assert rows(asked) == []
    assert rows(held) == [
        ("assessed", "mei", 60, "Mei's."),
        ("held", "", None, "The same person as award G-X of 1 November 2026"),
    ]
    assert rows(spoilt) == [
        ("assessed", "mei", None, ""),
        ("refused", "robert", None, "Robert's no."),
        ("review_asked", "", None, "Not fair."),
        ("reviewed", "wanda", 500, "Wanda's yes."),
    ]
    assert rows(paid)[1:] == [("approved", "robert", 250, ""), ("approved", "wanda", 250, "")]
    assert rows(back)[-1] == ("returned", "", 70, "Account closed")
    assert rows(cancelled)[-1] == ("cancelled", "", None, "Moved.")
    for old in (asked, held, spoilt, paid, back, cancelled):
        stands = Award.objects.get(pk=old.pk)
        said = granting.standing_of(stands)
        assert (said.state, said.amount) == (stands.state, stands.amount), old.state
        assert stands.state == old.state
    assert granting.standing_of(Award.objects.get(pk=back.pk)).came_back


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    if address := os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = own_database(address)
    import django

    django.setup()
    columns_become_rows(at(BEFORE))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print("carried over")


if __name__ == "__main__":
    main()
