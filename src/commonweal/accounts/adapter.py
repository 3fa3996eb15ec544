"""How allauth behaves here: mail as ours, no passwords, staff keep their second factor."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from commonweal.office.fields import _box

from . import letters
from .access import needs_second_factor
from .models import Person


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
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
        """By the queue, as every letter: a dead mail server stops no page."""
        facts = {"code": context.get("code", ""), "address": settings.ADDRESS}
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


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
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
