"""allauth's forms that read a passkey's answer, where the answer may be anything.

What a browser sends is parsed by libraries that raise whatever their parsing meets: a field that
lacks, a list in place of a word, bytes that are no CBOR. All of it is an answer that is not right.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError

from .worded import AddPasskeyForm

T = TypeVar("T")
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error)


def _read(look: Callable[[], T]) -> T:
    try:
        return look()
    except ValidationError:
        raise
    except UNREADABLE:
        raise get_adapter().validation_error("incorrect_code") from None


class SignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey that signs in by itself."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class ProveForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey that proves again who one is."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class AddForm(AddPasskeyForm):
    """A new passkey."""

    def clean(self) -> Any:
        return _read(super().clean)
