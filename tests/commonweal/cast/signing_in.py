"""Signing people in, with a second factor or by a code alone."""

from __future__ import annotations

import time as time_
from typing import Any

import pytest
from app_numbers import app_number
from django.test import Client

from commonweal.accounts.models import Person


def prove(client: Client, method: str, *, ago: int = 0) -> None:
    """Write a proof into the session of a client, as allauth does."""
    session = client.session
    proofs = session.get("account_authentication_methods", [])
    # Of no factor by name: nobody takes it off.
    kind = {"type": "totp"} if method == "mfa" else {}
    proof = {"method": method, "at": time_.time() - ago, "reauthenticated": True} | kind
    session["account_authentication_methods"] = [*proofs, proof]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


@pytest.fixture
def by_code_only() -> Any:
    """Sign somebody in as an e-mailed code does: in a session without a second factor."""

    def signed(person: Person, client: Client | None = None) -> Client:
        client = client or Client()
        client.by_code_only = True  # type: ignore[attr-defined]
        client.force_login(person)
        prove(client, "code")
        return client

    return signed


@pytest.fixture
def proves() -> Any:
    return prove


@pytest.fixture
def code_now() -> Any:
    """The code that an authenticator app shows at this moment for a secret."""
    return app_number


@pytest.fixture
def sign_in(client: Any) -> Any:
    """Sign somebody in, with the second factor where their role needs one."""

    def signed(person: Person) -> Any:
        client.force_login(person)
        session = client.session
        session["demo_second_factor"] = True
        session.save()
        return client

    return signed
