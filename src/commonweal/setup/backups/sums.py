"""What a town adds up to, by which the one that is brought back is proved the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from commonweal.office.errors import Refused


def summary(run: Callable[[str], list[tuple[Any, ...]]], tables: list[str]) -> dict[str, Any]:
    """Rows of each table, the ledger's head, the hash of each closed statement."""
    head = run("SELECT seq, hash FROM pledges_ledgerhead WHERE id = 1")
    closed = []
    # A backup is made before an upgrade, too, of a town that knew no books yet.
    if "balance_statement" in tables:
        closed = run("SELECT id, sha256 FROM balance_statement WHERE state = 'closed' ORDER BY id")
    return {
        "rows": {table: run(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in sorted(tables)},
        "ledger_head": list(head[0]) if head else [0, ""],
        "closed_statements": {str(number): sha256 for number, sha256 in closed},
    }


def head_of(added_up: dict[str, Any]) -> str:
    """How far the ledger goes, in words; a town that was just made has an empty one."""
    seq, head = added_up["ledger_head"]
    return f"ledger entry {seq}, head {head}" if seq else "a ledger without entries"


def run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def now() -> dict[str, Any]:
    return summary(run, connection.introspection.table_names())


def prove(manifest: dict[str, Any]) -> None:
    """Raise unless the town that stands now adds up to what was kept."""
    stands, promised = now(), manifest["summary"]
    for part in ("rows", "ledger_head", "closed_statements"):
        if stands[part] != promised[part]:
            differing = (
                [name for name in promised[part] if stands[part].get(name) != promised[part][name]]
                if isinstance(promised[part], dict)
                else promised[part]
            )
            raise Refused(f"What was restored differs from what was kept: {part}, {differing}")
