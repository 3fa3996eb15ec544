"""The keys in the addresses that a letter holds: nobody makes one from the database alone."""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import constant_time_compare

from commonweal.office.fields import keyed_hash

from .models import Follow

YES, OUT = "yes", "out"
SIGNS = 32


def token_of(follow: Follow, use: str) -> str:
    return f"{follow.code.hex}-{_seal(follow.code, use)}"


def _seal(code: UUID, use: str) -> str:
    return keyed_hash(f"follow:{use}:{code.hex}")[:SIGNS]


def follow_of(token: str, use: str) -> Follow | None:
    """Whose token it is, for one use; None where it is not ours or what it was for is gone."""
    number, _, seal = token.partition("-")
    try:
        code = UUID(hex=number)
    except ValueError:
        return None
    if not constant_time_compare(seal, _seal(code, use)):
        return None
    return Follow.objects.filter(code=code).first()
