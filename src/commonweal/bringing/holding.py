"""Keeping a file, encrypted, between its preview and its carrying out; forgetting it after."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.office.fields import sealed, unsealed

from .models import HeldFile

MOST_MB = 20
KEPT = timedelta(days=7)
GONE = "The file is not there any more. Choose it again."


def not_held(at_most: timedelta) -> str:
    """What is said of a file that a room keeps for so long and does not hold any more."""
    return (
        "This file is not held any more: it was brought in, thrown away, or waited for more than "
        f"{many(at_most.days, 'day')}. What was brought in stands below."
    )


def hold(upload: UploadedFile[Any], *, place: str, by: Person, **columns: Any) -> HeldFile:
    """Keep an uploaded file until it is brought in.

    ``columns``: those of `HeldFile` that tell what it is.

    Raises
    ------
    Refused
        It is larger than can be taken.
    """
    if upload.size and upload.size > MOST_MB * 1024 * 1024:
        raise Refused(f"The file is larger than {MOST_MB} MB.")
    content: bytes = upload.read()
    digest = hashlib.sha256(content).hexdigest()
    name = Path(upload.name or "file").name[:200]
    code = uuid.uuid4()
    path = _path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealed(content))
    return HeldFile.objects.create(
        code=code, place=place, file_name=name, sha256=digest, held_by=by, **columns
    )


def content_of(held: HeldFile) -> bytes:
    """The file as it was sent.

    Raises
    ------
    Refused
        It is gone, or was kept under another key.
    """
    try:
        return unsealed(_path(held.code).read_bytes())
    except (OSError, InvalidToken):
        raise Refused(GONE) from None


def let_go(held: HeldFile) -> None:
    """Forget a file: its content first, so that none stays without its row."""
    _path(held.code).unlink(missing_ok=True)
    HeldFile.objects.filter(pk=held.pk).delete()


def forget_old() -> int:
    """Forget the files that nobody brought in for a week, and content that has no row."""
    old = list(HeldFile.objects.filter(held_at__lt=timezone.now() - KEPT))
    for held in old:
        let_go(held)
    folder = _folder()
    if folder.exists():
        known = set(map(str, HeldFile.objects.values_list("code", flat=True)))
        young = (timezone.now() - timedelta(hours=1)).timestamp()
        for path in folder.iterdir():
            if path.name not in known and path.stat().st_mtime < young:
                path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    return Path(settings.VAR) / "held"


def _path(code: uuid.UUID) -> Path:
    return _folder() / str(code)
