"""How allauth behaves here: mail as ours, no passwords, staff keep their second factor."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from commonweal.office.fields import _box

from . import letters
from .access import needs_second_factor
from .models import Person

TOO_OFTEN = "There were too many tries. Wait some minutes, then try again."
WRONG = "This is not the right code. Try again."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This sign-in was switched off.",
        "cannot_remove_primary_email": "This is your main address. Make another one that first.",
        "duplicate_email": "This address is yours already.",
        "email_taken": "This address can't be added.",
        "incorrect_code": WRONG,
        "max_email_addresses": "You can't have more than %d addresses.",
        "rate_limited": TOO_OFTEN,
        "too_many_login_attempts": TOO_OFTEN,
        "unverified_primary_email": "Show first that this address is yours: send it a code.",
    }

    def save_user(
        self, request: HttpRequest, user: Person, form: Any, commit: bool = True
    ) -> Person:
        user.email = form.cleaned_data["email"].lower()
        user.name = form.cleaned_data.get("name", "")
        user.set_unusable_password()
        if commit:
            user.save(force_insert=True)
        return user

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """People have no user names."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the queue, as every letter: a dead mail server stops no page. Its links lead on to
        where somebody wanted to go."""
        facts = {
            "code": context.get("code", ""),
            "address": settings.ADDRESS,
            "onward": _onward(),
        }
        letters.send(
            to=email,
            subject=" ".join(render_to_string(f"{template_prefix}_subject.txt", facts).split()),
            body=render_to_string(f"{template_prefix}_message.txt", facts),
        )

    def send_account_already_exists_mail(self, email: str) -> None:
        self.send_mail("account/email/account_already_exists", email, {})

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """One page asks for every kind of proof."""
        url = reverse("account_reauthenticate")
        return [{"id": "prove", "description": "Prove that it is you", "url": url}]


def _onward() -> str:
    """What an address takes behind it so that it leads, after signing in, to the page of ours
    that this request was on its way to."""
    wanted = get_next_redirect_url(current.request) if current.request else None
    return f"?{urlencode({'next': wanted})}" if wanted else ""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Your role needs a second way to prove that it is you. Set "
        "up another one first.",
        "cannot_generate_recovery_codes": "Set up a passkey or an authenticator app first.",
        "incorrect_code": WRONG,
        "unverified_email": "One of your addresses waits for its code. Type that first, or take "
        "the address off.",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a passkey is called unless somebody says so: Passkey 1, Passkey 2."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Staff may not remove their last second factor; they add another first."""
        if not needs_second_factor(authenticator.user):
            return True
        kinds = [authenticator.Type.TOTP, authenticator.Type.WEBAUTHN]
        return bool(
            authenticator.user.authenticator_set.filter(type__in=kinds)
            .exclude(pk=authenticator.pk)
            .exists()
        )

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()
