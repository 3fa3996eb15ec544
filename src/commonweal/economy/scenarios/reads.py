"""What pages show of scenarios."""

from __future__ import annotations


def published() -> list[object]:
    return []


def at_desk() -> list[object]:
    return []
