"""A list between showing it and carrying it out, and what of it was refused: kept encrypted, under
names that say nothing, and deleted when its time is over."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from commonweal.office.errors import Refused

from .. import working
from ..models import ListRun
from .reading import Preview

GONE = "This list is not there any more. Choose the file again."
# A list that was shown and never carried out; what was refused, for whoever sent it.
KEPT_WAITING = timedelta(days=2)
KEPT_REFUSED = timedelta(days=30)
REFUSED_ENDING = ".refused"


def _folder() -> Path:
    return Path(settings.CASE_FOLDER) / "lists"


def _waiting(sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Refused(GONE)
    return _folder() / sha256


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    half.write_bytes(working.box().encrypt(content))
    half.replace(path)


def put_by(sha256: str, name: str, content: bytes) -> None:
    """Keep a list, encrypted, until somebody presses the button."""
    ending = "".join(Path(name).suffixes[-2:]).lower()
    _write(_waiting(sha256), ending.encode() + b"\n" + content)


def take_out(sha256: str) -> tuple[str, bytes]:
    """A list that was put by: a name with its ending, and its bytes.

    Raises
    ------
    Refused
        It is not there any more.
    """
    path = _waiting(sha256)
    if not path.exists():
        raise Refused(GONE)
    ending, content = working.box().decrypt(path.read_bytes()).split(b"\n", 1)
    return f"list{ending.decode()}", content


def drop(sha256: str) -> None:
    """Delete a list that was put by."""
    _waiting(sha256).unlink(missing_ok=True)


def keep_refused(shown: Preview, run: ListRun) -> None:
    """Keep the refused rows of a list as they stand, for whoever sent it."""
    if shown.rejected:
        by_row = dict(shown.placed.rows)
        lines = [[row, why, by_row[row]] for row, why in shown.rejected]
        content = json.dumps({"header": shown.placed.header, "lines": lines}).encode()
        _write(_refused(run), content)


def _refused(run: ListRun) -> Path:
    return _folder() / f"{run.code}{REFUSED_ENDING}"


def drop_refused(run: ListRun) -> None:
    """Delete the refused rows of a list."""
    _refused(run).unlink(missing_ok=True)


def drop_every_refused() -> None:
    """Delete the refused rows of every list: one of them may be of somebody who is erased, and
    nobody can tell."""
    for path in _folder().glob(f"*{REFUSED_ENDING}"):
        path.unlink(missing_ok=True)


def refused_of(run: ListRun) -> tuple[list[str], list[tuple[int, str, list[str]]]] | None:
    """The headings and the refused rows (row, why, cells) of a list; None where none are kept."""
    path = _refused(run)
    if not path.exists():
        return None
    kept = json.loads(working.box().decrypt(path.read_bytes()))
    return kept["header"], [(row, why, cells) for row, why, cells in kept["lines"]]


def forget() -> int:
    """Delete what was kept long enough. A list that is being carried out stays until it is."""
    if not _folder().is_dir():
        return 0
    needed = set(
        ListRun.objects.filter(finished_at=None, undone_at=None).values_list("sha256", flat=True)
    )
    deleted = 0
    for path in _folder().iterdir():
        kept = (
            KEPT_REFUSED if path.suffix == REFUSED_ENDING or path.name in needed else KEPT_WAITING
        )
        if time.time() - path.stat().st_mtime > kept.total_seconds():
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted
