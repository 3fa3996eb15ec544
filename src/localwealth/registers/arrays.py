"""Arrays on disk, and searches in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth.registers.hashing import Hashes, Ints

Small = npt.NDArray[np.int32]


def mapped(place: Path) -> npt.NDArray[Any]:
    """An array that stays on disk, as a plain one: numpy's own kind takes a microsecond longer
    each time that a part of it is asked for."""
    return np.asarray(np.load(place, mmap_mode="r"))


def search_sorted(
    haystack: npt.NDArray[Any], needles: npt.NDArray[Any], side: Literal["left", "right"] = "left"
) -> Ints:
    """As numpy's searchsorted, needle by needle in their own order: then each search begins in
    memory that the one before has fetched, which on large arrays is most of the time."""
    order = np.argsort(needles)
    out = np.empty(len(needles), np.int64)
    out[order] = np.searchsorted(haystack, needles[order], side)
    return out


def ranges(low: Ints, high: Ints, most: int | None = None) -> tuple[Ints, Ints]:
    """For each pair of bounds the numbers between them: (which pair, the number).

    >>> ranges(np.array([3, 7]), np.array([5, 8]))
    (array([0, 0, 1]), array([3, 4, 7]))
    """
    count = high - low if most is None else np.minimum(high - low, most)
    which = np.repeat(np.arange(len(low)), count)
    return which, np.repeat(low, count) + np.arange(len(which)) - np.repeat(
        np.cumsum(count) - count, count
    )


def vocabulary_of(hashes: Hashes) -> tuple[Hashes, Ints, Small, Ints]:
    """The different hashes, sorted; where each stands first; of every hash which one it is; and how
    often each stands."""
    if not len(hashes):
        none = np.zeros(0, np.int64)
        return np.zeros(1, np.uint64), none, none.astype(np.int32), np.zeros(1, np.int64)
    # Found by hashing, and only what differs is sorted: a quarter of what sorting all takes.
    encoded = pa.array(hashes).dictionary_encode()
    code = encoded.indices.to_numpy()
    different = encoded.dictionary.to_numpy()
    # Codes are given out in the order in which they are met.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(code), prepend=-1))
    order = np.argsort(different)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    word = place[code]
    return different[order], first[order], word, np.bincount(word, minlength=len(order))


def in_order(keys: Hashes) -> tuple[Hashes, Small]:
    """Keys in order, and whose they are; of equal ones the first first."""
    order = np.argsort(keys, kind="stable")
    return keys[order], order.astype(np.int32)


def sorted_pairs(key: Ints, row: Ints, bits: int) -> tuple[Ints, Small]:
    """Keys with their rows, both in order: as one number each, which sorts many times as fast as
    two. ``bits`` is how many a row has."""
    both = (key.astype(np.uint64) << np.uint64(bits)) | row.astype(np.uint64)
    both.sort()
    rows = (both & np.uint64((1 << bits) - 1)).astype(np.int32)
    return (both >> np.uint64(bits)).astype(np.int64), rows
