"""Whatever `init` writes is for the service's own user alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from open_files import open_to_others


def test_what_init_makes(stevenage):
    """Where the usual mask lets everybody read, as for all that is run here."""
    assert open_to_others(stevenage) == []
    # The address is known, so that one code is enough when they first sign in.
    with closing(sqlite3.connect(stevenage / "commonweal.sqlite3")) as database:
        known = database.execute("SELECT email FROM account_emailaddress").fetchall()
    assert known == [("ada@example.org",)]
