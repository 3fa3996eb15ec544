"""Where a server is opened in a browser. Asked before there are settings."""

from __future__ import annotations


def address_to_open(host: str, port: int) -> str:
    """What to type into a browser on this machine. Passkeys belong to a name, never to a bare
    address."""
    is_here = host in {"127.0.0.1", "::1", "0.0.0.0", "::"}
    return f"http://{'localhost' if is_here else host}:{port}"
