"""A passkey made of software: what a browser sends when a fingerprint was given, or forged."""

from __future__ import annotations

import json
import os
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

HOST = "testserver"
ORIGIN = f"http://{HOST}"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)

    def belongs_to(self, person: Any) -> Authenticator:
        """Put it down as a passkey of somebody, as the page that adds one does."""
        attested = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        seen = AuthenticatorData.create(
            sha256(HOST.encode()), FLAGS | AuthenticatorData.FLAG.AT, 0, attested
        )
        client = CollectedClientData.create(
            CollectedClientData.TYPE.CREATE, b"no matter", ORIGIN, cross_origin=False
        )
        credential = {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
        return WebAuthn.add(person, "Soft", credential).instance

    def signs(
        self, challenge: str, *, handle: Any = None, named: bytes | None = None
    ) -> dict[str, Any]:
        """What it answers to a challenge, saying that it is of ``handle`` and called ``named``."""
        client = CollectedClientData.create(
            CollectedClientData.TYPE.GET, challenge, ORIGIN, cross_origin=False
        )
        seen = AuthenticatorData.create(sha256(HOST.encode()), FLAGS, 1)
        signature = self.key.sign(seen + sha256(client), ec.ECDSA(hashes.SHA256()))
        called = websafe_encode(named or self.id)
        answer = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(seen),
            "signature": websafe_encode(signature),
        }
        if handle is not None:
            answer["userHandle"] = websafe_encode(user_pk_to_url_str(handle).encode())
        return {
            "id": called,
            "rawId": called,
            "type": "public-key",
            "response": answer,
            "clientExtensionResults": {},
        }


def credential(answer: Any) -> dict[str, str]:
    return {"credential": json.dumps(answer)}
