"""Taking a backup apart, and holding each of its files against the manifest."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from commonweal.accounts.keyring import fingerprint
from commonweal.design.words import many
from commonweal.jobs.database import trouble_of
from commonweal.office.errors import Refused

from ..progress import Pace, Say, megabytes, quiet
from .contents import FORMAT
from .sealing import decrypt

MANIFEST = {"database", "files", "keys", "made_at", "migrations", "product", "summary"}
_DAMAGED = "The backup is cut off or damaged. Take another copy of it, or another backup."


def unpack(path: Path, identity: Path | None, to: Path, say: Say = quiet) -> None:
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    with path.open("rb") as source:
        is_encrypted = source.read(22).startswith(b"age-encryption.org/v1")
    plain = path
    if is_encrypted:
        if identity is None:
            raise Refused("This backup is encrypted. Name the file of its key: --identity FILE.")
        plain = to / "plain"
        say(f"Opening the backup, {megabytes(path.stat().st_size)}, with its key ...")
        decrypt(path, identity, plain)
    say(f"Reading the backup, {megabytes(plain.stat().st_size)} ...")
    try:
        with tarfile.open(plain, mode="r:gz") as archive:
            extract(archive, to, say)
    except (tarfile.TarError, EOFError, OSError) as error:
        if trouble_of(error):
            raise
        raise Refused(f"{path} is no backup, or it is damaged ({type(error).__name__}).") from None
    if is_encrypted:
        plain.unlink()


def extract(archive: tarfile.TarFile, to: Path, say: Say = quiet) -> None:
    """Unpack plain files and folders below a folder, and nothing else.

    Raises
    ------
    tarfile.TarError
        Something in it is neither, or leads elsewhere.
    """
    if hasattr(tarfile, "data_filter"):
        archive.extractall(to, _told(archive, say), filter="data")
        return
    # Python 3.11 before .4, Debian 12's own among them, knows no filters.
    members = archive.getmembers()
    for member in members:
        is_below = (to / member.name).resolve().is_relative_to(to.resolve())
        if not (is_below and (member.isfile() or member.isdir())):
            raise tarfile.TarError(member.name)
    archive.extractall(to, _told(members, say))


def _told(members: Iterable[tarfile.TarInfo], say: Say) -> Iterator[tarfile.TarInfo]:
    pace = Pace(say, "unpacked")
    for member in members:
        yield member
        pace.add(member.size)


def checked(inside: Path, say: Say) -> dict[str, Any]:
    """The manifest, after each file was held against it."""
    manifest = _manifest(inside)
    say(f"Holding {many(len(manifest['files']), 'file')} against what was kept ...")
    pace = Pace(say, "whole", len(manifest["files"]))
    for name, sha256 in manifest["files"].items():
        file = inside / name
        if not file.is_file() or _sha256_of(file) != sha256:
            raise Refused(f"The backup is damaged: {name} is not what was kept.")
        pace.add(file.stat().st_size)
    _must_fit_here(manifest)
    _must_be_known(manifest)
    return manifest


def _manifest(inside: Path) -> dict[str, Any]:
    try:
        manifest: Any = json.loads((inside / "manifest.json").read_text())
    except (OSError, ValueError):
        # It stands last: whatever came before it says that this was a backup once.
        if (inside / "database").exists():
            raise Refused(_DAMAGED) from None
        raise Refused("This is no backup of a town: it has no manifest.") from None
    if not isinstance(manifest, dict):
        raise Refused("This is no backup of a town: its manifest is of another kind.")
    if manifest.get("format") != FORMAT:
        raise Refused(f"This backup is of the format {manifest.get('format')}, not {FORMAT}.")
    if MANIFEST - manifest.keys() or not isinstance(manifest["files"], dict):
        raise Refused(_DAMAGED)
    return manifest


def _must_fit_here(manifest: dict[str, Any]) -> None:
    """It is of the kind of database that is here, and of the keys that are here."""
    if manifest["database"] != connection.vendor:
        raise Refused(
            f"This is a backup of {manifest['database']}, and DATABASE_URL leads to "
            f"{connection.vendor}. Restore it there first."
        )
    if manifest["keys"] != fingerprint():
        raise Refused(
            f"The keys here ({fingerprint()}) are not this backup's ({manifest['keys']}). Put "
            "its keys into place: './commonweal restore FILE --keys KEYFILE'."
        )


def _must_be_known(manifest: dict[str, Any]) -> None:
    """Every migration of it is one of this version."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    apps = {name.split(".")[0] for name in known}
    newer = sorted(
        name for name in manifest["migrations"] if name not in known and name.split(".")[0] in apps
    )
    if newer:
        raise Refused(
            f"This backup was made by a newer version ({manifest['product']}): it knows "
            f"{newer[-1]}, which this one does not. Restore it with that version."
        )


def _sha256_of(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
