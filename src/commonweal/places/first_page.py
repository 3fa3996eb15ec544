"""Parts of the first page that rooms above fill: each says its room, and draws itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Part:
    """A part of the first page: ``draw`` gives it whole with its heading; "" where it is empty."""

    room: str
    draw: Callable[[], SafeString]


PARTS: list[Part] = []


def drawn(closed: frozenset[str]) -> list[SafeString]:
    """The parts of rooms that are not closed, in the order in which they were told."""
    return [part.draw() for part in PARTS if part.room not in closed]
