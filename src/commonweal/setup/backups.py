"""One file that holds a town, and the way back: database, every folder, what it must add up to.

A backup is a tar archive: the database (SQLite's own copy, or PostgreSQL's dump), the folders that
hold data, and ``manifest.json``, which says what was in it: the SHA-256 of each file, the number
of rows of each table, the head of the ledger, the hash of each closed statement. It may be made
while the town is written to. With a recipient it is encrypted to an age public key, which only
the one who holds the key can open, with us or without (``age -d``).

Keys are never in it: whoever finds a backup finds no person's data.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pyrage
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from commonweal.accounts.keyring import fingerprint
from commonweal.design.words import many
from commonweal.jobs.database import trouble_of
from commonweal.jobs.sqlite3 import base as sqlite
from commonweal.office.errors import Refused
from commonweal.version import VERSION

from . import database, leftovers
from .progress import Pace, Say, megabytes, quiet

FORMAT = "commonweal-backup/1"
# Folders of data that lie in the data folder under these names.
OWN = ("economy", "held", "imports", "layouts", "lists", "templates")
# What else lies there and needs no copy: made anew, or kept apart.
NOT_KEPT = {
    "static": "made anew by collectstatic",
    "away": "written anew when the town starts",
    "mail": "letters of a machine without a mail server",
    "texts": "texts of a machine without Notify",
    "keys": "kept apart, on request",
    "backups": "earlier backups, made before upgrades",
    "running.lock": "held by whoever serves",
    "commonweal.sqlite3": "the database itself, which is copied by its own means",
}


def folders() -> dict[str, Path]:
    """Every folder that holds data of the town, by its name in a backup."""
    of_the_town = {name: Path(settings.VAR) / name for name in OWN}
    return of_the_town | {
        "evidence": Path(settings.EVIDENCE_FOLDER),
        "cases": Path(settings.CASE_FOLDER),
        "spend": Path(settings.SPEND_FOLDER),
    }


# --- What a town adds up to -------------------------------------------------------------------


def summary(run: Callable[[str], list[tuple[Any, ...]]], tables: list[str]) -> dict[str, Any]:
    """Rows of each table, the ledger's head, the hash of each closed statement."""
    head = run("SELECT seq, hash FROM pledges_ledgerhead WHERE id = 1")
    closed = []
    # A backup is made before an upgrade, too, of a town that knew no books yet.
    if "balance_statement" in tables:
        closed = run("SELECT id, sha256 FROM balance_statement WHERE state = 'closed' ORDER BY id")
    return {
        "rows": {table: run(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in sorted(tables)},
        "ledger_head": list(head[0]) if head else [0, ""],
        "closed_statements": {str(number): sha256 for number, sha256 in closed},
    }


def head_of(added_up: dict[str, Any]) -> str:
    """How far the ledger goes, in words; a town that was just made has an empty one."""
    seq, head = added_up["ledger_head"]
    return f"ledger entry {seq}, head {head}" if seq else "a ledger without entries"


def _run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _now() -> dict[str, Any]:
    return summary(_run, connection.introspection.table_names())


# --- Making one -------------------------------------------------------------------------------


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
    keys = [_recipient(text) for text in recipients]
    partial = path.with_name(path.name + ".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    leftovers.hold(descriptor)
    own_folder = Path(settings.VAR) / "backups"
    if path.parent.resolve() == own_folder:
        # Elsewhere a file may be somebody else's, whatever it is called.
        leftovers.take_away(own_folder.glob("*.partial"))
    try:
        with os.fdopen(descriptor, "wb") as out, _encrypted(out, keys) as sink:
            _write(sink, say)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise Refused(
            f"{text!r} is no age public key; one begins with age1. 'age-keygen' makes a pair."
        ) from None


@contextmanager
def _encrypted(out: IO[bytes], keys: list[Any]) -> Iterator[IO[bytes]]:
    """Where to write: the file itself, or a pipe whose other end encrypts into it, so that
    nothing unencrypted ever lies on the disk."""
    if not keys:
        yield out
        return
    read_end, write_end = os.pipe()
    failures: list[Exception] = []

    def encrypt() -> None:
        try:
            with os.fdopen(read_end, "rb") as source:
                pyrage.encrypt_io(source, _Disk(out, failures), keys)
        except Exception as failure:
            failures.append(failure)

    thread = threading.Thread(target=encrypt)
    thread.start()
    try:
        with os.fdopen(write_end, "wb") as sink:
            yield sink
    except BrokenPipeError:
        # The end that encrypts went first, and knows why.
        thread.join()
        if not failures:
            raise
    finally:
        thread.join()
    if failures:
        raise failures[0]


class _Disk:
    """Where encrypted bytes go. What the disk says is kept, since pyrage tells its words alone."""

    def __init__(self, out: IO[bytes], failures: list[Exception]) -> None:
        self.out, self.failures = out, failures

    def write(self, piece: bytes) -> int:
        try:
            return self.out.write(piece)
        except OSError as failure:
            self.failures.append(failure)
            raise

    def flush(self) -> None:
        self.out.flush()


def _write(sink: IO[bytes], say: Say) -> None:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "product": VERSION,
        "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "database": connection.vendor,
        "keys": fingerprint(),
        "migrations": _applied(),
        "files": {},
    }
    with tarfile.open(fileobj=sink, mode="w|gz") as archive:
        with leftovers.scratch(".backup-") as scratch:
            say(f"The database, {megabytes(size_of_database())} ...")
            copy = scratch / "database"
            manifest["summary"] = _copy_database(copy)
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


def size_of_database() -> int:
    """How many bytes the database takes on its disk."""
    if connection.vendor == "sqlite":
        path = str(connection.settings_dict["NAME"])
        return sum(os.path.getsize(path + s) for s in ("", "-wal") if os.path.exists(path + s))
    return int(_run("SELECT pg_database_size(current_database())")[0][0])


def _applied() -> list[str]:
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations)


def _copy_database(to: Path) -> dict[str, Any]:
    """A copy of one moment, and what it adds up to at that moment."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(to)
        try:
            # So that a full disk is told as one, and not by the driver's own kind of error.
            with connection.wrap_database_errors:
                connection.connection.backup(copy)
            tables = [
                row[0]
                for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if not row[0].startswith("sqlite_")
            ]
            return summary(lambda sql: list(copy.execute(sql)), tables)
        finally:
            copy.close()
    with transaction.atomic():
        _run_quietly("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        snapshot = _run("SELECT pg_export_snapshot()")[0][0]
        added_up = _now()
        _postgresql(
            "pg_dump",
            "--format=custom",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={to}",
        )
    return added_up


def _run_quietly(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


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


def _program(name: str) -> str | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join(map(str, folders))) or shutil.which(name)


def has_program(name: str) -> bool:
    """Whether one of PostgreSQL's programs is on this machine."""
    return _program(name) is not None


def _postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on this database; the password never on its command line."""
    executable = _program(program)
    if executable is None:
        raise Refused(
            f"{program} is not on this machine. Install PostgreSQL's client programs "
            "(Debian: postgresql-client)."
        )
    named = connection.settings_dict
    environment = os.environ | {
        "PGDATABASE": str(named["NAME"]),
        "PGUSER": str(named["USER"] or ""),
        "PGPASSWORD": str(named["PASSWORD"] or ""),
        "PGHOST": str(named["HOST"] or ""),
        "PGPORT": str(named["PORT"] or ""),
    }
    environment = {name: text for name, text in environment.items() if text}
    if program == "pg_restore":
        arguments = (*arguments[:-1], f"--dbname={named['NAME']}", arguments[-1])
    done = subprocess.run([executable, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Refused(database.why_not_allowed(done.stderr) or _last_words(program, done.stderr))


def _last_words(program: str, stderr: str) -> str:
    errors = [line for line in stderr.splitlines() if "error:" in line.lower()]
    return f"{program} failed: {(errors or stderr.strip().splitlines() or ['no reason'])[-1]}"


# --- Keys, apart ------------------------------------------------------------------------------


def keep_keys(path: Path, *, recipients: tuple[str, ...] = ()) -> None:
    """Write the town's keys into a file of their own. Keep it elsewhere than the backups.

    Raises
    ------
    Refused
        The file is there already, or a recipient is no age public key.
    """
    if path.exists():
        raise Refused(f"{path} is there already. Name a file that is not.")
    content = json.dumps(
        {"secret_key": settings.SECRET_KEY, "field_keys": "\n".join(settings.FIELD_KEYS)}
    ).encode()
    if recipients:
        content = pyrage.encrypt(content, [_recipient(text) for text in recipients])
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
    except OSError:
        # Half a file of keys opens nothing, and would stand in the way of a whole one.
        path.unlink()
        raise


# --- The way back -----------------------------------------------------------------------------


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
    if not _begun().exists():
        _refuse_where_a_town_is()
    with leftovers.scratch(".restore-") as inside:
        _unpack(path, identity, inside, say)
        manifest = _checked(inside, say)
        _begun().touch(mode=0o600)
        for name, folder in sorted(folders().items()):
            _put_folder(inside / name, folder, Pace(say, name, _files_of(manifest, name)))
        say(f"The database, {megabytes((inside / 'database').stat().st_size)} ...")
        _put_database(inside / "database")
    say("Comparing it with what was kept ...")
    _prove(manifest)
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
    for kept in sorted(source.rglob("*")):
        to = folder / kept.relative_to(source)
        if kept.is_dir():
            to.mkdir(parents=True, exist_ok=True)
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(kept, to)
        pace.add(to.stat().st_size)
    pace.say(f"{pace.name}: {many(pace.total, 'file')}")


def _begun() -> Path:
    """Lies in the data folder from the moment that a restore writes until it is done."""
    return Path(settings.VAR) / ".restore-begun"


def is_begun() -> bool:
    """Whether a restore began to write here and was not done."""
    return _begun().exists()


def is_restored() -> None:
    """The restore is done, whatever comes after it: another is refused from now on."""
    _begun().unlink(missing_ok=True)


def is_a_town_here() -> bool:
    """Whether the database holds a town, whatever version it is of. Asking makes no database."""
    if sqlite.is_missing(connection):
        return False
    is_there = "places_town" in connection.introspection.table_names()
    return is_there and _run("SELECT COUNT(*) FROM places_town") != [(0,)]


def refuse_where_no_town_is() -> None:
    """Nothing is kept from a place where there is nothing to keep.

    Raises
    ------
    Refused
        The database holds no town.
    """
    if not is_a_town_here():
        raise Refused("There is no town here. './commonweal init FILE --admin EMAIL' makes one.")


def _refuse_where_a_town_is() -> None:
    if is_a_town_here():
        raise Refused("There is a town here already. Restore onto a machine where none is.")


def _unpack(path: Path, identity: Path | None, to: Path, say: Say = quiet) -> None:
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
        _decrypt(path, identity, plain)
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


def _decrypt(path: Path, identity: Path, to: Path) -> None:
    lines = [line.strip() for line in identity.read_text(errors="replace").splitlines()]
    secrets = [line for line in lines if line.startswith("AGE-SECRET-KEY-")]
    wrong_key = f"The key in {identity} does not open this backup."
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in secrets]
    except pyrage.IdentityError:
        raise Refused(wrong_key) from None
    try:
        with path.open("rb") as source, to.open("wb") as out:
            pyrage.decrypt_io(source, out, identities)
    except (pyrage.DecryptError, OSError) as error:
        if getattr(error, "errno", None):
            raise
        # Whoever looks for the right key to a file that is cut off never finds one.
        is_key_wrong = not identities or "matching keys" in str(error)
        damaged = f"{path} is cut off or damaged. Take another copy of it, or another backup."
        raise Refused(wrong_key if is_key_wrong else damaged) from None


_DAMAGED = "The backup is cut off or damaged. Take another copy of it, or another backup."


def _checked(inside: Path, say: Say) -> dict[str, Any]:
    """The manifest, after each file was held against it."""
    try:
        manifest: dict[str, Any] = json.loads((inside / "manifest.json").read_text())
    except (OSError, ValueError):
        # It stands last: whatever came before it says that this was a backup once.
        if (inside / "database").exists():
            raise Refused(_DAMAGED) from None
        raise Refused("This is no backup of a town: it has no manifest.") from None
    if manifest.get("format") != FORMAT:
        raise Refused(f"This backup is of the format {manifest.get('format')}, not {FORMAT}.")
    say(f"Holding {many(len(manifest['files']), 'file')} against what was kept ...")
    pace = Pace(say, "whole", len(manifest["files"]))
    for name, sha256 in manifest["files"].items():
        file = inside / name
        if not file.is_file() or _sha256_of(file) != sha256:
            raise Refused(f"The backup is damaged: {name} is not what was kept.")
        pace.add(file.stat().st_size)
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
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(
        name
        for name in manifest["migrations"]
        if name not in known and name.split(".")[0] in {app.split(".")[0] for app in known}
    )
    if newer:
        raise Refused(
            f"This backup was made by a newer version ({manifest['product']}): it knows "
            f"{newer[-1]}, which this one does not. Restore it with that version."
        )
    return manifest


def _sha256_of(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _put_database(copy: Path) -> None:
    """All of it or nothing, also where this is cut off."""
    if connection.vendor == "sqlite":
        target = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        copy.chmod(0o600)
        with copy.open("rb+") as dump:
            os.fsync(dump.fileno())
        for suffix in ("", "-wal", "-shm"):
            Path(f"{target}{suffix}").unlink(missing_ok=True)
        # The copy lies in the data folder; the database may lie on another disk.
        partial = target.with_name(target.name + ".partial")
        shutil.move(copy, partial)
        partial.replace(target)
        return
    if connection.introspection.table_names() and not _begun().exists():
        raise Refused("The database is not empty. Restore into an empty one.")
    connection.close()
    _postgresql(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        "--clean",
        "--if-exists",
        str(copy),
    )


def _prove(manifest: dict[str, Any]) -> None:
    """Raise unless the town that stands now adds up to what was kept."""
    stands, promised = _now(), manifest["summary"]
    for part in ("rows", "ledger_head", "closed_statements"):
        if stands[part] != promised[part]:
            differing = (
                [name for name in promised[part] if stands[part].get(name) != promised[part][name]]
                if isinstance(promised[part], dict)
                else promised[part]
            )
            raise Refused(f"What was restored differs from what was kept: {part}, {differing}")
