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
    from commonweal.residents.models.key_kinds import number_of

    draw, rows, keys = random.Random(start), [], []
    for number in range(start, start + count):
        resident = Resident(
            pk=number + 1, area_id=draw.choice(areas), keyed=finding.VERSION, **person(number, draw)
        )
        rows.append(values_of(Resident, resident))
        found = sorted(finding.keys_of(people.described(resident)))
        keys += [(digest, number + 1, number_of(kind)) for kind, digest in found]
    return rows, keys


def fill(residents: int, areas: list[int]) -> None:
    """On SQLite. PostgreSQL gets a copy (`copied`)."""
    from django.db import connection, connections, transaction

    from commonweal.residents.models import Resident

    began = time.monotonic()
    columns = ", ".join(field.column for field in Resident._meta.concrete_fields)
    marks = ", ".join(["%s"] * len(Resident._meta.concrete_fields))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made_keys (digest bigint, resident_id bigint, kind smallint)")
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
                cursor.executemany("INSERT INTO made_keys VALUES (%s, %s, %s)", keys)
            if start % 20_000 == 0:
                say(f"{start:,} residents, {time.monotonic() - began:.0f} s")
        # At one stroke, in the order in which they lie: no page of the table is sought twice.
        cursor.execute("PRAGMA temp_store=FILE")
        cursor.execute(
            "INSERT INTO residents_residentkey (digest, resident_id, kind)"
            " SELECT digest, resident_id, kind FROM made_keys ORDER BY 1, 2"
        )
        cursor.execute("DROP TABLE made_keys")
        say(f"keys, {time.monotonic() - began:.0f} s")


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
