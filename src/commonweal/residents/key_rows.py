"""Keys of residents are written by the hundred thousand: at one stroke, without an object each."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

COLUMNS = "INSERT INTO residents_residentkey (resident_id, kind, digest)"


def write(rows: Iterable[tuple[int, str, str]]) -> None:
    """Write (key of the resident, kind, digest); a resident has each once."""
    ordered = list(rows)
    if not ordered:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*ordered, strict=True)]
            cursor.execute(
                f"{COLUMNS} SELECT * FROM unnest(%s::bigint[], %s::varchar[], %s::varchar[])",
                columns,
            )
        else:
            cursor.executemany(f"{COLUMNS} VALUES (%s, %s, %s)", ordered)
