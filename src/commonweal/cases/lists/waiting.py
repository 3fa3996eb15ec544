"""A list between showing it and carrying it out: kept, encrypted, until somebody presses the
button."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from commonweal.office.errors import Refused

from .. import working


def _waiting(sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Refused("This list is not there any more. Choose the file again.")
    return settings.CASE_FOLDER / "lists" / sha256


def put_by(sha256: str, name: str, content: bytes) -> None:
    """Keep a list, encrypted, until somebody presses the button."""
    path = _waiting(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    ending = "".join(Path(name).suffixes[-2:]).lower()
    path.write_bytes(working.box().encrypt(ending.encode() + b"\n" + content))


def take_out(sha256: str) -> tuple[str, bytes]:
    path = _waiting(sha256)
    if not path.exists():
        raise Refused("This list is not there any more. Choose the file again.")
    ending, content = working.box().decrypt(path.read_bytes()).split(b"\n", 1)
    return f"list{ending.decode()}", content


def drop(sha256: str) -> None:
    _waiting(sha256).unlink(missing_ok=True)
