"""How far long work has come, for whoever waits for it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

Item = TypeVar("Item")


def follow(
    items: Iterable[Item], total: int, noun: str, stream: TextIO | None = None, every: float = 1.0
) -> Iterator[Item]:
    """Pass items on, and say on the error stream how many have passed: on one line that changes
    where somebody watches a terminal, else as a line now and then."""
    stream = stream or sys.stderr
    live = stream.isatty()
    began = last_said = time.monotonic()
    shown = False
    for number, entry in enumerate(items, start=1):
        yield entry
        now = time.monotonic()
        if now - last_said >= (every if live else 10 * every) and number < total:
            left = (now - began) / number * (total - number)
            text = f"{number:,} of {total:,} {noun}, about {left:,.0f} s left"
            stream.write(f"\r{text:<70}" if live else text + "\n")
            stream.flush()
            last_said, shown = now, True
    if shown and live:
        stream.write("\r" + " " * 70 + "\r")
        stream.flush()
