"""What is made once and looked at by many tests: a village in a database beside the test's own.

A test that asks for `whole_village` finds the village there, does to it what it likes, and is
rolled back like every other test. The village is a second database of the same worker, copied from
the empty migrated one and filled once; the connection is turned to it before the test's
transaction opens, and turned back for the next test that wants an empty town.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import override_settings
from django.utils import timezone

# The fixture by which a test asks for the village, and what keeps such tests on one worker.
VILLAGE = "whole_village"
FOLDERS = {"EVIDENCE_FOLDER": "evidence", "CASE_FOLDER": "cases", "SPEND_FOLDER": "spend"}


class KeptVillage:
    """The village of this process: made when it is first asked for, once for each day."""

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
        """Turn the connection to the village, or back; no transaction may be open."""
        if wanted and self.made_for != timezone.localdate():
            self.make()
        if wanted != self.is_shown:
            self._turn()

    def make(self) -> None:
        self.show(False)
        self.forget()
        self.aside = (None, self._copy_of_the_empty_one())
        self.folder, self.made_for = self.new_folder(), timezone.localdate()
        self._turn()
        from commonweal.demo.generate import generate

        with override_settings(**folders_in(self.folder), VAR=self.folder):
            generate(size="village", today=self.made_for)

    def forget(self) -> None:
        """Take away what was made."""
        if self.made_for is None:
            return
        self.show(False)
        for raw in (self.aside[0], self.holder):
            if raw is not None:
                raw.close()
        if connection.vendor == "postgresql":
            connection.creation.destroy_test_db(suffix="village", verbosity=0)
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
            connection.creation._clone_test_db("village", verbosity=0)
            return str(connection.creation.get_test_db_clone_settings("village")["NAME"])
        connection.ensure_connection()
        name = "file:village?mode=memory&cache=shared"
        parameters = connection.get_connection_params() | {"database": name}
        self.holder = connection.get_new_connection(parameters)
        connection.connection.backup(self.holder)
        return name

    def lay_files(self, folder: Path) -> None:
        """Its evidence and its anchors' files, in a test's own folder. They are called after what
        is in them and never written to again, so that a second name for each is enough."""
        shutil.copytree(self.folder, folder, copy_function=os.link, dirs_exist_ok=True)


def folders_in(folder: Path) -> dict[str, Path]:
    return {setting: folder / name for setting, name in FOLDERS.items()}
