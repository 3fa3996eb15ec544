"""A passkey opens for its owner alone, whatever it calls itself; nothing sent in its place makes
an error page."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from commonweal.accounts.models import Event

from .soft_passkey import Passkey, credential

DESK = "/desk/help/"
UNLOCK, PROVE, LOGIN = (
    "/accounts/unlock/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/webauthn/login/",
)


@pytest.fixture(autouse=True)
def _real(settings: Any) -> None:
    settings.DEMO = False


@pytest.fixture
def keys(leah, owen):
    """Leah's and Owen's passkeys, as theirs."""
    of_leah, of_owen = Passkey(), Passkey()
    of_leah.belongs_to(leah)
    of_owen.belongs_to(owen)
    return of_leah, of_owen


def challenge_of(browser: Client, address: str) -> str:
    if address == LOGIN:
        answer = browser.get(
            address, headers={"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
        )
        return answer.json()["request_options"]["publicKey"]["challenge"]
    answer = browser.get(address)
    return answer.context["passkey"]["request_options"]["publicKey"]["challenge"]


def is_in(browser: Client) -> bool:
    return browser.get(DESK).status_code == 200


@pytest.mark.parametrize("address", [PROVE, UNLOCK])
def test_its_own_passkey_opens(by_code_only, leah, keys, kinds, address):
    browser = by_code_only(leah)
    answer = keys[0].signs(challenge_of(browser, address))
    browser.post(address, credential(answer) | {"next": DESK})
    assert is_in(browser)


def test_a_passkey_signs_in_its_owner(client, leah, keys, kinds):
    EmailAddress.objects.create(user=leah, email=leah.email, primary=True, verified=True)
    answer = keys[0].signs(challenge_of(client, LOGIN), handle=leah)
    client.post(LOGIN, credential(answer))
    assert client.session["_auth_user_id"] == str(leah.pk)


FORGED = {
    "another's, by its own name": lambda leah, owen, of_leah, of_owen, asked: of_owen.signs(
        asked, handle=owen
    ),
    "another's, as if it were hers": lambda leah, owen, of_leah, of_owen, asked: of_owen.signs(
        asked, handle=leah
    ),
    "another's, called like hers": lambda leah, owen, of_leah, of_owen, asked: of_owen.signs(
        asked, handle=leah, named=of_leah.id
    ),
    "a new one, called like hers": lambda leah, owen, of_leah, of_owen, asked: Passkey().signs(
        asked, handle=leah, named=of_leah.id
    ),
    "hers, for another challenge": lambda leah, owen, of_leah, of_owen, asked: of_leah.signs(
        "AAAA", handle=leah
    ),
}


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("address", [PROVE, UNLOCK])
def test_the_passkey_of_another_does_not_open(
    by_code_only, leah, owen, keys, kinds, address, forged
):
    browser = by_code_only(leah)
    answer = FORGED[forged](leah, owen, *keys, challenge_of(browser, address))
    refused = browser.post(address, credential(answer) | {"next": DESK})
    assert refused.status_code == 200
    assert b"not the right code" in refused.content
    assert not is_in(browser)
    assert Event.objects.filter(verb="sign-in failed").exists()


@pytest.mark.parametrize("forged", [name for name in FORGED if "by its own name" not in name])
def test_nobody_signs_in_as_another(client, leah, owen, keys, kinds, forged):
    EmailAddress.objects.create(user=leah, email=leah.email, primary=True, verified=True)
    answer = FORGED[forged](leah, owen, *keys, challenge_of(client, LOGIN))
    assert client.post(LOGIN, credential(answer)).status_code < 500
    assert "_auth_user_id" not in client.session


def test_an_answer_that_was_seen_opens_once(by_code_only, leah, keys, kinds):
    browser, other = by_code_only(leah), by_code_only(leah)
    answer = keys[0].signs(challenge_of(browser, PROVE))
    browser.post(PROVE, credential(answer))
    challenge_of(other, PROVE)
    other.post(PROVE, credential(answer))
    assert is_in(browser)
    assert not is_in(other)


ODD = [
    None,
    True,
    5,
    "",
    "word",
    [],
    {},
    {"id": 5},
    {"response": None},
    {"response": []},
    {"id": "é", "rawId": "é", "type": "public-key", "response": {}},
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"},
    },
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {"clientDataJSON": "e30", "authenticatorData": "AA" * 40, "signature": 7},
    },
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {
            "clientDataJSON": "e30",
            "authenticatorData": "AA" * 40,
            "signature": "AA",
            "userHandle": "_w",
        },
    },
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {"clientDataJSON": "e30", "attestationObject": "AA"},
    },
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
    },
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {
            "clientDataJSON": "W10",
            "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA",
        },
    },
]
ADDRESSES = [
    PROVE,
    UNLOCK,
    LOGIN,
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_authenticate",
]


@pytest.mark.alike
@pytest.mark.parametrize("number", range(len(ODD)))
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_passkey_makes_no_error_page(sign_in, leah, keys, kinds, address, number):
    browser = Client() if address == LOGIN else sign_in(leah)
    address = address if address.startswith("/") else reverse(address)
    if address == LOGIN:
        challenge_of(browser, address)
    else:
        browser.get(address)
    assert browser.post(address, credential(ODD[number]) | {"name": "x"}).status_code < 500
