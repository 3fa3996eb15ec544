"""A column that is unreadable without the keys, which are kept outside the database."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


@cache
def _begun(key: str) -> tuple[Any, Any]:
    """The inner and the outer hash of HMAC-SHA-256 under a key of up to 64 bytes, as far as both
    are the same for every text."""
    block = key.encode().ljust(64, b"\0")
    inner, outer = (bytes(byte ^ mask for byte in block) for mask in (0x36, 0x5C))
    return hashlib.sha256(inner), hashlib.sha256(outer)


def keyed_bytes(text: str) -> bytes:
    """HMAC-SHA-256 of a text under the oldest field key: asked for by the million, so that what
    stands at the beginning of each is hashed once."""
    begun = _begun(settings.FIELD_KEYS[-1])
    inner, outer = begun[0].copy(), begun[1].copy()
    inner.update(text.strip().casefold().encode())
    outer.update(inner.digest())
    digest: bytes = outer.digest()
    return digest


def keyed_hash(text: str) -> str:
    """For exact look-up of an encrypted value."""
    return keyed_bytes(text).hex()


def opened(sealed_text: str) -> str:
    """What an encrypted column says."""
    return _box().decrypt(sealed_text.encode()).decode()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text, encrypted at rest with Fernet; "" stays "". Cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return _box().encrypt(str(value).encode()).decode() if value else value

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
