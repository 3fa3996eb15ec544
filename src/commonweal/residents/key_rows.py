"""Keys of residents are written and asked for by the hundred thousand: at one stroke, without an
object each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from .models.key_kinds import number_of

COLUMNS = "INSERT INTO residents_residentkey (digest, resident_id, kind)"
# So many are asked for in one statement: no database takes any number.
AT_ONCE = 900


def write(rows: Iterable[tuple[int, str, int]]) -> None:
    """Write (key of the resident, kind, digest); a resident has each once."""
    write_numbered((digest, resident, number_of(kind)) for resident, kind, digest in rows)


def write_numbered(rows: Iterable[tuple[int, int, int]]) -> None:
    """As `write`, of (digest, key of the resident, number of the kind)."""
    # In the order in which they lie, so that each page of the table is sought once.
    ordered = sorted(rows)
    if not ordered:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*ordered, strict=True)]
            cursor.execute(
                f"{COLUMNS} SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[])",
                columns,
            )
        else:
            cursor.executemany(f"{COLUMNS} VALUES (%s, %s, %s)", ordered)


def holders(digests: Collection[int]) -> dict[int, str]:
    """By digest who has it: their numbers, parted by commas; no digest that nobody has."""
    ordered = sorted(digests)
    by_digest: dict[int, str] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), AT_ONCE):
            by_digest |= _joined(cursor, ordered[start : start + AT_ONCE])
    return by_digest


def _joined(cursor: Any, digests: list[int]) -> dict[int, str]:
    if connection.vendor == "postgresql":
        pks, these = "string_agg(resident_id::text, ',' ORDER BY resident_id)", "= ANY(%s)"
        wanted: list[Any] = [digests]
    else:
        pks, these = "group_concat(resident_id)", f"IN ({', '.join(['%s'] * len(digests))})"
        wanted = digests
    cursor.execute(
        f"SELECT digest, {pks} FROM residents_residentkey WHERE digest {these} GROUP BY digest",
        wanted,
    )
    return dict(cursor.fetchall())
