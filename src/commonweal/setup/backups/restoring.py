"""The way back: a town from a backup, onto a machine where none is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from commonweal.design.words import many

from .. import leftovers
from ..progress import Pace, Say, megabytes, quiet
from .contents import folders
from .databases import put_database
from .presence import begun, refuse_where_a_town_is
from .sums import head_of, prove
from .unpacking import checked, unpack


def restore(path: Path, *, identity: Path | None = None, say: Say = quiet) -> None:
    """Bring a town back onto a machine where none is, and prove that it is the same.

    The folders come first and the database last, at one stroke: a town that stands is never
    without its files. One that was cut off can be begun again, until `is_restored` is called.

    Raises
    ------
    Refused
        A town is here; the file is no backup, is damaged or is encrypted to another key; it is
        of another kind of database or of a newer version; or the keys here are not its own.
    """
    if not begun().exists():
        refuse_where_a_town_is()
    with leftovers.scratch(".restore-") as inside:
        unpack(path, identity, inside, say)
        manifest = checked(inside, say)
        begun().touch(mode=0o600)
        for name, folder in sorted(folders().items()):
            _put_folder(inside / name, folder, Pace(say, name, _files_of(manifest, name)))
        say(f"The database, {megabytes((inside / 'database').stat().st_size)} ...")
        put_database(inside / "database")
    say("Comparing it with what was kept ...")
    prove(manifest)
    rows = sum(manifest["summary"]["rows"].values())
    say(
        f"The same as at {manifest['made_at']}: {many(rows, 'row')}, "
        f"{head_of(manifest['summary'])}."
    )


def _files_of(manifest: dict[str, Any], folder: str) -> int:
    return sum(name.startswith(f"{folder}/") for name in manifest["files"])


def _put_folder(source: Path, folder: Path, pace: Pace) -> None:
    # One by one: what the disk says of the first that it does not take is then said, and not a
    # list of all.
    for path in sorted(source.rglob("*")):
        to = folder / path.relative_to(source)
        if path.is_dir():
            to.mkdir(parents=True, exist_ok=True)
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)
        pace.add(to.stat().st_size)
    pace.say(f"{pace.name}: {many(pace.total, 'file')}")
