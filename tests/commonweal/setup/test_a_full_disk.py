"""A disk that is full is told as one by every command, and leaves nothing half behind."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pyrage
import pytest

from commonweal.setup import complaints
from commonweal.setup.backups import keys as key_file
from commonweal.setup.backups import restoring, sealing, unpacking
from commonweal.setup.progress import Pace

ROOT = Path(__file__).resolve().parents[3]
SAYS = "The disk is full. Make room and run the command again."


class Full(io.RawIOBase):
    """A file on a disk on which nothing fits any more."""

    def writable(self):
        return True

    def write(self, piece):
        raise OSError(errno.ENOSPC, "No space left on device")


def python(var, script):
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("COMMONWEAL", "DJANGO", "DATABA"))
    }
    return subprocess.run(
        [sys.executable, "-c", script],
        env=environment | {"COMMONWEAL_VAR": str(var)},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


# The copy of the database may have five pages, as if the disk ended there.
COPY_MEETS_THE_END = """
import sqlite3, sys
from commonweal.cli import main
connect = sqlite3.connect

def small(path, *more, **named):
    opened = connect(path, *more, **named)
    if "/.backup-" in str(path):
        opened.execute("PRAGMA max_page_count = 5")
    return opened

sqlite3.connect = small
for words in WORDS:
    sys.argv = ["commonweal", *words]
    try:
        main()
    except SystemExit as end:
        print(f"{words[0]} ended: {end}", file=sys.stderr)
"""


def test_a_backup_and_an_upgrade_that_meet_a_full_disk_say_so(stevenage, tmp_path):
    words = [["backup", str(tmp_path / "b")], ["upgrade", "--backup", str(tmp_path / "c")]]
    done = python(stevenage, f"WORDS = {words}{COPY_MEETS_THE_END}")
    assert done.stderr.count(SAYS) == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"var"}
    assert not list(stevenage.glob(".backup-*"))


# Whatever a command does: what its work may meet, and what is said.
EVERY_COMMAND = """
import errno, sys
from django.core import management
from django.db import OperationalError
from commonweal.cli import main

for error in (OSError(errno.ENOSPC, "No space left on device"),
              OperationalError("database or disk is full"), OperationalError("connection refused"),
              OperationalError("database is locked"),
              OperationalError("attempt to write a readonly database"), KeyError("ours")):
    def fail(words):
        raise error

    management.execute_from_command_line = fail
    sys.argv = ["commonweal", "pledges", "standings"]
    try:
        main()
    except SystemExit as end:
        print(end)
    except KeyError:
        print("a fault of ours")
"""


def test_every_command_says_what_is_the_matter_with_database_or_disk(tmp_path):
    (tmp_path / "keys").mkdir()
    for name in ("secret_key", "field_keys"):
        (tmp_path / "keys" / name).write_text("q0bNqKKZlTg4jGcwbmHnEqo3Wm4d8TQ2yC1l2SvJXqE=")
    done = python(tmp_path, EVERY_COMMAND)
    place = f"commonweal: The database {tmp_path / 'commonweal.sqlite3'}"
    told = done.stderr.splitlines()
    assert told[:2] == [f"commonweal: {SAYS}"] * 2, done.stderr
    assert told[2].startswith(f"{place} does not answer.")
    assert told[3] == "commonweal: The database is busy with somebody else's work. Try again."
    assert "may only be read by this user" in told[4]
    assert done.stdout.splitlines()[-1] == "a fault of ours"


def test_an_encrypted_backup_says_what_the_disk_said_and_not_that_a_pipe_broke():
    keys = [pyrage.x25519.Identity.generate().to_public()]

    def write():
        with sealing.encrypted(Full(), keys) as sink:
            for _ in range(100):
                sink.write(b"x" * 100_000)

    with pytest.raises(OSError, match="No space left on device"):
        write()


def test_half_a_file_of_keys_is_not_left(tmp_path, monkeypatch):
    def opened(descriptor, mode):
        os.close(descriptor)
        return Full()

    with monkeypatch.context() as patched:
        patched.setattr(key_file.os, "fdopen", opened)
        with pytest.raises(OSError, match="No space left"):
            key_file.keep_keys(tmp_path / "keys")
    key_file.keep_keys(tmp_path / "keys")
    assert (tmp_path / "keys").stat().st_size


def test_a_restore_onto_a_full_disk_does_not_call_the_backup_damaged(tmp_path, monkeypatch):
    with tarfile.open(tmp_path / "b", "w:gz"):
        pass

    def fail(archive, to, say):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacking, "extract", fail)
    with pytest.raises(OSError, match="No space left"):
        unpacking.unpack(tmp_path / "b", None, tmp_path)


def test_a_folder_that_does_not_fit_is_told_by_its_disk_and_not_by_a_list(tmp_path, monkeypatch):
    """`copytree` goes on after the first that fails, and tells all of them as Python writes
    them."""
    for name in ("spend/incoming/a", "spend/incoming/b"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    copied = []

    def fail(kept, to):
        copied.append(kept)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(restoring.shutil, "copy2", fail)
    with pytest.raises(OSError, match="No space left") as failure:
        restoring._put_folder(tmp_path / "spend", tmp_path / "new", Pace(print, "spend", 2))
    assert complaints.sentence_of(failure.value) == (
        "The disk is full. Make room and run the command again."
    )
    assert len(copied) == 1
