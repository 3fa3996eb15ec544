"""Rows that may come and never change or go: whatever somebody asks the database for."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from commonweal.office import triggers
from commonweal.office.tables import rename_column, rename_tables

pytestmark = pytest.mark.django_db
TABLE, MESSAGE = "tried_rows", "what was tried stays"
COLUMNS = "id integer PRIMARY KEY, code varchar(20) UNIQUE, words varchar(40), state varchar(10)"


def run(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def rows(columns="id, code, words, state", table=TABLE):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY id")
        return cursor.fetchall()


def is_refused(statement, message=MESSAGE):
    """Whether a statement is refused with the sentence of the table; nothing of it is left."""
    before, refusal = rows(), ""
    try:
        with transaction.atomic():
            run(statement)
    except DatabaseError as error:
        refusal = str(error)
    assert message in refusal or not refusal, refusal
    assert rows() == before or not refusal
    return bool(refusal)


@pytest.fixture
def schema(db):
    run(f"CREATE TABLE {TABLE} ({COLUMNS})")
    run(f'CREATE UNIQUE INDEX tried_open ON {TABLE} ("words") WHERE "state" = \'open\'')
    run(f"INSERT INTO {TABLE} VALUES (1, 'a', 'first', 'open'), (2, 'b', 'second', 'shut')")
    return connection.SchemaEditorClass(connection)


@pytest.fixture
def closed(schema):
    triggers.create(schema, TABLE, MESSAGE)
    return schema


# What goes past an ordinary delete trigger.
RUTHLESS = {
    "sqlite": [
        f"INSERT OR REPLACE INTO {TABLE} VALUES (1, 'z', 'new', 'shut')",
        f"INSERT OR REPLACE INTO {TABLE} VALUES (9, 'a', 'new', 'shut')",
        f"INSERT OR REPLACE INTO {TABLE} VALUES (9, 'z', 'first', 'open')",
        f"REPLACE INTO {TABLE} VALUES (2, 'z', 'new', 'shut')",
    ],
    "postgresql": [f"TRUNCATE {TABLE}", f"TRUNCATE {TABLE} CASCADE"],
}
CHANGES = [
    f"UPDATE {TABLE} SET words = 'other' WHERE id = 1",
    f"UPDATE {TABLE} SET words = words",
    f"UPDATE {TABLE} SET id = 7 WHERE id = 2",
    f"DELETE FROM {TABLE} WHERE id = 2",
    f"DELETE FROM {TABLE}",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_before_it_is_closed_a_row_may_change(schema, statement):
    assert not is_refused(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_no_row_changes_or_goes(closed, statement):
    assert is_refused(statement)


def test_no_row_is_taken_away_by_a_way_around(closed):
    for statement in RUTHLESS[connection.vendor]:
        assert is_refused(statement), statement


def test_what_touches_no_row_is_no_change(closed):
    assert not is_refused(f"UPDATE {TABLE} SET words = 'x' WHERE id = 99")
    assert not is_refused(f"DELETE FROM {TABLE} WHERE id = 99")


@pytest.mark.parametrize(
    "cells",
    [
        "(3, 'c', 'third', 'open')",
        "(3, 'c', 'first', 'shut')",
        "(3, 'c', 'second', 'open')",
        "(3, NULL, NULL, NULL)",
    ],
)
def test_new_rows_come_also_such_as_are_like_others(closed, cells):
    run(f"INSERT INTO {TABLE} VALUES {cells}")
    assert len(rows()) == 3


def test_a_table_next_to_it_is_left_alone(closed):
    run("CREATE TABLE tried_beside (id integer PRIMARY KEY, words varchar(40))")
    run("INSERT INTO tried_beside VALUES (1, 'a')")
    run("UPDATE tried_beside SET words = 'b'")
    assert rows("id, words", "tried_beside") == [(1, "b")]
    run("DELETE FROM tried_beside")
    assert rows("id, words", "tried_beside") == []


@pytest.mark.parametrize("statement", CHANGES)
def test_once_dropped_it_is_open_again(closed, statement):
    triggers.drop(closed, TABLE)
    assert not is_refused(statement)


def test_it_can_be_closed_dropped_and_closed_again(closed):
    triggers.drop(closed, TABLE)
    triggers.create(closed, TABLE, "another sentence")
    assert is_refused(CHANGES[0], "another sentence")


# A change that is let through


@pytest.fixture
def struck(schema):
    """Words may be struck out, and nothing else may change."""
    unless = "NEW.words = '' AND NEW.code = OLD.code AND NEW.state = OLD.state AND NEW.id = OLD.id"
    triggers.create(schema, TABLE, MESSAGE, unless)
    return schema


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ("words = ''", False),
        ("words = '', state = 'shut'", True),
        ("words = '', code = 'z'", True),
        ("words = 'other'", True),
        ("state = 'shut'", True),
        ("words = '', id = 7", True),
    ],
)
def test_only_what_may_change_is_changed(struck, change, refused):
    assert is_refused(f"UPDATE {TABLE} SET {change} WHERE id = 1") is refused


def test_a_change_that_is_let_through_lets_no_row_go(struck):
    assert is_refused(f"DELETE FROM {TABLE} WHERE id = 1")
    for statement in RUTHLESS[connection.vendor]:
        assert is_refused(statement), statement


def test_of_many_rows_all_must_be_let_through(struck):
    assert is_refused(f"UPDATE {TABLE} SET words = CASE id WHEN 1 THEN '' ELSE 'other' END")
    assert not is_refused(f"UPDATE {TABLE} SET words = ''")


# What has to be forgotten by law


@pytest.fixture
def forgettable(closed):
    """A row may go once a table beside it says so."""
    run("CREATE TABLE tried_erased (id integer PRIMARY KEY, code varchar(20))")
    when = "EXISTS (SELECT 1 FROM tried_erased WHERE tried_erased.code = OLD.code)"
    triggers.let_go_when(closed, TABLE, when, MESSAGE)
    return closed


def test_a_row_goes_only_where_it_is_to_be_forgotten(forgettable):
    delete = f"DELETE FROM {TABLE} WHERE code = 'a'"
    assert is_refused(delete)
    run("INSERT INTO tried_erased VALUES (1, 'a')")
    assert is_refused(f"DELETE FROM {TABLE}")
    assert not is_refused(delete)
    assert [code for _, code, _, _ in rows()] == ["b"]


def test_what_may_go_may_not_change(forgettable):
    run("INSERT INTO tried_erased VALUES (1, 'a')")
    assert is_refused(f"UPDATE {TABLE} SET words = 'x' WHERE code = 'a'")


def test_dropped_it_is_open_as_well(forgettable):
    triggers.drop(forgettable, TABLE)
    assert not is_refused(f"DELETE FROM {TABLE}")


# One verb under a condition


@pytest.mark.parametrize(
    ("verb", "when", "refused", "allowed"),
    [
        (
            "INSERT",
            "NEW.state = 'shut'",
            f"INSERT INTO {TABLE} VALUES (3, 'c', 'x', 'shut')",
            f"INSERT INTO {TABLE} VALUES (3, 'c', 'x', 'open')",
        ),
        (
            "UPDATE",
            "OLD.state = 'shut'",
            f"UPDATE {TABLE} SET words = 'x' WHERE id = 2",
            f"UPDATE {TABLE} SET words = 'x' WHERE id = 1",
        ),
        (
            "UPDATE",
            "OLD.code <> NEW.code",
            f"UPDATE {TABLE} SET code = 'z' WHERE id = 1",
            f"UPDATE {TABLE} SET words = 'x'",
        ),
        (
            "DELETE",
            "OLD.state = 'shut'",
            f"DELETE FROM {TABLE} WHERE id = 2",
            f"DELETE FROM {TABLE} WHERE id = 1",
        ),
    ],
    ids=["insert", "update by old", "update by both", "delete"],
)
def test_a_verb_is_refused_where_its_condition_holds(schema, verb, when, refused, allowed):
    triggers.create_when(schema, TABLE, "tried_when", verb, when, MESSAGE)
    assert is_refused(refused)
    assert not is_refused(allowed)


def test_a_condition_may_ask_the_rows_of_its_own_table(schema):
    last = f"(SELECT count(*) FROM {TABLE}) = 1"
    triggers.create_when(schema, TABLE, "tried_when", "DELETE", last, "the last row stays")
    assert not is_refused(f"DELETE FROM {TABLE} WHERE id = 1")
    assert is_refused(f"DELETE FROM {TABLE} WHERE id = 2", "the last row stays")


def test_a_condition_that_is_dropped_holds_no_more(schema):
    triggers.create_when(schema, TABLE, "tried_when", "DELETE", "OLD.id > 0", MESSAGE)
    assert is_refused(f"DELETE FROM {TABLE}")
    triggers.drop_when(schema, TABLE, "tried_when")
    assert not is_refused(f"DELETE FROM {TABLE}")


def test_two_conditions_stand_beside_each_other(schema):
    triggers.create_when(schema, TABLE, "no_first", "DELETE", "OLD.id = 1", "the first stays")
    triggers.create_when(schema, TABLE, "no_second", "DELETE", "OLD.id = 2", "the second stays")
    assert is_refused(f"DELETE FROM {TABLE} WHERE id = 1", "the first stays")
    assert is_refused(f"DELETE FROM {TABLE} WHERE id = 2", "the second stays")
    triggers.drop_when(schema, TABLE, "no_first")
    assert not is_refused(f"DELETE FROM {TABLE} WHERE id = 1")
    assert is_refused(f"DELETE FROM {TABLE} WHERE id = 2", "the second stays")


def test_made_anew_they_refuse_what_they_refused(closed):
    triggers.refuse_replacing_anew(closed)
    triggers.ask_real_tables(closed)
    for statement in [*CHANGES, *RUTHLESS[connection.vendor]]:
        assert is_refused(statement), statement


# Other names


def test_a_table_takes_its_rows_and_its_refusals_along(closed):
    rename_tables(closed, [(TABLE, "tried_later")])
    assert [code for (code,) in rows("code", "tried_later")] == ["a", "b"]
    with pytest.raises(DatabaseError, match=MESSAGE), transaction.atomic():
        run("DELETE FROM tried_later")


def test_several_tables_are_renamed_in_turn_so_that_two_can_swap(schema):
    run("CREATE TABLE tried_beside (id integer PRIMARY KEY, code varchar(20))")
    names = [(TABLE, "tried_third"), ("tried_beside", TABLE), ("tried_third", "tried_beside")]
    rename_tables(schema, names)
    assert rows("id, code", TABLE) == []
    assert rows("id, code", "tried_beside") == [(1, "a"), (2, "b")]


def test_a_column_is_renamed_in_each_table_with_what_leans_on_it(closed):
    run("CREATE TABLE tried_beside (id integer PRIMARY KEY, code varchar(20))")
    rename_column(closed, [TABLE, "tried_beside"], "code", "name")
    assert rows("name") == [("a",), ("b",)]
    assert rows("name", "tried_beside") == []
    with pytest.raises(DatabaseError), transaction.atomic():
        run(f"INSERT INTO {TABLE} VALUES (3, 'a', 'x', 'shut')")
    with pytest.raises(DatabaseError, match=MESSAGE), transaction.atomic():
        run(f"DELETE FROM {TABLE}")
