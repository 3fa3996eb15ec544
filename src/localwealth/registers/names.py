"""Names as numbers: words of names become 64-bit hashes, whole columns at a time.

No name is touched in Python. A column of strings is one buffer of bytes; a table of 256 entries
says which bytes are letters (made capital), which part words, and which vanish (full stops and
apostrophes). A word's hash is a polynomial over its letters, so that the hash of a word without one
letter, or of two words written as one, is found by arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from localwealth import lists

Ints = npt.NDArray[np.integer[Any]]
Hashes = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]

# Rows at once: small enough for the processor's cache.
CHUNK = 20_000
THREADS = 2
LONGEST = 256
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
_BASE = np.uint64(0x9E3779B97F4A7C15)
POWERS: Hashes = np.cumprod(
    np.concatenate([np.ones(1, np.uint64), np.full(LONGEST - 1, _BASE)]), dtype=np.uint64
)
OFFSET = np.uint64(7)

_WORDS = "localwealth.registers"
# Classes of legal forms, counted from 1: a name may end in any form of them, or do without.
LEGAL = {
    form: number
    for number, forms in enumerate(lists.readings(_WORDS, "words/legal_forms").values(), start=1)
    for form in forms
}
# Words that say nothing about who it is.
EMPTY = ("THE", "AND", "OF", "FOR")
FILLERS = lists.entries(_WORDS, "words/fillers")
IDLE = lists.entries(_WORDS, "words/idle")
SURNAMES = lists.entries(_WORDS, "words/surnames")
ALIASES = lists.table(_WORDS, "words/aliases")
READINGS = lists.readings(_WORDS, "words/readings")


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


def _table(table: dict[str, Any]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    keys = hash_words(list(table))
    order = np.argsort(keys)
    return keys[order], order


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


# Legal forms in several words.
_LONG_FORMS = (
    (hash_words(["COMMUNITY", "INTEREST", "COMPANY"]), 4),
    (hash_words(["PUBLIC", "LIMITED", "COMPANY"]), 3),
    (hash_words(["LIMITED", "LIABILITY", "PARTNERSHIP"]), 2),
)
_ALIAS_KEYS, _alias_order = _table(ALIASES)
_ALIAS_TO = hash_words(list(ALIASES.values()))[_alias_order]
_LEGAL_KEYS, _legal_order = _table(LEGAL)
_LEGAL_CLASS = np.array(list(LEGAL.values()), np.int8)[_legal_order]
_EMPTY_KEYS = np.sort(hash_words(EMPTY))


_BITS = np.uint64((1 << 16) - 1)


def _marks(keys: Hashes) -> Flags:
    marks = np.zeros(1 << 16, bool)
    marks[keys & _BITS] = True
    return marks


_ALIAS_MARKS, _LEGAL_MARKS, _EMPTY_MARKS = map(_marks, (_ALIAS_KEYS, _LEGAL_KEYS, _EMPTY_KEYS))


def _find(keys: Hashes, marks: Flags, hashes: Hashes) -> tuple[Ints, Ints]:
    """Which of many hashes are among few keys, and where. Their last bits pass over most."""
    some = np.flatnonzero(marks[hashes & _BITS])
    at = np.minimum(np.searchsorted(keys, hashes[some]), len(keys) - 1)
    hit = keys[at] == hashes[some]
    return some[hit], at[hit]


_FILLER_KEYS, _IDLE_KEYS, _SURNAME_KEYS = (
    np.sort(hash_words(group)) for group in (FILLERS, IDLE, SURNAMES)
)
_FILLER_MARKS, _IDLE_MARKS, _SURNAME_MARKS = map(_marks, (_FILLER_KEYS, _IDLE_KEYS, _SURNAME_KEYS))


def fillers(hashes: Hashes) -> Flags:
    """Which words are :data:`FILLERS`."""
    return _are(_FILLER_KEYS, _FILLER_MARKS, hashes)


def surnames(hashes: Hashes) -> Flags:
    """Which words are :data:`SURNAMES`."""
    return _are(_SURNAME_KEYS, _SURNAME_MARKS, hashes)


def idle(names_words: Words) -> Flags:
    """Which words are :data:`IDLE`, or an account's number."""
    out = _are(_IDLE_KEYS, _IDLE_MARKS, names_words.hash)
    if len(names_words.row):
        figures = np.maximum.reduceat(names_words.letters, names_words.start[:-1]) <= ord("9")
        out |= figures & (names_words.length >= NUMBERED)
    return out


def _are(keys: Hashes, marks: Flags, hashes: Hashes) -> Flags:
    out = np.zeros(len(hashes), bool)
    out[_find(keys, marks, hashes)[0]] = True
    return out


def alias(hashes: Hashes) -> Hashes:
    """Hashes of words with abbreviations written out."""
    which, at = _find(_ALIAS_KEYS, _ALIAS_MARKS, hashes)
    out = hashes.copy()
    out[which] = _ALIAS_TO[at]
    return out


def _chunk(signs: Bytes, offsets: Ints) -> Words:
    rows = len(offsets) - 1
    row, letters, start = _cut(signs, offsets)
    length = np.diff(start)
    raw = polynomial(letters, start[:-1], length)
    plain = mix(raw)
    is_legal, is_empty = np.zeros(len(plain), bool), np.zeros(len(plain), bool)
    form = np.zeros(len(plain), np.int8)
    which, at = _find(_LEGAL_KEYS, _LEGAL_MARKS, plain)
    is_legal[which], form[which] = True, _LEGAL_CLASS[at]
    is_empty[_find(_EMPTY_KEYS, _EMPTY_MARKS, plain)[0]] = True
    for spelt, legal_class in _LONG_FORMS:
        hit = np.flatnonzero(plain[:-2] == spelt[0]) if len(plain) > 2 else np.zeros(0, np.int64)
        follow = (plain[hit + 1] == spelt[1]) & (plain[hit + 2] == spelt[2])
        hit = hit[follow & (row[hit] == row[hit + 2])]
        for apart in range(3):
            is_legal[hit + apart] = True
            form[hit + apart] = legal_class
    # A word of that kind counts where it is all that there is.
    first = runs(row)
    drop = (is_legal & ~first) | is_empty
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
        name_length = np.add.reduceat(length, begins)
        if int(name_length.max()) <= LONGEST:
            # A name's polynomial is the sum of its words', each moved to where it stands.
            offset = start[:-1] - np.repeat(start[begins], np.diff(np.append(begins, len(row))))
            sums = np.add.reduceat(raw * POWERS[offset], begins)
        else:
            sums = polynomial(letters, start[begins], name_length)
        key[row[begins]] = mix(sums)
    return Words(row, alias(plain), letters, start, key, legal)


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
