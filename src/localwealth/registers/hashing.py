"""Texts as 64-bit hashes, whole columns at a time.

A hash is a polynomial over a text's letters, its bits then mixed: so the hash of a word without one
letter, or of two words written as one, is found by arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.integer[Any]]
Hashes = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]

# Rows at once: small enough for the processor's cache.
CHUNK = 20_000
THREADS = 2
LONGEST = 256
_BASE = np.uint64(0x9E3779B97F4A7C15)
POWERS: Hashes = np.cumprod(
    np.concatenate([np.ones(1, np.uint64), np.full(LONGEST - 1, _BASE)]), dtype=np.uint64
)
OFFSET = np.uint64(7)


def buffer(names: pa.Array) -> tuple[Bytes, Ints]:
    """The bytes of a column of large strings, and where in them each text begins (one more than
    there are texts). Nothing is copied but the places."""
    buffers = names.buffers()
    offsets = np.frombuffer(buffers[1], np.int64, len(names) + 1, names.offset * 8)
    letters = np.frombuffer(buffers[2], np.uint8) if buffers[2] else np.zeros(0, np.uint8)
    return letters[offsets[0] : offsets[-1]], offsets - offsets[0]


def mix(hashes: Hashes) -> Hashes:
    """Spread a polynomial's bits over the whole number."""
    out = hashes ^ (hashes >> np.uint64(29))
    out *= np.uint64(0xBF58476D1CE4E5B9)
    mixed: Hashes = out ^ (out >> np.uint64(32))
    return mixed


def runs(keys: npt.NDArray[Any]) -> Flags:
    """Where a run of equal values begins."""
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    return first


def different(keys: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The different keys, in order: many that come in runs, as numpy's `unique`, which hashes
    them, takes several times as long.

    >>> different(np.array([3, 5, 7, 3, 4])).tolist()
    [3, 4, 5, 7]
    """
    ordered = np.sort(keys, kind="stable")
    return ordered[runs(ordered)]


def rank(keys: npt.NDArray[Any]) -> Ints:
    """Of keys of which equal ones stand together, the how manieth of them each is.

    >>> rank(np.array([3, 3, 5, 5, 5])).tolist()
    [0, 1, 0, 1, 2]
    """
    start = np.flatnonzero(runs(keys))
    return np.arange(len(keys)) - np.repeat(start, np.diff(np.append(start, len(keys))))


def polynomial(letters: Bytes, starts: Ints, lengths: Ints) -> Hashes:
    """Unmixed hashes of texts that lie one behind the other in ``letters``."""
    if not len(starts):
        return np.zeros(0, np.uint64)
    place = np.arange(len(letters)) - np.repeat(starts, lengths)
    place = np.minimum(place, LONGEST - 1)
    return np.add.reduceat(POWERS[place] * (letters.astype(np.uint64) + OFFSET), starts)


def hash_words(texts: Sequence[str]) -> Hashes:
    """The hash of each word as it stands, without aliases. None is empty."""
    return hash_column(pa.array(texts, pa.large_string()))


def hash_column(column: pa.Array) -> Hashes:
    """The same of a column of plain ASCII."""
    letters, offsets = buffer(column)
    out = np.empty(len(column), np.uint64)
    for at in range(0, len(column), CHUNK):
        bounds = offsets[at : at + CHUNK + 1]
        part = letters[bounds[0] : bounds[-1]]
        out[at : at + CHUNK] = mix(polynomial(part, bounds[:-1] - bounds[0], np.diff(bounds)))
    return out


def deletions(letters: Bytes, start: Ints, which: Ints) -> tuple[Hashes, Ints]:
    """Hashes of some words, whole and with each one letter left out, and whose they are.

    Two words one edit apart share one of these hashes.
    """
    parts = [which[at : at + CHUNK] for at in range(0, max(len(which), 1), CHUNK)]
    with ThreadPoolExecutor(THREADS) as pool:
        deleted = list(pool.map(lambda part: _deletions(letters, start, part), parts))
    hashes, source = zip(*deleted, strict=True)
    return np.concatenate(hashes), np.concatenate(source)


def _deletions(letters: Bytes, start: Ints, which: Ints) -> tuple[Hashes, Ints]:
    begins = start[which]
    length = start[which + 1] - begins
    whose = np.repeat(np.arange(len(which)), length + 1)
    # For the whole word the letter left out is one behind its end.
    out = np.arange(len(whose)) - np.repeat(np.cumsum(length + 1) - length - 1, length + 1)
    length = length[whose]
    begins = begins[whose]
    hashes = np.zeros(len(whose), np.uint64)
    for place in range(int(length.max(initial=0))):
        long = np.flatnonzero(length > place)
        gone = out[long]
        term = letters[begins[long] + place].astype(np.uint64) + OFFSET
        term *= np.where(gone < place, POWERS[max(place - 1, 0)], POWERS[place])
        term[gone == place] = 0
        hashes[long] += term
    return mix(hashes), which[whose]
