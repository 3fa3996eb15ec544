"""Adding a passkey: it signs in by itself unless somebody, knowing what that is, says otherwise."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth's, in plain words and with the tick that most people want."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "What you call it"
        alone = self.fields["passwordless"]
        alone.label = "Sign in with it alone"
        alone.initial = True
        alone.help_text = (
            "With the tick it signs you in without a code by e-mail, and asks for your "
            "fingerprint, face or PIN. Without it, it only proves that it is you after you signed "
            "in by e-mail: take the tick away for an old security key that has no PIN."
        )
