"""What pages show of series."""

from __future__ import annotations


def dashboard() -> list[object]:
    return []


def at_desk() -> list[object]:
    return []
