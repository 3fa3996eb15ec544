"""Files that scenarios are worked out from, each named by the SHA-256 of what is in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from commonweal.office.errors import Refused


def _place(digest: str) -> Path:
    return Path(settings.VAR) / "economy" / digest


def keep(content: bytes) -> str:
    """Keep a file once; returns its digest."""
    digest = hashlib.sha256(content).hexdigest()
    place = _place(digest)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(".partial")
        draft.write_bytes(content)
        draft.rename(place)
    return digest


def content_of(digest: str) -> bytes:
    """What was kept under a digest.

    Raises
    ------
    Refused
        The file is gone, or is another than was kept.
    """
    place = _place(digest)
    content = place.read_bytes() if place.exists() else None
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        raise Refused(
            f"The file {digest[:12]}… that this was worked out from is not what was kept. Restore "
            "the folder economy from a backup."
        )
    return content
