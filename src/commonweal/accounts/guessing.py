"""A code that was sent is guessed at three times, however many guesses come at the same moment.

The count stands in a table and is raised by a conditional UPDATE before anything is compared.
What allauth keeps in the session is read by all requests of a moment before the first has written
it. Codes of an app and recovery codes are counted for their person, in `proving`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.forms import ConfirmEmailVerificationCodeForm, ConfirmLoginCodeForm
from allauth.core import context
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from commonweal.office.errors import Refused

from .limits import Limit, spend
from .worded import CODE, Worded

MOST = 3
GUESSES = Limit(
    "guesses at a code",
    MOST,
    timedelta(days=1),
    "This code was tried three times. Ask for a new one.",
    is_of_one_thing=True,
)


def count(request: HttpRequest, code: str) -> None:
    """Count a guess at a code that was sent for this session.

    Raises
    ------
    Refused
        It was guessed at as often as may be: not even the right one opens now.
    """
    spend(GUESSES, f"{request.session.session_key} {code}")


class _Counted(Worded):
    words = {"code": CODE}
    expected_code: str

    def clean_code(self) -> Any:
        try:
            count(context.request, self.expected_code)
        except Refused as refused:
            raise ValidationError(str(refused)) from None
        return super().clean_code()  # type: ignore[misc]


class LoginCodeForm(_Counted, ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that signs somebody in."""


class AddressCodeForm(_Counted, ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """The code that shows that an address is somebody's."""
