"""Whether a town is here, and whether one is just being brought back."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection

from commonweal.jobs.sqlite3 import base as sqlite
from commonweal.office.errors import Refused

from .sums import run


def begun() -> Path:
    """Lies in the data folder from the moment that a restore writes until it is done."""
    return Path(settings.VAR) / ".restore-begun"


def is_begun() -> bool:
    """Whether a restore began to write here and was not done."""
    return begun().exists()


def is_restored() -> None:
    """The restore is done, whatever comes after it: another is refused from now on."""
    begun().unlink(missing_ok=True)


def is_a_town_here() -> bool:
    """Whether the database holds a town, whatever version it is of. Asking makes no database."""
    if sqlite.is_missing(connection):
        return False
    is_there = "places_town" in connection.introspection.table_names()
    return is_there and run("SELECT COUNT(*) FROM places_town") != [(0,)]


def refuse_where_no_town_is() -> None:
    """Nothing is kept from a place where there is nothing to keep.

    Raises
    ------
    Refused
        The database holds no town.
    """
    if not is_a_town_here():
        raise Refused("There is no town here. './commonweal init FILE --admin EMAIL' makes one.")


def refuse_where_a_town_is() -> None:
    if is_a_town_here():
        raise Refused("There is a town here already. Restore onto a machine where none is.")
