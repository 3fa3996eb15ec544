"""A column that is unreadable without the keys, which are kept outside the database."""

from __future__ import annotations

from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

from .sealing import Hash, Sealer


@cache
def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


@cache
def _sealers(field_keys: tuple[str, ...]) -> list[Sealer]:
    return [Sealer(key) for key in field_keys]


@cache
def _hash(key: str) -> Hash:
    return Hash(key.encode())


def keyed_bytes(text: str) -> bytes:
    """HMAC-SHA-256 of a text under the oldest field key."""
    return _hash(settings.FIELD_KEYS[-1])(text.strip().casefold().encode())


def keyed_hash(text: str) -> str:
    """For exact look-up of an encrypted value."""
    return keyed_bytes(text).hex()


def opened(sealed_text: str) -> str:
    """What an encrypted column says."""
    token = sealed_text.encode()
    for sealer in _sealers(tuple(settings.FIELD_KEYS)):
        if (text := sealer.opened(token)) is not None:
            return text.decode()
    return _box().decrypt(token).decode()


def closed(text: str) -> str:
    """A text as an encrypted column holds it."""
    plain = text.encode()
    return (_sealers(tuple(settings.FIELD_KEYS))[0].sealed(plain) or _box().encrypt(plain)).decode()


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
