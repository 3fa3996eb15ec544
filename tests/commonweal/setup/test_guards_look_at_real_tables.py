"""What guards a row can't be talked round: not by a row that takes its place, not by a table that
only looks like the one that a guard asks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.balance import actions as books
from commonweal.balance.models import Statement
from commonweal.programme import measuring
from commonweal.programme.models import Observation
from commonweal.setup import roles

pytestmark = pytest.mark.django_db
IS_POSTGRESQL = connection.vendor == "postgresql"


def asked(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def draft_and_closed(told, close_books, today, maya):
    """Closed books, and a draft of the next."""
    told((300, "proposed", {}), (299, "accepted", {}))
    for code, begins, ends in (("a", 200, 101), ("b", 100, 1)):
        period = books.open_period(
            code=code,
            title=code,
            starts_on=today - timedelta(days=begins),
            ends_on=today - timedelta(days=ends),
            by=maya,
        )
        if code == "a":
            close_books(period)
    return books.prepare(period=period, by=maya), Statement.objects.get(state="closed")


@pytest.fixture
def waiting_and_released(metric, today):
    """A figure that was released, and one that was not."""
    series = metric.series.order_by("number").first()
    for days, is_released in ((200, True), (100, False)):
        measuring.observe(
            series=series,
            starts_on=today - timedelta(days=days),
            figure=Decimal(5),
            ends_on=today - timedelta(days=days - 90),
            status="final",
            note="",
            release=is_released,
            author=Actor(None, Role.PROGRAMME_LEAD),
        )
    figures = Observation.objects.filter(series=series)
    return figures.get(released_on=None), figures.exclude(released_on=None).get()


def refused_to_take_its_place(free, kept):
    """Whether a row that may be changed is kept off the place of one that may not."""
    table, key = kept._meta.db_table, kept._meta.pk.column
    try:
        with transaction.atomic():
            asked(f"UPDATE OR REPLACE {table} SET {key} = {kept.pk} WHERE {key} = {free.pk}")
    except Error:
        return type(kept).objects.filter(pk=kept.pk).exists()
    return False


def test_no_draft_takes_the_place_of_closed_books(draft_and_closed):
    if connection.vendor == "sqlite":
        draft, closed = draft_and_closed
        assert refused_to_take_its_place(draft, closed)
        with pytest.raises(Error, match="closed books stay closed"), transaction.atomic():
            asked(
                f"UPDATE OR REPLACE balance_statement SET period_id = {closed.period_id}, "
                f"number = {closed.number} WHERE id = {draft.pk}"
            )
        # What may be changed still may.
        asked(f"UPDATE balance_statement SET because = 'x' WHERE id = {draft.pk}")


def test_no_waiting_figure_takes_the_place_of_a_released_one(waiting_and_released):
    if connection.vendor == "sqlite":
        assert refused_to_take_its_place(*waiting_and_released)


def test_every_table_that_refuses_deleting_refuses_that_something_takes_a_place():
    if connection.vendor == "sqlite":
        names = {name for (name,) in asked("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        guarded = {name.removesuffix("_no_delete") for name in names if name.endswith("_no_delete")}
        assert guarded >= {
            "pledges_entry",
            "balance_statement",
            "grants_payment",
            "voice_round",
            "voice_project",
        }
        assert {f"{table}_no_displace" for table in guarded} <= names


def test_no_table_of_somebody_s_own_is_asked_in_place_of_a_real_one(leah):
    if not IS_POSTGRESQL:
        return
    asked("CREATE ROLE app LOGIN")
    roles.grant("app")
    asked(
        "INSERT INTO cases_caseread (at, what, link, own_name, own_address, person_id, draft_code) "
        f"VALUES (now(), 'draft', 'caseload', false, false, {leah.pk}, 'F-ABC-DEF-GHJ')"
    )
    asked("SET LOCAL ROLE app")
    asked("CREATE TEMPORARY TABLE cases_readsforgotten (until timestamptz)")
    asked("INSERT INTO cases_readsforgotten VALUES ('9999-01-01')")
    try:
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            asked("DELETE FROM cases_caseread")
    finally:
        asked("RESET ROLE")


def test_every_function_of_a_guard_that_asks_tables_names_where_they_are():
    if IS_POSTGRESQL:
        loose = asked(
            "SELECT DISTINCT proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal AND prosrc LIKE '%FROM%' AND (proconfig IS NULL "
            "OR NOT EXISTS (SELECT 1 FROM unnest(proconfig) AS setting "
            "WHERE setting LIKE 'search_path=%, pg_temp'))"
        )
        assert loose == []
        assert asked("SELECT COUNT(*) FROM pg_proc WHERE proconfig IS NOT NULL") > [(2,)]
