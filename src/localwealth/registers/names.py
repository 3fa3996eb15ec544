"""Names as numbers: words of names become 64-bit hashes, whole columns at a time.

No name is touched in Python. A column of strings is one buffer of bytes; a table of 256 entries
says which bytes are letters (made capital), which part words, and which vanish (full stops and
apostrophes). How a word becomes a number stands in :mod:`localwealth.registers.hashing`, which
words are known by name in :mod:`localwealth.registers.listed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from localwealth.registers import listed
from localwealth.registers.hashing import (
    CHUNK,
    LONGEST,
    POWERS,
    THREADS,
    Bytes,
    Flags,
    Hashes,
    Ints,
    buffer,
    mix,
    polynomial,
    runs,
)

# Figures of so many and more are no part of a name.
NUMBERED = 5

_PARTS, _VANISHES = 0, 1
_CLASS = np.zeros(256, np.uint8)
for _letter in range(26):
    _CLASS[ord("A") + _letter] = _CLASS[ord("a") + _letter] = ord("A") + _letter
for _digit in b"0123456789":
    _CLASS[_digit] = _digit
for _gone in b".'`":
    _CLASS[_gone] = _VANISHES


@dataclass
class Words:
    """The words of many names, in order.

    ``row`` is the name that a word stands in, ``hash`` its hash after aliases, ``letters`` and
    ``start`` its own text (``start`` has one more element than there are words). ``key`` has one
    hash a name, of all its letters without spaces, legal forms and empty words; 0 if none is left.
    ``legal`` is the class of its legal form, 0 if it states none.
    """

    row: Ints
    hash: Hashes
    letters: Bytes
    start: Ints
    key: Hashes
    legal: npt.NDArray[np.int8]

    @property
    def length(self) -> Ints:
        """How many letters each word has."""
        return np.diff(self.start)

    def texts(self, which: Ints) -> list[str]:
        """The text of some words."""
        text = self.letters.tobytes()
        return [text[self.start[at] : self.start[at + 1]].decode("ascii") for at in which.tolist()]


def column(names: Sequence[str] | pa.Array) -> pa.Array:
    """Names as one Arrow column of plain ASCII."""
    texts = names if isinstance(names, pa.Array) else pa.array(names, pa.large_string())
    texts = texts.cast(pa.large_string()).fill_null("")
    if len(texts) and pc.any(pc.match_substring(texts, "\\x")).as_py():
        # A letter that a publisher's system wrote as its code: BARNARDO\xB4S.
        texts = pc.replace_substring_regex(texts, r"\\x[0-9A-Fa-f]{2}", "'")
    letters, _ = buffer(texts)
    if len(letters) and int(letters.max()) > 127:
        texts = pa.array(
            [text if text.isascii() else anyascii(text) for text in texts.to_pylist()],
            pa.large_string(),
        )
    return texts


def _cut(signs: Bytes, offsets: Ints) -> tuple[Ints, Bytes, Ints]:
    """Row, letters and starts of words; a run of single letters is one word (A B C is ABC)."""
    classes = _CLASS[signs]
    gap = classes == _PARTS
    inside = offsets[:-1][offsets[:-1] < len(signs)]
    begins = np.zeros(len(signs), bool)
    begins[inside] = True
    keep = np.flatnonzero(classes > _VANISHES)
    letters = classes[keep]
    if not len(keep):
        return np.zeros(0, np.int64), letters, np.zeros(1, np.int64)
    # Between two letters of one word lies neither a gap nor the beginning of a row.
    block = np.cumsum(gap | begins, dtype=np.int32)[keep]
    start = np.flatnonzero(runs(block))
    row = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))[keep[start]]
    length = np.diff(np.append(start, len(keep)))
    single = (length == 1) & (letters[start] > ord("9"))
    merge = np.zeros(len(start), bool)
    merge[1:] = single[1:] & single[:-1] & (row[1:] == row[:-1])
    return row[~merge], letters, np.append(start[~merge], len(keep))


def _chunk(signs: Bytes, offsets: Ints) -> Words:
    rows = len(offsets) - 1
    row, letters, start = _cut(signs, offsets)
    length = np.diff(start)
    raw = polynomial(letters, start[:-1], length)
    plain = mix(raw)
    form, is_legal = _legal_forms(row, plain)
    # A word of that kind counts where it is all that there is.
    first = runs(row)
    drop = (is_legal & ~first) | listed.empty(plain)
    only = np.bincount(row[~drop], minlength=rows) == 0
    drop &= ~only[row]
    legal = np.zeros(rows, np.int8)
    np.maximum.at(legal, row[is_legal & drop], form[is_legal & drop])
    is_kept = np.repeat(~drop, length)
    letters, row, length = letters[is_kept], row[~drop], length[~drop]
    raw, plain = raw[~drop], plain[~drop]
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
    key = np.zeros(rows, np.uint64)
    if len(row):
        begins = np.flatnonzero(runs(row))
        key[row[begins]] = _keys(row, raw, letters, start, begins)
    return Words(row, listed.alias(plain), letters, start, key, legal)


def _legal_forms(row: Ints, hashes: Hashes) -> tuple[npt.NDArray[np.int8], Flags]:
    """Of each word the class of the legal form that it is, or is a part of; and whether it is."""
    form = listed.legal_forms(hashes)
    is_legal = form > 0
    for spelt, legal_class in listed.LONG_FORMS:
        hit = np.flatnonzero(hashes[:-2] == spelt[0]) if len(hashes) > 2 else np.zeros(0, np.int64)
        follow = (hashes[hit + 1] == spelt[1]) & (hashes[hit + 2] == spelt[2])
        hit = hit[follow & (row[hit] == row[hit + 2])]
        for apart in range(3):
            is_legal[hit + apart] = True
            form[hit + apart] = legal_class
    return form, is_legal


def _keys(row: Ints, raw: Hashes, letters: Bytes, start: Ints, begins: Ints) -> Hashes:
    """The hash of all letters of each name that has any, whose words begin at ``begins``."""
    name_length = np.add.reduceat(np.diff(start), begins)
    if int(name_length.max()) > LONGEST:
        return mix(polynomial(letters, start[begins], name_length))
    # A name's polynomial is the sum of its words', each moved to where it stands.
    offset = start[:-1] - np.repeat(start[begins], np.diff(np.append(begins, len(row))))
    return mix(np.add.reduceat(raw * POWERS[offset], begins))


def cut(names: pa.Array) -> Words:
    """The words of a column of names, as :func:`column` gives it."""
    signs, offsets = buffer(names)
    jobs = []
    for at in range(0, max(len(names), 1), CHUNK):
        bounds = offsets[at : at + CHUNK + 1]
        jobs.append((signs[bounds[0] : bounds[-1]], bounds - bounds[0]))
    if len(jobs) == 1:
        return _chunk(*jobs[0])
    # Room for as many words as there can be; what is not needed is never touched. Each part is let
    # go of as soon as it is copied: fresh memory is most of what this costs.
    most = (len(signs) + len(names)) // 2 + 1
    row, hashes, start = (
        np.empty(most, np.int64),
        np.empty(most, np.uint64),
        np.empty(most, np.int64),
    )
    letters = np.empty(len(signs), np.uint8)
    key, legal = np.empty(len(names), np.uint64), np.empty(len(names), np.int8)
    word_count = written = done = 0
    with ThreadPoolExecutor(THREADS) as pool:
        for part in pool.map(lambda job: _chunk(*job), jobs):
            last = word_count + len(part.row)
            row[word_count:last] = part.row + done
            hashes[word_count:last] = part.hash
            start[word_count:last] = part.start[:-1] + written
            letters[written : written + len(part.letters)] = part.letters
            key[done : done + len(part.key)] = part.key
            legal[done : done + len(part.key)] = part.legal
            word_count, written, done = last, written + len(part.letters), done + len(part.key)
    start[word_count] = written
    return Words(
        row[:word_count],
        hashes[:word_count],
        letters[:written],
        start[: word_count + 1],
        key,
        legal,
    )


def idle(names_words: Words) -> Flags:
    """Which words only say how or where somebody is paid, or are an account's number."""
    out = listed.idle_words(names_words.hash)
    if len(names_words.row):
        figures = np.maximum.reduceat(names_words.letters, names_words.start[:-1]) <= ord("9")
        out |= figures & (names_words.length >= NUMBERED)
    return out
