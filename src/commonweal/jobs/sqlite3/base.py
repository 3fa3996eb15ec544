"""Django's SQLite, which reads on where the disk became read-only, and makes no town by itself.

In WAL mode SQLite makes two files beside the database before it reads it. On a disk that takes
nothing in it can't, and says that it can't open the file, though everything is in it. Where there
is no log to be read (the last one who closed it wrote it back), the file alone is the whole
database, and is read as one that does not change.

A page opens a connection of its own, so this lasts no longer than a page: the next one asks again
whether it can be opened as usual.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3 import base


def stands_still(path: Path) -> bool:
    """Whether nobody can be writing to a database: nothing here may be written, and no log waits
    to be read with it."""
    log = Path(f"{path}-wal")
    is_whole = path.is_file() and not (log.exists() and log.stat().st_size)
    return is_whole and not os.access(path, os.W_OK) and not os.access(path.parent, os.W_OK)


_only_opens = False


def only_open() -> None:
    """Let this process open databases and make none, from now on."""
    global _only_opens
    _only_opens = True


def is_missing(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database is a file of SQLite that is not there, in a folder that is: without
    the folder it can't be opened, which is another sentence."""
    name = str(connection.settings_dict["NAME"])
    is_a_file = connection.vendor == "sqlite" and not name.startswith((":memory:", "file:"))
    return is_a_file and Path(name).parent.is_dir() and not Path(name).exists()


def _there_already(name: str) -> str:
    """The address by which SQLite opens a file and makes none."""
    if name.startswith((":memory:", "file:")):
        return name
    return f"{Path(name).resolve().as_uri()}?mode=rw"


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        name = str(conn_params["database"])
        opened = conn_params | {"database": _there_already(name)} if _only_opens else conn_params
        try:
            return super().get_new_connection(opened)
        except sqlite3.OperationalError:
            path = Path(name)
            if not stands_still(path):
                raise
            as_it_stands = f"{path.resolve().as_uri()}?immutable=1"
            return super().get_new_connection(conn_params | {"database": as_it_stands})
