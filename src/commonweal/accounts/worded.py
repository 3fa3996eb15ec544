"""allauth's forms with labels, and refusals of what is missing, in the words of the house."""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.account.forms import AddEmailForm, RequestLoginCodeForm, SignupForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm


class Words(NamedTuple):
    """What a field is called, and what is said where it is left empty."""

    label: str
    asks: str


ADDRESS = Words("E-mail address", "Enter your e-mail address")
CODE = Words("Code", "Enter the code")
NUMBER = Words("The number that the app shows", "Enter the number that the app shows")
CALLED = Words("What you call it", "Enter what you call it")
NO_ADDRESS = "Enter an e-mail address in the right format, like name@example.com"


class Worded:
    """A form of allauth whose fields are called by ``words`` and say nothing in grey inside."""

    words: dict[str, Words]
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, wording in self.words.items():
            field = self.fields[name]
            field.label = wording.label
            field.error_messages |= {"required": wording.asks}
            field.widget.attrs.pop("placeholder", None)
            if wording is ADDRESS:
                field.error_messages |= {"invalid": NO_ADDRESS}


class AddAddressForm(Worded, AddEmailForm):  # type: ignore[misc]
    """Another address of somebody."""

    words = {"email": ADDRESS}


class AskForCodeForm(Worded, RequestLoginCodeForm):  # type: ignore[misc]
    """To which address a code to sign in is sent."""

    words = {"email": ADDRESS}


class SetUpForm(Worded, SignupForm):  # type: ignore[misc]
    """Setting up a sign-in."""

    words = {"email": ADDRESS}


class SecondCodeForm(Worded, AuthenticateForm):  # type: ignore[misc]
    """The code of an app, or a recovery code, after the one by e-mail."""

    words = {"code": CODE}


class SetUpAppForm(Worded, ActivateTOTPForm):  # type: ignore[misc]
    """The first number of an app."""

    words = {"code": NUMBER}


class RenamePasskeyForm(Worded, EditWebAuthnForm):  # type: ignore[misc]
    """What a passkey is called."""

    words = {"name": CALLED}


class AddPasskeyForm(Worded, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: it signs in by itself unless somebody who knows what that is says not."""

    words = {"name": CALLED}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = "Sign in with it alone"
        alone.initial = True
        alone.help_text = (
            "With the tick it signs you in without a code by e-mail, and asks for your "
            "fingerprint, face or PIN. Without it, it only proves that it is you after you signed "
            "in by e-mail: take the tick away for an old security key that has no PIN."
        )
