"""Tokens by the hundred thousand are those of `cryptography`: each opens what the other sealed."""

from __future__ import annotations

import base64
import hmac
import threading

import pytest
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from commonweal.office import fields
from commonweal.office.sealing import SHORT, Hash, Sealer

KEY = Fernet.generate_key()
FERNET, SEALER = Fernet(KEY), Sealer(KEY.decode())


@given(st.binary(max_size=SHORT))
def test_each_opens_what_the_other_sealed(text):
    token = SEALER.sealed(text)
    assert FERNET.decrypt(token) == text
    assert abs(FERNET.extract_timestamp(token) - FERNET.extract_timestamp(FERNET.encrypt(b""))) < 9
    assert SEALER.opened(FERNET.encrypt(text)) == text
    assert SEALER.sealed(text) != token, "no two are alike"


@given(st.binary(max_size=40), st.integers(0, 10**6), st.integers(1, 255))
def test_what_was_touched_is_no_token(text, at, change):
    everything = bytearray(base64.urlsafe_b64decode(FERNET.encrypt(text)))
    everything[at % len(everything)] ^= change
    assert SEALER.opened(base64.urlsafe_b64encode(bytes(everything))) is None


@pytest.mark.parametrize("token", [b"", b"x", b"gAAAAA==", b"!!!!", base64.b64encode(b"\x80" * 57)])
def test_what_is_no_token_is_left_to_cryptography(token):
    assert SEALER.opened(token) is None
    with pytest.raises(InvalidToken):
        fields.opened(token.decode())


def test_tokens_of_other_keys_and_long_texts_are_opened_as_before():
    assert SEALER.opened(Fernet(Fernet.generate_key()).encrypt(b"x")) is None
    assert SEALER.sealed(b"x" * (SHORT + 1)) is None
    box = MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
    for text in ("x" * 5000, "Łuć", "é" * SHORT):
        assert fields.opened(fields.closed(text)) == text
        assert box.decrypt(fields.closed(text).encode()).decode() == text
    oldest = Fernet(settings.FIELD_KEYS[-1])
    assert fields.opened(oldest.encrypt(b"old").decode()) == "old"


def test_many_threads_seal_and_open_at_once():
    wrong = []

    def work(number: int) -> None:
        texts = [f"{number}:{n}".encode() * 7 for n in range(300)]
        wrong.extend(text for text in texts if SEALER.opened(SEALER.sealed(text)) != text)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@given(st.binary(min_size=1, max_size=64), st.binary(max_size=300))
def test_the_hash_is_hmac_sha_256(key, text):
    assert Hash(key)(text) == hmac.digest(key, text, "sha256")
