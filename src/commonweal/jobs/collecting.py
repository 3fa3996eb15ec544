"""Python's search for what is done with, kept away from what stays for as long as a process serves.

The product itself, its addresses and its pages are a quarter of a million things. Looked through
again and again they hold every thread of the process for a fifth of a second, in the middle of
whatever page is under way. What is there before the first visitor is not looked through any more,
nor what the first pages add to it: their templates.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# So often what has just outlived a search is set aside too; more would keep what is done with.
SET_ASIDE_MOST = 5
WHOLE = 2
# How many more things than were taken away are made before the newest are looked through, and how
# many such searches come before those of what is older.
SELDOM = (50_000, 20, 50)


@contextmanager
def seldom() -> Iterator[None]:
    """Look for what is done with less often, while one command makes very many things that stay: a
    tenth of its work would be looking."""
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def set_aside() -> None:
    """Look for what is done with once more, and leave out from then on what is still there."""
    gc.collect()
    gc.freeze()
    gc.callbacks.append(_Beginning())


class _Beginning:
    """Sets aside what the first whole searches leave; then the searches are on their own."""

    def __init__(self) -> None:
        self.left = SET_ASIDE_MOST

    def __call__(self, phase: str, details: dict[str, int]) -> None:
        if phase != "stop" or details["generation"] != WHOLE or not self.left:
            return
        self.left -= 1
        gc.freeze()
