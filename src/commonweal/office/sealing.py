"""Fernet's tokens by the hundred thousand: a list of people opens and seals twenty fields a row.

`cryptography` sets a cipher and a hash up anew for each token, which is most of what a short one
takes. Here both are set up once a key and a thread. The tokens are the same; whatever is not as
usual (long, of another key, damaged) is left to `cryptography`, so that it alone says what is no
token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import threading
import time
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

VERSION, BLOCK, SHORT = b"\x80", 16, 256
# Before the sealed text: version, time, what the first block is mixed with. After it: the hash.
HEAD, TAIL = 1 + 8 + BLOCK, 32


class Hash:
    """HMAC-SHA-256 under a key of up to 64 bytes: what is the same for every text is hashed
    once."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def __call__(self, text: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


class Sealer(threading.local):
    """Seals and opens short texts under one key, as `cryptography.fernet.Fernet` does."""

    def __init__(self, key: str) -> None:
        both = base64.urlsafe_b64decode(key)
        self._sign = Hash(both[:BLOCK])
        # Of one block, with what it is mixed with by hand: CBC, block by block.
        cipher = Cipher(algorithms.AES(both[BLOCK:]), modes.ECB())
        self._seal: Any = cipher.encryptor()
        self._open: Any = cipher.decryptor()

    def sealed(self, text: bytes) -> bytes | None:
        """A token; None for a long text."""
        if len(text) > SHORT:
            return None
        left = BLOCK - len(text) % BLOCK
        padded, before = text + bytes([left]) * left, os.urandom(BLOCK)
        pieces = [VERSION, int(time.time()).to_bytes(8, "big"), before]
        for start in range(0, len(padded), BLOCK):
            before = self._seal.update(_mixed(padded[start : start + BLOCK], before))
            pieces.append(before)
        signed = b"".join(pieces)
        return base64.urlsafe_b64encode(signed + self._sign(signed))

    def opened(self, token: bytes) -> bytes | None:
        """What a token says; None where it is not one of this key."""
        try:
            everything = base64.urlsafe_b64decode(token)
        except (ValueError, binascii.Error):
            return None
        signed, sealed = everything[:-TAIL], everything[HEAD:-TAIL]
        if not sealed or len(sealed) % BLOCK or everything[:1] != VERSION:
            return None
        if not hmac.compare_digest(self._sign(signed), everything[-TAIL:]):
            return None
        # Each block is mixed with the one before it, the first with what stands before all.
        padded = _mixed(self._open.update(sealed), everything[HEAD - BLOCK : -TAIL - BLOCK])
        left = padded[-1]
        is_padded = 1 <= left <= BLOCK and padded.endswith(bytes([left]) * left)
        return padded[:-left] if is_padded else None


def _mixed(text: bytes, mask: bytes) -> bytes:
    """Two texts of one length, bit by bit: where they differ."""
    mixed = int.from_bytes(text, "big") ^ int.from_bytes(mask, "big")
    return mixed.to_bytes(len(text), "big")
