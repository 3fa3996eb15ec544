"""People by the million, as fast as two cores write them down: encrypted, found by their keys."""

from __future__ import annotations

import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from desk import person

CHUNK, WORKERS = 2000, 2


def values_of(model: Any, row: Any) -> tuple[Any, ...]:
    """A row as the database keeps it; the columns in the order of the model."""
    from django.db import connection

    return tuple(
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in model._meta.concrete_fields
    )


def begin() -> None:
    """A worker's start. What sounds alike is worked out once a name."""
    import functools

    import django

    django.setup()
    from commonweal.residents import keys

    for name in ("sound", "squash", "joined", "runs", "forms_of"):
        setattr(keys, name, functools.lru_cache(maxsize=200_000)(getattr(keys, name)))


def chunk(start: int, count: int, areas: list[int]) -> tuple[list[Any], list[Any]]:
    """Rows of so many people, and of their keys."""
    from commonweal.residents import finding, people
    from commonweal.residents.models import Resident

    draw, rows, keys = random.Random(start), [], []
    for number in range(start, start + count):
        resident = Resident(
            pk=number + 1, area_id=draw.choice(areas), keyed=finding.VERSION, **person(number, draw)
        )
        rows.append(values_of(Resident, resident))
        found = sorted(finding.keys_of(people.described(resident)))
        keys += [(number + 1, kind, digest) for kind, digest in found]
    return rows, keys


def fill(residents: int, areas: list[int]) -> None:
    """On SQLite. PostgreSQL gets a copy (`copied`)."""
    from django.db import connection, connections, transaction

    from commonweal.residents.models import Resident, ResidentKey

    began = time.monotonic()
    columns = ", ".join(field.column for field in Resident._meta.concrete_fields)
    marks = ", ".join(["%s"] * len(Resident._meta.concrete_fields))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-1000000")
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name = %s",
            [ResidentKey._meta.db_table],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    connections.close_all()
    with ProcessPoolExecutor(WORKERS, initializer=begin) as pool, connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        starts = list(range(0, residents, CHUNK))
        ahead = [pool.submit(chunk, start, CHUNK, areas) for start in starts[:8]]
        for number, start in enumerate(starts):
            rows, keys = ahead[number].result()
            ahead[number] = None  # type: ignore[call-overload]
            if number + 8 < len(starts):
                ahead.append(pool.submit(chunk, starts[number + 8], CHUNK, areas))
            with transaction.atomic():
                cursor.executemany(
                    f"INSERT INTO residents_resident ({columns}) VALUES ({marks})", rows
                )
                cursor.executemany(
                    "INSERT INTO residents_residentkey (resident_id, kind, digest)"
                    " VALUES (%s, %s, %s)",
                    keys,
                )
            if start % 20_000 == 0:
                say(f"{start:,} residents, {time.monotonic() - began:.0f} s")
        for name, sql in indexes:
            cursor.execute(sql)
            say(f"index {name}, {time.monotonic() - began:.0f} s")


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
