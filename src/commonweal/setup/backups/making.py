"""Writing a backup."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from commonweal.accounts.keyring import fingerprint
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.version import VERSION

from .. import leftovers
from ..progress import Pace, Say, megabytes, quiet
from .contents import FORMAT, folders
from .databases import applied, copy_database, size_of_database
from .sealing import encrypted, recipient


def make(path: Path, *, recipients: tuple[str, ...] = (), say: Say = quiet) -> None:
    """Write a backup of this town, readable by its owner alone.

    Raises
    ------
    Refused
        A recipient is no age public key, the file is there already, or PostgreSQL's programs
        are not on this machine.
    """
    if path.exists():
        raise Refused(f"{path} is there already. Name a file that is not.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}. Make it, or name another.")
    keys = [recipient(text) for text in recipients]
    partial = path.with_name(path.name + ".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    leftovers.hold(descriptor)
    own_folder = Path(settings.VAR) / "backups"
    if path.parent.resolve() == own_folder:
        # Elsewhere a file may be somebody else's, whatever it is called.
        leftovers.take_away(own_folder.glob("*.partial"))
    try:
        with os.fdopen(descriptor, "wb") as out, encrypted(out, keys) as sink:
            _write(sink, say)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def _write(sink: IO[bytes], say: Say) -> None:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "product": VERSION,
        "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "database": connection.vendor,
        "keys": fingerprint(),
        "migrations": applied(),
        "files": {},
    }
    with tarfile.open(fileobj=sink, mode="w|gz") as archive:
        with leftovers.scratch(".backup-") as scratch:
            say(f"The database, {megabytes(size_of_database())} ...")
            copy = scratch / "database"
            manifest["summary"] = copy_database(copy)
            manifest["files"]["database"] = _add(archive, copy, "database")
        for name, folder in sorted(folders().items()):
            # After the database: what it names was on the disk before it was copied.
            paths = [path for path in folder.rglob("*") if path.is_file()]
            finished = sorted(path for path in paths if path.suffix != ".partial")
            pace = Pace(say, name, len(finished))
            for file in finished:
                inside = f"{name}/{file.relative_to(folder).as_posix()}"
                try:
                    size = file.stat().st_size
                    manifest["files"][inside] = _add(archive, file, inside)
                except FileNotFoundError:
                    # Taken away since by the town's own work (a payment file that was undone).
                    continue
                pace.add(size)
            say(f"{name}: {many(pace.count, 'file')}")
        _add_bytes(archive, "manifest.json", json.dumps(manifest, indent=1).encode())


def _add(archive: tarfile.TarFile, file: Path, name: str) -> str:
    """Put a file into the archive; its SHA-256."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        for piece in iter(lambda: source.read(1 << 20), b""):
            digest.update(piece)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = source.tell(), 0o600
        source.seek(0)
        archive.addfile(entry, source)
    return digest.hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))
