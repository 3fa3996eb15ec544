"""What is made once and looked at by many tests: worlds in databases beside the test's own.

A test that asks for `whole_village` finds the village there, does to it what it likes, and is
rolled back like every other test. The village is a second database of the same worker, copied from
the empty migrated one and filled once; the connection is turned to it before the test's
transaction opens, and turned back for the next test that wants an empty town. What `samples` makes,
a row of everything, `planted`, the help desk's part of it, and `town_spend`, payments of two
anchors, are kept in the same way, each with what the fixtures that it is made of returned.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

# The fixture by which a test asks for the village, and what keeps such tests on one worker.
VILLAGE = "whole_village"
# The fixtures by which a test asks for a row of everything, of the help desk, or for payments:
# larger first.
ROWS = ("samples", "planted", "town_spend")
FOLDERS = {"EVIDENCE_FOLDER": "evidence", "CASE_FOLDER": "cases", "SPEND_FOLDER": "spend"}


class Kept:
    """A world of this process: made when it is first asked for, once for each day."""

    name = ""

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self.new_folder = new_folder
        self.made_for: date | None = None
        self.folder = Path()
        self.is_shown = False
        # SQLite's database in memory lives as long as a connection to it does.
        self.holder: Any = None
        # The raw connection and the name of the database that is not turned to.
        self.aside: tuple[Any, str] = (None, "")

    def show(self, wanted: bool) -> None:
        """Turn the connection to this world, or back; no transaction may be open."""
        if wanted and self.is_out_of_date():
            self.make()
        if wanted != self.is_shown:
            self._turn()

    def is_out_of_date(self) -> bool:
        return self.made_for != timezone.localdate()

    def make(self) -> None:
        self.forget()
        self.aside = (None, self._copy_of_the_empty_one())
        self.folder, self.made_for = self.new_folder(), timezone.localdate()
        self._turn()

    def forget(self) -> None:
        """Take away what was made."""
        if self.made_for is None:
            return
        self.show(False)
        for raw in (self.aside[0], self.holder):
            if raw is not None:
                raw.close()
        if connection.vendor == "postgresql":
            connection.creation.destroy_test_db(suffix=self.name, verbosity=0)
        self.made_for = None

    def _turn(self) -> None:
        here = (connection.connection, connection.settings_dict["NAME"])
        connection.connection, connection.settings_dict["NAME"] = self.aside
        self.aside = here
        self.is_shown = not self.is_shown
        connection.ensure_connection()
        # A test whose connection was closed within its transaction left Django with that one's
        # state; the other is in no transaction.
        connection.closed_in_transaction = False
        connection.set_autocommit(True)

    def _copy_of_the_empty_one(self) -> str:
        if connection.vendor == "postgresql":
            connection.creation._clone_test_db(self.name, verbosity=0)
            return str(connection.creation.get_test_db_clone_settings(self.name)["NAME"])
        connection.ensure_connection()
        name = f"file:{self.name}?mode=memory&cache=shared"
        parameters = connection.get_connection_params() | {"database": name}
        self.holder = connection.get_new_connection(parameters)
        connection.connection.backup(self.holder)
        return name


class KeptVillage(Kept):
    """The village, as the demonstration makes it."""

    name = "village"

    def make(self) -> None:
        super().make()
        from commonweal.demo.generate import generate

        with override_settings(**folders_in(self.folder), VAR=self.folder):
            generate(size="village", today=self.made_for)

    def lay_files(self, folder: Path) -> None:
        """Its evidence and its anchors' files, in a test's own folder. They are called after what
        is in them and never written to again, so that a second name for each is enough."""
        shutil.copytree(self.folder, folder, copy_function=os.link, dirs_exist_ok=True)


def folders_in(folder: Path) -> dict[str, Path]:
    return {setting: folder / name for setting, name in FOLDERS.items()}


class KeptRows(Kept):
    """A row of everything: made by the fixtures of the first test that asks for it, and committed.

    A later test gets from each of them what it returned then. Those that return a function made
    nothing yet; they run anew, around what is there.
    """

    # What is due within so many minutes, or may be undone for so long, is so for every test.
    FRESH_S = 600

    def __init__(self, name: str, new_folder: Callable[[], Path]) -> None:
        super().__init__(new_folder)
        self.name = name
        self.made_at = 0.0
        # By fixture: what it returned, and a copy of that for the test that runs.
        self.kept: dict[str, Any] = {}
        self.functions: dict[str, Any] = {}
        self.lent: dict[str, Any] = {}

    def is_out_of_date(self) -> bool:
        return super().is_out_of_date() or time.monotonic() > self.made_at + self.FRESH_S

    def make(self) -> None:
        """An empty one; the test that asks for it fills it."""
        super().make()
        self.made_at, self.kept, self.functions = time.monotonic(), {}, {}

    def lend(self, to: Path | None) -> None:
        """For one test: its files, and a copy of what the fixtures returned."""
        self.lent = deepcopy(self.kept) if to else {}
        if self.kept and to:
            shutil.copytree(self.folder, to, dirs_exist_ok=True)

    def has(self, definition: Any) -> bool:
        """Whether a fixture's answer is there for the test that runs."""
        name = definition.argname
        if name in self.functions and self.functions[name] is not definition.func:
            pytest.fail(f"`{self.name}` is made with a `{name}`, and here is another one.")
        return name in self.lent

    def keep(self, definitions: dict[str, Any], source: Path) -> None:
        """Commit what the fixtures made, by name, and note what each returned."""
        if self.kept:
            return
        self.functions = {name: definition.func for name, definition in definitions.items()}
        answers = {name: definition.cached_result[0] for name, definition in definitions.items()}
        things = {k: v for k, v in answers.items() if not isinstance(v, FunctionType)}
        self.kept = deepcopy(things)
        shutil.copytree(source, self.folder, dirs_exist_ok=True)
        # The transaction of the test that made it goes on behind it.
        connection.connection.commit()
        if connection.vendor == "sqlite":
            connection.connection.execute("BEGIN")
