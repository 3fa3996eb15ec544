"""Django's SQLite, which reads on where the disk became read-only.

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

from django.db.backends.sqlite3 import base


def stands_still(path: Path) -> bool:
    """Whether nobody can be writing to a database: nothing here may be written, and no log waits
    to be read with it."""
    log = Path(f"{path}-wal")
    is_whole = path.is_file() and not (log.exists() and log.stat().st_size)
    return is_whole and not os.access(path, os.W_OK) and not os.access(path.parent, os.W_OK)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except sqlite3.OperationalError:
            path = Path(str(conn_params["database"]))
            if not stands_still(path):
                raise
            as_it_stands = f"{path.resolve().as_uri()}?immutable=1"
            return super().get_new_connection(conn_params | {"database": as_it_stands})
