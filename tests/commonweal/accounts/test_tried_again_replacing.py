"""A row that may not be deleted can't be replaced either, by whatever of it is unique."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.balance.actions import open_period
from commonweal.programme import measuring

pytestmark = pytest.mark.django_db


def guarded() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name FROM sqlite_master WHERE name = tbl_name || '_no_delete'")
        return [row[0] for row in cursor.fetchall()]


def rows_of(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        return cursor.fetchall()


def replaced_by_another_key(table: str) -> None:
    """Put each row of a table there once more, under a new key."""
    [model] = [one for one in apps.get_models() if one._meta.db_table == table]
    key = model._meta.pk.column
    others = [field.column for field in model._meta.concrete_fields if field.column != key]
    columns = ", ".join(f'"{name}"' for name in others)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT OR REPLACE INTO {table} ({key}, {columns}) "
            f"SELECT {key} + 1000000, {columns} FROM {table}"
        )


@pytest.fixture
def full(planted, metric, claimed, close_books, told, today, maya):
    """A town in which most tables that take no change have rows."""
    told((300, "proposed", {}), (299, "accepted", {}))
    period = open_period(
        code="p",
        title="P",
        starts_on=today - timedelta(days=200),
        ends_on=today - timedelta(days=101),
        by=maya,
    )
    close_books(period)
    series = metric.series.order_by("number").first()
    measuring.observe(
        series=series,
        starts_on=today - timedelta(days=90),
        figure=Decimal(5),
        ends_on=today - timedelta(days=1),
        status="final",
        note="",
        release=True,
        author=Actor(None, Role.PROGRAMME_LEAD),
    )


def test_no_row_takes_the_place_of_one_that_may_not_go(full):
    if connection.vendor != "sqlite":
        return
    tried = set()
    for table in guarded():
        before = rows_of(table)
        if not before:
            continue
        tried.add(table)
        try:
            with transaction.atomic():
                replaced_by_another_key(table)
        except Error:
            pass
        # Where nothing else is unique the rows came beside those that were there.
        assert set(before) <= set(rows_of(table)), table
    assert tried >= {
        "programme_observation",
        "grants_grantdecision",
        "pledges_entry",
        "balance_statement",
        "accounts_event",
        "grants_paymentrun",
    }
