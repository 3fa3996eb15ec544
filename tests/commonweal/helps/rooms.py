"""The rooms of the help desk, as the tests over all of them walk them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

SOURCES = Path(__file__).resolve().parents[3] / "src" / "commonweal"
ROOMS = ("residents", "services", "cases", "asks", "grants", "volunteers", "desk")


def files() -> list[Path]:
    """Each file of Python of these rooms, without migrations."""
    return sorted(
        path
        for room in ROOMS
        for path in (SOURCES / room).rglob("*.py")
        if "migrations" not in path.parts
    )


def all_models() -> list[type[models.Model]]:
    """Each model of these rooms."""
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


class Editor:
    """What the steps of a migration ask of a schema editor, within a test's transaction."""

    connection = connection

    @staticmethod
    def quote_name(name: str) -> str:
        return connection.ops.quote_name(name)

    @staticmethod
    def execute(statement: str, params: Any = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def moved_back(migration: str = "0016_numbers_of_the_nation") -> Iterator[Any]:
    """The tables as they were when one app held them all; yields the models of a migration.

    The rows are those of the test. All is within its transaction, on both databases.
    """
    steps = _steps()
    _settle()
    for step in reversed(steps):
        step.move_out(None, Editor)
    yield MigrationLoader(None).project_state(("helps", migration)).apps
    _settle()
    for step in steps:
        step.move_in(None, Editor)


def _settle() -> None:
    """PostgreSQL changes no table while rows of it wait to be checked."""
    if connection.vendor == "postgresql":
        Editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _steps() -> list[Any]:
    return [import_module(f"commonweal.{room}.migrations.0001_initial") for room in ROOMS[:-1]]


def moved_tables() -> list[tuple[str, str]]:
    """Each table of these rooms: what it was called, and what it is called now."""
    return [pair for step in _steps() for pair in step.names()]


@cache
def before_the_rooms(migration: str = "0016_numbers_of_the_nation") -> Any:
    """The models of a migration from when one app held all tables, on the tables of today.

    Their rows, columns and guards are the same; to move the tables (`moved_back`) costs a hundred
    times as much, and is needed only where a step names one itself.
    """
    state = MigrationLoader(None).project_state(("helps", migration))
    for old, new in moved_tables():
        if model := state.models.get(("helps", old.removeprefix("helps_"))):
            model.options["db_table"] = new
    for step in _steps():
        for name in getattr(step, "OF_A_CASE", ()):
            if model := state.models.get(("helps", name)):
                model.fields["request"] = of_case = copy(model.fields["request"])
                of_case.db_column = "case_id"
    return state.apps
