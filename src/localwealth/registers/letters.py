"""The letters of words as numbers: their first eight, their last eight, and which they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from localwealth.registers.hashing import Bytes, Flags, Hashes, Ints


def first_eight(letters: Bytes, start: Ints) -> Hashes:
    """The first eight letters of words as numbers that sort as the words do."""
    return _eight(letters, start, lambda long, place: start[:-1][long] + place)


def last_eight(letters: Bytes, start: Ints) -> Hashes:
    """The same of the words read backwards."""
    return _eight(letters, start, lambda long, place: start[1:][long] - 1 - place)


def _eight(letters: Bytes, start: Ints, at: Callable[[Flags, int], Ints]) -> Hashes:
    out = np.zeros(len(start) - 1, np.uint64)
    length = np.diff(start)
    for place in range(8):
        long = length > place
        out[long] |= letters[at(long, place)].astype(np.uint64) << np.uint64(56 - 8 * place)
    return out


def letters_in(letters: Bytes, start: Ints) -> Hashes:
    """Which letters and figures words have, a bit for each."""
    out = np.zeros(len(start) - 1, np.uint64)
    # Figures come before letters: 0 is bit 0, A is bit 10.
    bit = np.where(letters > ord("9"), letters - ord("A") + 10, letters - ord("0"))
    has_letters = np.flatnonzero(np.diff(start))
    if len(has_letters):
        out[has_letters] = np.bitwise_or.reduceat(
            np.uint64(1) << bit.astype(np.uint64), start[has_letters]
        )
    return out
