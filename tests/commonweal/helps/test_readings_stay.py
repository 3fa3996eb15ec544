"""Who read what, and who broke the glass, can be added and read: never rewritten, on no
database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from commonweal.cases import access, forgetting
from commonweal.cases.models import CaseRead, Glass, ReadsForgotten
from commonweal.cases.working import break_glass

pytestmark = pytest.mark.django_db
TABLES = ("cases_caseread", "cases_glass", "cases_readsforgotten")


@pytest.fixture
def reading(asks_for_help, owen, leah) -> CaseRead:
    case = asks_for_help(by=leah)
    break_glass(case=case, because="They rang and I was alone here.", by=owen)
    ReadsForgotten.objects.create(until=timezone.now() - timedelta(days=9000))
    return access.note_read(owen, case.resident, what="case", link="glass", case=case)


def refused(sql: str, *values: object) -> None:
    refusal = pytest.raises(DatabaseError, match="append-only")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("table", TABLES)
def test_no_row_goes_or_is_rewritten(reading, table):
    refused(f"DELETE FROM {table}")
    refused(f"UPDATE {table} SET at = %s", timezone.now() - timedelta(days=3))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # What waits for the end of the transaction would be in its way first.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "column", ["person_id", "resident_id", "case_id", "what", "link", "own_name"]
)
def test_no_column_of_a_reading_is_rewritten(reading, column, leah):
    new = {
        "person_id": leah.pk,
        "resident_id": None,
        "case_id": None,
        "what": "x",
        "link": "x",
        "own_name": True,
    }[column]
    if column == "resident_id":
        new = reading.resident_id + 1
    refused(f"UPDATE cases_caseread SET {column} = %s", new)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_a_row_is_not_replaced(reading, table, verb):
    if connection.vendor == "postgresql":
        # There an insert never takes the place of a row unless it says so row by row: an update.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
        names = ", ".join(columns)
        refused(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} "
            "ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at - interval '1 day'"
        )
        return
    refused(f"{verb} INTO {table} SELECT * FROM {table}")
    refused(f"UPDATE OR REPLACE {table} SET id = id + 100")


def test_who_looked_at_a_glass_is_written_once_and_its_words_can_only_go(reading, leah, owen):
    Glass.objects.update(looked_at_by=leah)
    refused("UPDATE cases_glass SET looked_at_by_id = %s", owen.pk)
    refused("UPDATE cases_glass SET looked_at_by_id = NULL")
    refused("UPDATE cases_glass SET because = %s", "Somebody told me to.")
    Glass.objects.update(because="")
    assert Glass.objects.get().looked_at_by == leah


def test_readings_are_forgotten_only_up_to_a_moment_that_stays_written_down(reading, today):
    after = timedelta(days=forgetting.days_of("reads") + 2)
    refused("DELETE FROM cases_caseread")
    assert forgetting._forget_reads(today + after) == 1
    assert not CaseRead.objects.exists()
    assert ReadsForgotten.objects.count() == 2
    refused("DELETE FROM cases_readsforgotten")
