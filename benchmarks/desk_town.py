"""A town of a million: residents, open requests, needs, calls, plans, referrals; on both databases.

It is made on SQLite (people by `desk_people`, the rest by bulk inserts); PostgreSQL gets a copy of
every row, so that both answer the same questions about the same town.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import desk_people

ROOT = Path(__file__).resolve().parent.parent
HANDLERS, BATCH = 100, 5000


def town(residents: int, requests: int) -> None:
    """Whatever of it is not there yet."""
    from django.db import connection

    from commonweal.cases.models import Case
    from commonweal.places.models import Area
    from commonweal.residents.models import Resident
    from commonweal.setup import townfile

    if not Area.objects.exists():
        townfile.apply(tomllib.loads((ROOT / "src/commonweal/demo/town.toml").read_text()))
    if not Resident.objects.exists():
        desk_people.fill(residents, sorted(Area.objects.values_list("pk", flat=True)))
    if Case.objects.exists():
        return
    lay(requests, residents)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def lay(requests: int, residents: int) -> None:
    """Requests: three in four are somebody's, half were spoken to, a twentieth is with a partner, a
    tenth of what was spoken of has nothing planned."""
    from django.db import connection, transaction

    from commonweal.accounts.models import Person
    from commonweal.partners.models import Partner
    from commonweal.places.models import Area
    from commonweal.services.models import HelpType

    draw, began = random.Random(1), time.monotonic()
    handlers = list(Person.objects.filter(email__startswith="h").order_by("pk")) or at_the_desk()
    areas = list(Area.objects.order_by("pk"))
    kinds = list(HelpType.objects.filter(is_restricted=False).order_by("pk"))
    partner = Partner.objects.order_by("pk").first() or Partner.objects.create(name="Benchmark")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
    for start in range(0, requests, BATCH):
        with transaction.atomic():
            cases = [a_case(draw, residents, areas, handlers) for _ in range(BATCH)]
            lay_batch(cases, draw, kinds, partner)
        desk_people.say(f"{start + BATCH:,} requests, {time.monotonic() - began:.0f} s")


def at_the_desk() -> list[Any]:
    """A desk manager, and a hundred handlers on shift."""
    from django.utils import timezone

    from commonweal.accounts.models import Appointment, Person
    from commonweal.cases.models import Shift

    today, people = timezone.localdate(), []
    for number in range(HANDLERS + 1):
        role = "call_handler" if number else "desk_manager"
        one = Person.objects.create_user(f"h{number}@example.org", name=f"Handler {number}")
        Appointment.objects.create(
            person=one, role=role, starts_on=today, ends_on=today + timedelta(days=9), because="x"
        )
        people.append(one)
    Shift.objects.bulk_create(Shift(person=one) for one in people[1:])
    return people


def a_case(draw: random.Random, residents: int, areas: Any, handlers: Any) -> Any:
    from django.utils import timezone

    from commonweal.cases.models import Case

    now = timezone.now()
    is_given, opened = draw.random() < 0.75, now - timedelta(minutes=draw.randint(0, 60_000))
    is_spoken = is_given and draw.random() < 0.66
    return Case(
        resident_id=1 + draw.randrange(residents),
        channel="phone",
        area=draw.choice(areas),
        urgency=draw.randint(1, 4),
        opened_at=opened,
        words="There is nothing left until Friday.",
        due_at=now + timedelta(minutes=draw.randint(-4000, 4000)),
        state="working" if is_given else "new",
        reasons=[[70, "no food today"]],
        assigned_to=draw.choice(handlers[1:]) if is_given else None,
        first_contact_at=opened if is_spoken else None,
    )


def lay_batch(cases: list[Any], draw: random.Random, kinds: Any, partner: Any) -> None:
    from commonweal.cases.models import Call, Callback, Case, Need, NextAction, Referral

    Case.objects.bulk_create(cases, batch_size=1000)
    needs = [
        Need(case=case, help_type=kind)
        for case in cases
        for kind in draw.sample(kinds, 2 if draw.random() < 0.3 else 1)
    ]
    Need.objects.bulk_create(needs, batch_size=1000)
    Callback.objects.bulk_create(
        Callback(case=case, purpose="first", due_at=case.due_at, assigned_to=case.assigned_to)
        for case in cases
        if case.first_contact_at is None
    )
    spoken = [need for need in needs if need.case.first_contact_at is not None]
    Call.objects.bulk_create(
        Call(case=need.case, direction="out", outcome="spoke", at=need.case.opened_at)
        for need in spoken
    )
    referred = [need for need in spoken if draw.random() < 0.08]
    Referral.objects.bulk_create(
        Referral(need=need, case=need.case, partner=partner, answer_by=need.case.due_at)
        for need in referred
    )
    NextAction.objects.bulk_create(
        NextAction(
            need=need,
            kind="decide",
            because="hand",
            due_at=need.case.due_at + timedelta(hours=60),
            owner=need.case.assigned_to,
        )
        for need in spoken
        if draw.random() < 0.9
    )


def copied(source: Path) -> None:
    """On PostgreSQL: every row of a town that stands on SQLite. Indexes are made afterwards."""
    from django.apps import apps
    from django.db import connection

    began = time.monotonic()
    lite = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models if model._meta.managed})
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        listed = ", ".join(f'"{table}"' for table in tables)
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'residents_residentkey'::regclass AND contype = 'p'"
        )
        unique = cursor.fetchall()
        for name, _ in unique:
            cursor.execute(f'ALTER TABLE residents_residentkey DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'residents_residentkey'"
            " AND indexdef NOT LIKE '%% UNIQUE %%'"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        _emptied(cursor, listed)
        for table in tables:
            columns = [row[1] for row in lite.execute(f'PRAGMA table_info("{table}")')]
            named = ", ".join(f'"{column}"' for column in columns)
            with cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
                for row in lite.execute(f'SELECT {named} FROM "{table}"'):
                    copy.write_row(row)
            if table.startswith(("residents", "cases")):
                desk_people.say(f"{table}, {time.monotonic() - began:.0f} s")
        for _, definition in indexes:
            cursor.execute(definition)
        for name, definition in unique:
            cursor.execute(
                f'ALTER TABLE residents_residentkey ADD CONSTRAINT "{name}" {definition}'
            )
        cursor.execute("SET session_replication_role = DEFAULT")
        _sequences(cursor, tables)
        # As autovacuum leaves a town: else no index answers by itself.
        cursor.execute("VACUUM ANALYZE")
    desk_people.say(f"indexes, {time.monotonic() - began:.0f} s")


def _emptied(cursor: Any, listed: str) -> None:
    """Tables that refuse to be emptied are emptied too: they hold what the migrations wrote."""
    cursor.execute(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%_no_truncate'"
    )
    guarded = [table for (table,) in cursor.fetchall()]
    for table in guarded:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(f"TRUNCATE {listed} CASCADE")
    for table in guarded:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _sequences(cursor: Any, tables: list[str]) -> None:
    for table in tables:
        cursor.execute(
            "SELECT pg_get_serial_sequence(quote_ident(table_name), column_name)"
            " FROM information_schema.columns WHERE table_name = %s AND column_name = 'id'",
            [table],
        )
        for (sequence,) in cursor.fetchall():
            if sequence is None:
                continue
            cursor.execute(
                f"SELECT setval('{sequence}', COALESCE((SELECT max(id) FROM \"{table}\"), 1))"
            )


if __name__ == "__main__":
    sys.exit("Use desk_queue.py.")
