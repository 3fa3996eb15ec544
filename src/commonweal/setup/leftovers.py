"""What a killed run left in the data folder, and the folder that a run works in.

A run holds what it writes locked while it lives, and the system lets go of it when it dies. So
what nobody holds was left, and the next run takes it away: it may be a whole copy of the database.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

# A younger one may have been begun in this moment, and not be held yet.
LEFT_AFTER_S = 60


def hold(descriptor: int) -> None:
    """Hold an open file or folder until it is closed, or the process ends."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def scratch(start: str) -> Iterator[Path]:
    """A folder for one run, in the data folder; its name begins so. Those that killed runs left
    are taken away."""
    var = Path(settings.VAR)
    with tempfile.TemporaryDirectory(prefix=start, dir=var) as folder:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            hold(descriptor)
            take_away(path for path in var.glob(f"{start}*") if path.is_dir())
            yield Path(folder)
        finally:
            os.close(descriptor)


def take_away(paths: Iterable[Path]) -> None:
    """Delete those of these files and folders that no run holds."""
    for path in paths:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            if time.time() - os.fstat(descriptor).st_mtime < LEFT_AFTER_S:
                continue
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
