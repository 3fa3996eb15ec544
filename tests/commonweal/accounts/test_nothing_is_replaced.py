"""What the database refuses to change or delete it refuses to replace as well."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from commonweal.accounts.models import Event
from commonweal.pledges.models import Entry


def guarded_tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {row[0] for row in cursor.fetchall()}


def replace_every_row(table):
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.django_db
def test_every_table_that_refuses_deleting_refuses_replacing():
    if connection.vendor != "sqlite":
        return
    names = guarded_tables()
    guarded = {name.removesuffix("_no_delete") for name in names if name.endswith("_no_delete")}
    assert guarded >= {"pledges_entry", "accounts_event", "balance_statement"}
    assert {f"{table}_no_replace" for table in guarded} <= names


def test_entries_the_record_and_closed_books_are_not_replaced(claimed, close_books, told, today):
    if connection.vendor != "sqlite":
        return
    claimed(120)
    told((300, "proposed", {}), (299, "accepted", {}))
    from datetime import timedelta

    from commonweal.balance.actions import open_period
    from commonweal.balance.models import Statement

    period = open_period(
        code="p",
        title="P",
        starts_on=today - timedelta(days=200),
        ends_on=today - timedelta(days=101),
        by=None,
    )
    close_books(period)
    before = {m: list(m.objects.order_by("pk").values()) for m in (Entry, Event, Statement)}
    for model in before:
        with pytest.raises(Error, match=r"append-only|stay closed"), transaction.atomic():
            replace_every_row(model._meta.db_table)
    assert before == {m: list(m.objects.order_by("pk").values()) for m in before}
