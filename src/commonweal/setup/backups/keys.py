"""The town's keys in a file of their own, which is kept apart from the backups."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyrage
from django.conf import settings

from commonweal.office.errors import Refused

from .sealing import recipient


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
        content = pyrage.encrypt(content, [recipient(text) for text in recipients])
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
    except OSError:
        # Half a file of keys opens nothing, and would stand in the way of a whole one.
        path.unlink()
        raise
