"""A column that is unreadable without the keys, which are kept outside the database."""

from __future__ import annotations

import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


@cache
def _under(key: str) -> hmac.HMAC:
    """What stands ready to hash under a key: it is worked out once, not for each text."""
    return hmac.new(key.encode(), digestmod="sha256")


def keyed_bytes(text: str, key: str = "") -> bytes:
    """HMAC-SHA-256 of a text under the oldest field key (``key``, where it was looked up)."""
    hasher = _under(key or settings.FIELD_KEYS[-1]).copy()
    hasher.update(text.strip().casefold().encode())
    return hasher.digest()


def keyed_hash(text: str) -> str:
    """For exact look-up of an encrypted value."""
    return keyed_bytes(text).hex()


def opened(sealed_text: str) -> str:
    """What an encrypted column says."""
    return _box().decrypt(sealed_text.encode()).decode()


def closed(text: str) -> str:
    """A text as an encrypted column holds it."""
    return _box().encrypt(text.encode()).decode()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text, encrypted at rest with Fernet; "" stays "". Cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return closed(str(value)) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return opened(value) if value else value


def sealed(content: bytes) -> bytes:
    """A file's content as it may lie on a disk: unreadable without the keys."""
    return _box().encrypt(content)


def unsealed(content: bytes) -> bytes:
    """What was sealed.

    Raises
    ------
    InvalidToken
        It was sealed under a key that is not there any more, or is damaged.
    """
    return _box().decrypt(content)
