"""Keys of residents are written by the hundred thousand: at one stroke, without an object each."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from .models.key_kinds import number_of

COLUMNS = "INSERT INTO residents_residentkey (digest, resident_id, kind)"


def write(rows: Iterable[tuple[int, str, int]]) -> None:
    """Write (key of the resident, kind, digest); a resident has each once."""
    # In the order in which they lie, so that each page of the table is sought once.
    ordered = sorted((digest, resident, number_of(kind)) for resident, kind, digest in rows)
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
