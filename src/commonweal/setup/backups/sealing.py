"""Encryption of a backup to age public keys, and opening it with one."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

from commonweal.key_files import secrets_in
from commonweal.office.errors import Refused


def recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise Refused(
            f"{text!r} is no age public key; one begins with age1. 'age-keygen' makes a pair."
        ) from None


@contextmanager
def encrypted(out: IO[bytes], keys: list[Any]) -> Iterator[IO[bytes]]:
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


def decrypt(path: Path, identity: Path, to: Path) -> None:
    wrong_key = f"The key in {identity} does not open this backup."
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in secrets_in(identity)]
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
