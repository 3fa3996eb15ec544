"""The keys of a town as files: made at the first start, put back from the file of a backup.

Needs no Django: without keys no settings can be read.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

LENGTH_LEAST = 40
WELL_KNOWN = {"secret", "changeme", "change-me", "password", "default", "insecure", "test"}


def is_weak(key: str) -> bool:
    """Whether a key is too short, or has a word in it that people write in place of a key."""
    return len(key) < LENGTH_LEAST or any(word in key.lower() for word in WELL_KNOWN)


def drawn() -> dict[str, str]:
    """New keys of a town, by the names of their files."""
    from cryptography.fernet import Fernet

    return {
        "secret_key": _sound(lambda: secrets.token_urlsafe(50)),
        "field_keys": _sound(lambda: Fernet.generate_key().decode()),
    }


def _sound(draw: Callable[[], str]) -> str:
    """One in ten thousand that are drawn has such a word in it by chance; no start takes it."""
    while is_weak(key := draw()):
        pass
    return key


def make_keys(folder: Path) -> bool:
    """Write secrets for a first start; never touch ones that are there."""
    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    keys.chmod(0o700)
    is_new = False
    for name, key in drawn().items():
        path = keys / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(key)
            is_new = True
    return is_new


def has_keys(var: Path) -> bool:
    """Whether the keys of a town are here, as files or in the environment."""
    named = {"secret_key": "COMMONWEAL_SECRET_KEY", "field_keys": "COMMONWEAL_FIELD_KEYS"}
    return all(
        os.environ.get(name) or (var / "keys" / file).exists() for file, name in named.items()
    )


def secrets_in(identity: Path) -> list[str]:
    """The secret keys of a file as age-keygen writes it."""
    lines = [line.strip() for line in identity.read_text(errors="replace").splitlines()]
    return [line for line in lines if line.startswith("AGE-SECRET-KEY-")]


def _opened(file: Path, identity: Path | None) -> bytes:
    """What a file of keys holds; one that is encrypted is opened with the key of the backup."""
    content = file.read_bytes()
    if identity is None or not content.startswith(b"age-encryption.org/v1"):
        return content
    import pyrage

    secret = secrets_in(identity)
    wrong_key = f"commonweal: the key in {identity} does not open {file}."
    try:
        identities = [pyrage.x25519.Identity.from_str(line) for line in secret]
        opened: bytes = pyrage.decrypt(content, identities)
    except pyrage.IdentityError:
        sys.exit(wrong_key)
    except pyrage.DecryptError as error:
        if not secret or "matching keys" in str(error):
            sys.exit(wrong_key)
        sys.exit(f"commonweal: {file} is cut off or damaged. Take another copy of it.")
    return opened


def put_keys(var: Path, file: Path, identity: Path | None = None) -> list[Path]:
    """Put the keys of a town into place, from the file that 'backup --keys' wrote. Returns the
    files that were not there before."""
    try:
        keys = json.loads(_opened(file, identity))
        texts = {name: str(keys[name]) for name in ("secret_key", "field_keys")}
    except (ValueError, KeyError, TypeError):
        sys.exit(
            f"commonweal: {file} holds no keys of a town. If it is encrypted, name the file of the "
            "key that opens it as well: --identity FILE"
        )
    folder = var / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, text in texts.items():
        path = folder / name
        if path.exists() and path.read_text().strip() != text.strip():
            sys.exit(f"commonweal: there are other keys in {folder} already; nothing was changed.")
    placed = [folder / name for name in texts if not (folder / name).exists()]
    for path in placed:
        path.touch(mode=0o600)
        path.write_text(texts[path.name])
    return placed
