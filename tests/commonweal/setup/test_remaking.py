"""A table that SQLite makes anew is renamed only where it has rows, and is the same either way."""

from __future__ import annotations

import pytest
from django.db import models
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor
from django.db.migrations.operations import AddField, CreateModel
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from commonweal.setup.remaking import SparingEditor
from commonweal.setup.rendering import SparingExecutor

KEPT = """SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name"""
TREE = CreateModel(
    "Tree",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("height", models.IntegerField(db_index=True)),
        ("grown_from", models.ForeignKey("self", models.CASCADE, null=True)),
    ],
    options={"constraints": [models.UniqueConstraint(fields=["height"], name="one_of_a_height")]},
)
BIRD = CreateModel(
    "Bird",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("tree", models.ForeignKey("trees.Tree", models.CASCADE)),
    ],
)
COLOURED = AddField("Tree", "colour", models.CharField(max_length=9, default="green"))


@pytest.fixture
def forest(django_db_blocker):
    """Makes a database in memory of its own, with one kind of editor."""
    opened = []

    def make(editor, rows=()):
        handler = ConnectionHandler(
            {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        )
        base = handler["default"]
        base.SchemaEditorClass = editor
        opened.append(base)
        state = carry_out(base, ProjectState(), TREE, BIRD)
        with base.cursor() as cursor:
            for row in rows:
                cursor.execute("INSERT INTO trees_tree VALUES (%s, %s, %s)", row)
        base.asked = []
        with base.execute_wrapper(lambda go, *q: base.asked.append(q[0]) or go(*q)):
            carry_out(base, state, COLOURED)
        return base

    with django_db_blocker.unblock():
        yield make
        for base in opened:
            base.close()


def carry_out(base, state, *operations):
    for operation in operations:
        before, state = state, state.clone()
        operation.state_forwards("trees", state)
        with base.schema_editor() as editor:
            operation.database_forwards("trees", editor, before, state)
    return state


def read(base, sql):
    with base.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def renamings(base):
    return [sql for sql in base.asked if "RENAME TO" in sql]


def test_an_empty_table_is_made_as_django_makes_it_and_nothing_is_renamed(forest):
    ours, usual = forest(SparingEditor), forest(DatabaseSchemaEditor)
    assert read(ours, KEPT) == read(usual, KEPT)
    [tree] = (sql for name, sql in read(ours, KEPT) if name == "trees_tree")
    assert '"colour"' in tree
    assert '"one_of_a_height" UNIQUE' in tree
    assert any("trees_tree_height" in name for name, _ in read(ours, KEPT))
    assert not renamings(ours)
    assert len(renamings(usual)) == 1


def test_one_with_rows_keeps_them(forest):
    ours = forest(SparingEditor, rows=[(7, 30, None), (8, 20, 7)])
    columns = "id, height, grown_from_id, colour"
    kept = read(ours, f"SELECT {columns} FROM trees_tree ORDER BY id")
    assert kept == [(7, 30, None, "green"), (8, 20, 7, "green")]
    assert len(renamings(ours)) == 1


def test_what_is_only_printed_asks_for_no_rows(forest):
    with forest(SparingEditor).schema_editor(collect_sql=True) as editor:
        editor.alter_db_table(None, "new__trees_tree", "trees_tree")
    assert editor.collected_sql == ['ALTER TABLE "new__trees_tree" RENAME TO "trees_tree";']


def test_migrations_take_this_editor(forest):
    base = forest(DatabaseSchemaEditor)
    SparingExecutor(base)
    assert base.SchemaEditorClass is SparingEditor
