"""Nothing serves a database that is not its own version's, and nothing upgrades one that is served.

Whoever serves or works holds a shared lock on a file in the data folder for as long as it lives;
`upgrade` and `move` take it alone. The lock ends with its process, however that ends.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from commonweal.jobs.database import is_silent, note_silence
from commonweal.jobs.sqlite3 import base as sqlite
from commonweal.office.errors import Refused
from commonweal.version import VERSION, parts

from . import database
from .backups.presence import is_begun
from .models import Edition

log = logging.getLogger(__name__)
# gunicorn stops altogether, instead of trying for ever, when a worker ends with this.
NOT_STARTED = 3
_SERVED = "The town is being served or worked for. Stop 'serve', 'work' and gunicorn first."
_NO_TOWN = "There is no town here yet. Make one: './commonweal init FILE --admin EMAIL'."
_SILENT = "The database does not answer."
_held: list[IO[str]] = []


def _names_of_ours() -> set[tuple[str, str]]:
    """The migrations of this version by app and name, without working out how they follow."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return set(loader.disk_migrations)


def _applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def pending() -> list[str]:
    """The migrations of this version that the database has not had."""
    loader = MigrationLoader(connection)
    missing = set(loader.disk_migrations) - set(loader.applied_migrations)
    # A squashed migration counts as had when what it replaces was.
    return sorted(f"{app}.{name}" for app, name in missing if (app, name) in loader.graph.nodes)


def unknown() -> list[str]:
    """The migrations that the database had from a version that knows more than this one."""
    ours = _names_of_ours()
    apps = {app for app, _ in ours}
    extra = _applied() - ours
    return sorted(f"{app}.{name}" for app, name in extra if app in apps)


def last_edition() -> str:
    """The version that last brought this database up to date; "" where that is not written."""
    if ("setup", "0001_initial") not in _applied():
        return ""
    return Edition.objects.values_list("product", flat=True).last() or ""


def remember_edition() -> None:
    if last_edition() != VERSION:
        Edition.objects.create(product=VERSION)


def downgrade() -> str:
    """A sentence where the database is of a newer version than this; "" where it is not."""
    newer, had = last_edition(), unknown()
    if parts(newer) > parts(VERSION):
        known = f"was brought up to date by Commonweal {newer}"
    elif had:
        known = f"had {had[-1]} from a newer version"
    else:
        return ""
    return (
        f"The database {known}; this is {VERSION}, which does not know it and could spoil it. "
        "Put that version back, or restore the backup that was made before the upgrade."
    )


def half_restored() -> str:
    """A sentence where a restore began and did not end; "" where none did."""
    if not is_begun():
        return ""
    return (
        "A restore began here and did not end, so what stands is not whole. Run the same "
        "'./commonweal restore FILE' again; it goes on from the beginning."
    )


def why_not_serve() -> str:
    """A sentence where this version must not serve this database; "" where it may."""
    if sqlite.is_missing(connection):
        return _NO_TOWN
    if sentence := downgrade():
        return sentence
    missing = pending()
    if not missing:
        return ""
    if len(missing) == len(_names_of_ours()):
        return _NO_TOWN
    lacks = f"lacks {missing[0]}" + (f" and {len(missing) - 1} more" if missing[1:] else "")
    return (
        f"The database is not up to date with Commonweal {VERSION}: it {lacks}. "
        "Run './commonweal upgrade' (it makes a backup first)."
    )


def enter() -> None:
    """Begin to serve or work, or end with a sentence that says why not."""
    sqlite.only_open()
    try:
        sentence = half_restored() or ("" if is_silent() else why_not_serve())
    except DatabaseError as error:
        note_silence(error)
        # A role without rights never gets them by waiting; a database that is away comes back,
        # and is no other version's. Pages say so until then.
        sentence = database.why_not_allowed(str(error))
        if not sentence:
            log.warning("%s Pages say so until it does.", database.why_not(error) or _SILENT)
    finally:
        connection.close()
    if not sentence and not _share():
        sentence = "An upgrade or a move is under way here. Start again when it is done."
    if sentence:
        print(f"commonweal: {sentence}", file=sys.stderr, flush=True)
        raise SystemExit(NOT_STARTED)


def _lock_file() -> Path:
    return Path(settings.VAR) / "running.lock"


def _share() -> bool:
    if _held or os.name == "nt":
        return True
    import fcntl

    try:
        _lock_file().parent.mkdir(parents=True, exist_ok=True)
        file = _lock_file().open("a")
    except OSError:
        # A data folder that can't be written to: an upgrade could not be made here either.
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    _held.append(file)
    return True


@contextmanager
def alone() -> Iterator[None]:
    """Be the only one: nothing serves or works on this data folder meanwhile.

    Raises
    ------
    Refused
        Something serves or works.
    """
    if os.name == "nt":
        yield
        return
    import fcntl

    _lock_file().parent.mkdir(parents=True, exist_ok=True)
    with _lock_file().open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(_SERVED) from None
        yield


def is_served() -> str:
    """A sentence where something serves or works on this data folder; "" where nothing does."""
    try:
        with alone():
            return ""
    except Refused as refused:
        return str(refused)
