"""Setting up a second factor leads on: to the page that was wanted, with its codes on the way."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from app_numbers import app_number
from django.core import mail as outbox
from django.db import transaction
from django.test import Client

from commonweal.accounts import mail, proving

from .test_sessions import address_of, code_in, sign_in_by_code


@pytest.fixture(autouse=True)
def _real(settings: Any) -> None:
    settings.DEMO = False


def text(response: Any) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture(autouse=True)
def _commits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a request does, in which nothing else is open; a test holds a transaction around it."""
    monkeypatch.setattr(transaction, "on_commit", lambda after, **_: after())


def set_up_an_app(client: Client) -> Any:
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    number = {"code": app_number(secret)}
    return client.post("/accounts/2fa/totp/activate/", number, follow=True)


def test_after_setting_up_one_goes_on_where_one_wanted_to_be(town, maya):
    address_of(maya)
    client = Client()
    sign_in_by_code(client, maya)
    sent = client.get("/desk/charter/?page=2")
    assert sent["Location"] == "/accounts/2fa/"
    page = set_up_an_app(client)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    # Each of them can be read, and the way on stands above.
    assert all(code in text(page) for code in codes)
    assert b'href="/desk/charter/?page=2"' in page.content
    assert b'href="/desk/charter/?page=2"' in client.get("/accounts/2fa/").content
    assert client.get("/desk/charter/?page=2").status_code == 200


def test_who_wanted_nothing_goes_on_to_their_work(town, maya):
    address_of(maya)
    client = Client()
    sign_in_by_code(client, maya)
    page = set_up_an_app(client)
    assert b'class="govuk-button" href="/desk/"' in page.content


def test_a_code_of_signing_up_is_fresh_proof(town):
    client = Client()
    client.post("/accounts/signup/", {"email": "new@example.org", "name": "New Person"})
    mail.send_waiting()
    done = client.post("/accounts/confirm-email/", {"code": code_in(outbox.outbox[-1])})
    assert done.status_code == 302
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_new_address_of_somebody_signed_in_is_no_proof(town, asha, sign_in):
    """Whoever sits at an open screen could give an address of their own."""
    address_of(asha)
    client = Client()
    sign_in_by_code(client, asha)
    client.post("/accounts/email/", {"email": "other@example.org", "action_add": ""})
    mail.send_waiting()
    code = code_in(next(m for m in reversed(outbox.outbox) if m.to == ["other@example.org"]))
    session = client.session
    for proof in (records := session["account_authentication_methods"]):
        proof["at"] -= 3600
    session["account_authentication_methods"] = records
    session.save()
    client.post("/accounts/confirm-email/", {"code": code})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302


@pytest.mark.parametrize(("with_passkey", "begins"), [(False, "Enter"), (True, "Or enter")])
def test_or_stands_only_after_something_else(
    town, maya, by_code_only, with_passkey, begins, monkeypatch
):
    monkeypatch.setattr(proving, "begin_authentication", lambda person: {})
    TOTP.activate(maya, "JBSWY3DPEHPK3PXP")
    if with_passkey:
        Authenticator.objects.create(
            user=maya, type="webauthn", data={"name": "phone", "credential": {"id": "AAAA"}}
        )
    page = by_code_only(maya).get("/accounts/reauthenticate/")
    assert f" {begins} the code of your authenticator app" in text(page)


def test_a_passkey_signs_in_unless_somebody_says_otherwise(town, asha):
    address_of(asha)
    client = Client()
    sign_in_by_code(client, asha)
    page = client.get("/accounts/2fa/webauthn/add/")
    assert re.search(rb'<input[^>]*name="passwordless"[^>]*checked', page.content)
    assert "Sign in with it alone" in text(page)
    assert "only proves that it is you after you signed in by e-mail" in text(page)
