"""Whether the keys here are the ones that this database was written with."""

from __future__ import annotations

import hashlib
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection

from commonweal.jobs.database import is_silent
from commonweal.jobs.sqlite3 import base as sqlite
from commonweal.office.checks import OF_AN_INSTALLATION

from .models import Event, KeyCheck
from .record import record

WORD = "commonweal"
KEPT_APART = "keys kept apart"


def fingerprint() -> str:
    """A short name for the keys, from which nothing of them can be worked out.

    It is of the oldest field key, which look-ups rest on for ever: adding a newer one in front
    leaves it as it is.
    """
    oldest = settings.FIELD_KEYS[-1]
    return hashlib.sha256(f"commonweal fingerprint {oldest}".encode()).hexdigest()[:16]


def fingerprint_of_all() -> str:
    """A short name for every key together: a newer one in front makes it another."""
    together = " ".join((settings.SECRET_KEY, *settings.FIELD_KEYS))
    return hashlib.sha256(f"commonweal all keys {together}".encode()).hexdigest()[:16]


def note_kept_apart() -> None:
    """Write down that the keys of now were saved elsewhere than the town's data."""
    record(KEPT_APART, about=KeyCheck(id=1), by=None, keys=fingerprint_of_all())


def are_kept_apart() -> bool:
    """Whether somebody saved the keys that are in use now."""
    last_event = Event.objects.filter(verb=KEPT_APART).order_by("-id").first()
    return last_event is not None and last_event.detail.get("keys") == fingerprint_of_all()


def remember() -> None:
    """Write down, once, with which keys this database is written."""
    KeyCheck.objects.get_or_create(id=1, defaults={"fingerprint": fingerprint(), "word": WORD})


def what_is_wrong() -> str:
    """A sentence where the keys here can't read this database; "" where they can."""
    known = KeyCheck.objects.filter(id=1).values_list("fingerprint", flat=True).first()
    if known is None:
        return ""
    wrong = (
        f"These keys ({fingerprint()}) are not this database's ({known}). Put back the keys of "
        "this town (var/keys of its backup); making new ones would not help."
    )
    if known != fingerprint():
        return wrong
    try:
        word = KeyCheck.objects.get(id=1).word
    except InvalidToken:
        return wrong
    return "" if word == WORD else wrong


@register(OF_AN_INSTALLATION)
def keys_fit(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Serving with other keys than the database's would fail on every page that decrypts."""
    if sqlite.is_missing(connection) or is_silent():
        # Asking would make an empty one, or wait in vain once more.
        return []
    try:
        wrong = what_is_wrong()
    except DatabaseError:
        # No database, or none with tables yet.
        return []
    return [Error(wrong, id="commonweal.E001")] if wrong else []
