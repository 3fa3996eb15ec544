"""From SQLite to PostgreSQL: every row as it stands, encrypted columns still encrypted.

Rows are copied and not read: what is encrypted is never opened. All of them come in one
transaction, which is proved before it counts: rows of each table, the ledger's chain and head,
closed statements, every encrypted column by its hash, and that the triggers stand that keep rows
from being changed. Where anything differs nothing has come.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Context, Decimal
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils.module_loading import import_string

from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.office.fields import EncryptedTextField
from commonweal.pledges import proving

from . import environment, guard, progress
from .backups.presence import is_a_town_here
from .backups.sums import head_of, summary
from .progress import ROWS, Say

BATCH = 2000
# What each database keeps for itself: its own migrations, and a cache that fills again.
STAYS = {"django_migrations", "commonweal_cache"}
# As many digits as SQLite keeps of a figure.
FIGURES = Context(prec=15)


def move(address: str, *, say: Say = progress.quiet) -> None:
    """Copy this town into an empty PostgreSQL database, and prove that it is the same.

    Raises
    ------
    Refused
        This town is not on SQLite or not up to date; something serves; the database is not
        empty, can't be reached, or what came differs.
    """
    if connection.vendor != "sqlite":
        raise Refused("This town is on PostgreSQL already. To another server: backup and restore.")
    if sentence := guard.why_not_serve():
        raise Refused(sentence)
    if not address.startswith(("postgres://", "postgresql://")):
        raise Refused("--to begins with postgresql://, as postgresql://user:password@host/name")
    if sentence := environment.why_no_database(address):
        raise Refused(f"--to is wrong: {sentence}")
    path = str(settings.DATABASES["default"]["NAME"])
    with guard.alone(), closing(sqlite3.connect(path)) as source:
        # One moment, and a wait of nobody: this connection only reads.
        source.execute("BEGIN")
        with _as_default(address):
            _refuse_where_rows_are()
            say("Tables ...")
            progress.make_tables(progress.below(say))
            try:
                with transaction.atomic():
                    say("Rows ...")
                    _copy(source, progress.below(say))
                    say("Proof ...")
                    _prove(source, progress.below(say))
            except (DatabaseError, psycopg.Error, sqlite3.Error) as error:
                # The drivers' own, where a value could not even be sent.
                raise Refused(f"Nothing was moved: {str(error).splitlines()[0]}") from None
            head = head_of(summary(_run, []))
    say(f"The same as it was: {head}.")


@contextmanager
def _as_default(address: str) -> Iterator[None]:
    """Within it `default` is the database at an address."""
    # An address is read here as it is read at the start.
    database = import_string(f"{settings.SETTINGS_MODULE}.database")
    named = connections.configure_settings({"default": database(address)})["default"]
    before = connections["default"]
    target = DatabaseWrapper(named, "default")
    try:
        target.ensure_connection()
    except DatabaseError as error:
        raise Refused(f"PostgreSQL does not answer: {str(error).splitlines()[0]}") from None
    connections["default"] = target
    try:
        yield
    finally:
        target.close()
        connections["default"] = before


def _run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _refuse_where_rows_are() -> None:
    tables = connection.introspection.table_names()
    if is_a_town_here():
        raise Refused("There is a town in that database already. Name an empty one.")
    strange = sorted(set(tables) - set(_tables()) - STAYS)
    if strange:
        raise Refused(
            f"That database is not empty: it has a table {strange[0]}. Name an empty one."
        )


def _tables() -> dict[str, type[models.Model]]:
    """Each table and its model, those that join two included."""
    every = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in every if model._meta.managed}


# --- Copying ----------------------------------------------------------------------------------


def _copy(source: sqlite3.Connection, say: Say) -> None:
    tables = _tables()
    _do("SET LOCAL TIME ZONE 'UTC'")
    for table in tables:
        # Only here, and only until it is proved: rows come as they became, not as they were made.
        _do(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    for table in tables:
        # What migrations put there comes again with the rows.
        _do(f'DELETE FROM "{table}"')
    for number, (table, model) in enumerate(sorted(tables.items()), start=1):
        count = _copy_table(source, table, model, say)
        say(f"table {number} of {len(tables)}: {table}, {many(count, 'row')}")
    _do("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        _do(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    for sql in connection.ops.sequence_reset_sql(no_style(), list(tables.values())):
        _do(sql)


def _do(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _copy_table(source: sqlite3.Connection, table: str, model: type[models.Model], say: Say) -> int:
    columns: list[Any] = list(model._meta.concrete_fields)
    names = ", ".join(f'"{column.column}"' for column in columns)
    turned = [_turn(column) for column in columns]
    rows = source.execute(f'SELECT {names} FROM "{table}"')
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as into:
        while some := rows.fetchmany(BATCH):
            for row in some:
                into.write_row([turn(cell) for turn, cell in zip(turned, row, strict=True)])
            count += len(some)
            if count % ROWS == 0:
                say(f"{table}: {count:,} rows so far")
    return count


def _turn(column: Any) -> Callable[[Any], Any]:
    """How a value of SQLite is written for PostgreSQL; days, moments and codes are alike."""
    if isinstance(column, models.DecimalField):
        step = Decimal(1).scaleb(-column.decimal_places)
        return lambda cell: None if cell is None else _figure(cell, step)
    if isinstance(column, models.BooleanField):
        return lambda cell: None if cell is None else bool(cell)
    return lambda cell: cell


def _figure(cell: Any, step: Decimal) -> Decimal:
    exact = FIGURES.create_decimal_from_float(cell) if isinstance(cell, float) else Decimal(cell)
    return exact.quantize(step)


# --- Proving ----------------------------------------------------------------------------------


def _prove(source: sqlite3.Connection, say: Say) -> None:
    tables = list(_tables())
    was = summary(lambda sql: list(source.execute(sql)), tables)
    came = summary(_run, tables)
    if was != came:
        raise Refused(f"Nothing was moved: {_first_difference(was, came)} did not come as it was.")
    for table, column, key in _encrypted():
        query = f'SELECT "{column}" FROM "{table}" ORDER BY "{key}"'
        if _digest(source.execute(query)) != _digest(_run(query)):
            raise Refused(f"Nothing was moved: {table}.{column} did not come as it was.")
    off = _run("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
    guards = _run("SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE '%_no_update'")
    if off or not guards[0][0]:
        raise Refused("Nothing was moved: what keeps the ledger from being changed is not there.")
    proof = proving.verify(say)
    if proof.broken:
        raise Refused(f"Nothing was moved: the ledger is broken at entry {proof.broken.seq}.")


def _first_difference(was: dict[str, Any], came: dict[str, Any]) -> str:
    differing = [table for table, count in was["rows"].items() if came["rows"][table] != count]
    return differing[0] if differing else "the ledger's head or a closed statement"


def _encrypted() -> Iterator[tuple[str, str, str]]:
    """(table, column, primary key) of every encrypted column."""
    for table, model in _tables().items():
        for column in model._meta.concrete_fields:
            if isinstance(column, EncryptedTextField):
                yield table, str(column.column), str(model._meta.pk.column)


def _digest(rows: Any) -> str:
    digest = hashlib.sha256()
    for (sealed,) in rows:
        text = "" if sealed is None else sealed
        digest.update(f"{len(text)}:{text};".encode())
    return digest.hexdigest()
