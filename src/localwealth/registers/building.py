"""From a column of names to their index."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from localwealth.registers import hashing
from localwealth.registers import names as text
from localwealth.registers.arrays import (
    Small,
    in_order,
    mapped,
    ranges,
    sorted_pairs,
    vocabulary_of,
)
from localwealth.registers.entries import EVER, NEVER, crowd_of, days
from localwealth.registers.hashing import Bytes, Floats, Hashes, Ints
from localwealth.registers.index import INITIALS, RARE, SPELT, UNPAIRED, VERSION, Index
from localwealth.registers.letters import first_eight, last_eight, letters_in

# Pairs of words in more names than this lead nowhere worth going.
PAIR_MOST = 4000
# How far apart two words of a pair may stand.
APART = 4
PASSED_OVER = hashing.hash_words(["A", "AT", "BY", "IN", "ON", "TO", "WITH"])


def build(names: pa.Array, entry: Ints, kind: Ints, until: Ints | None = None) -> Index:
    """Index a column of names.

    Parameters
    ----------
    names
        Every name of every entry.
    entry, kind, until
        Whose name it is; whether it is current (0), former (1) or another (2); until which day
        since 1970 a former one was borne, :data:`NEVER` where nobody says.
    """
    names_words = text.cut(text.column(names))
    total = len(names)
    # numpy sorts without the interpreter, so that two of these go side by side.
    with ThreadPoolExecutor(hashing.THREADS) as pool:
        by_key = pool.submit(np.argsort, names_words.key, kind="stable")
        called = pool.submit(_initials, names_words, total)
        vocabulary, first, word, count = vocabulary_of(names_words.hash)
        pairs = pool.submit(_pairs, names_words.row, word, count, total)
        rare = pool.submit(_rare, names_words.row, word, count, total)
        letters, letter_start = _texts(names_words, first, len(vocabulary))
        spelt = pool.submit(_spellings, letters, letter_start)
        since, last = borne(entry, kind, np.full(total, NEVER) if until is None else until)
        # What a word says: the rarer it is, the more.
        weight = np.log((total + 1) / (count + 0.5)).astype(np.float32)
        columns = _of_words(letters, letter_start) | _of_names(names_words, word, weight, total)
        key_name, (initials, initials_name) = by_key.result(), called.result()
        spelling, spelling_word = spelt.result()
        rare_start, rare_name = rare.result()
        pair, pair_start, pair_name = pairs.result()
    return Index(
        **columns,
        vocabulary=vocabulary,
        count=count.astype(np.int32),
        weight=weight,
        spelling=spelling,
        spelling_word=spelling_word,
        key_sorted=names_words.key[key_name],
        key_name=key_name.astype(np.int32),
        entry=entry.astype(np.int32),
        kind=kind.astype(np.int8),
        since=since,
        until=last,
        initials=initials,
        initials_name=initials_name,
        rare_start=rare_start,
        rare_name=rare_name,
        pair=pair,
        pair_start=pair_start,
        pair_name=pair_name,
    )


def _of_words(letters: Bytes, letter_start: Ints) -> dict[str, Any]:
    """The index's columns that follow from the texts of its words."""
    by_text, by_text_word = in_order(first_eight(letters, letter_start))
    by_end, by_end_word = in_order(last_eight(letters, letter_start))
    return {
        "letters": letters,
        "letter_start": letter_start,
        "by_text": by_text,
        "by_text_word": by_text_word,
        "by_end": by_end,
        "by_end_word": by_end_word,
        "letters_in": letters_in(letters, letter_start),
    }


def _of_names(names_words: text.Words, word: Small, weight: Floats, total: int) -> dict[str, Any]:
    """The index's columns that follow from which words stand in which name."""
    squares = np.bincount(names_words.row, weight[word].astype(np.float64) ** 2, minlength=total)
    return {
        "name_start": np.concatenate(
            [[0], np.cumsum(np.bincount(names_words.row, minlength=total))]
        ),
        "name_word": word,
        "key": names_words.key,
        "legal": names_words.legal,
        # How long a name's vector of weights is: without it long names would win.
        "norm": np.sqrt(np.maximum(squares, 1.0)).astype(np.float32),
    }


def bring_up(folder: Path, names: pa.Table) -> None:
    """An index of version 1 knows neither when names were borne nor their initials, one of
    version 2 neither how words end, which letters they have, nor how many share a postcode;
    all else is the same.
    ``names`` are the store's, in the order in which they were indexed."""
    entry, kind = names["entry"].to_numpy(), names["kind"].to_numpy()
    since, until = borne(entry, kind, days(names["until"], NEVER))
    texts = names["name"].cast(pa.large_string()).combine_chunks()
    initials, initials_name = _initials(text.cut(text.column(texts)), len(names))
    letters, start = (mapped(folder / f"{part}.npy") for part in ("letters", "letter_start"))
    by_end, by_end_word = in_order(last_eight(letters, start))
    for name, array in (
        ("since", since),
        ("until", until),
        ("initials", initials),
        ("initials_name", initials_name),
        ("by_end", by_end),
        ("by_end_word", by_end_word),
        ("letters_in", letters_in(letters, start)),
    ):
        np.save(folder / f"{name}.npy", array)
    crowd = crowd_of(mapped(folder / "entries_postcode.npy"))
    np.save(folder / "entries_crowd.npy", crowd)
    (folder / "index.json").write_text(json.dumps({"version": VERSION, "names": len(entry)}))


def borne(entry: Ints, kind: Ints, until: Ints) -> tuple[Small, Small]:
    """Between which days (since 1970) entries bore their names: a former one until the day that the
    register says, and each from when the one before it was given up.

    >>> since, until = borne(np.array([7, 7, 7]), np.array([0, 1, 1]), np.array([NEVER, 900, 300]))
    >>> since.tolist(), until.tolist()
    ([900, 300, -1000000], [1000000, 900, 300])
    """
    since = np.full(len(entry), EVER, np.int32)
    last = np.where((kind == 1) & (until < NEVER), until, NEVER).astype(np.int32)
    former = np.flatnonzero(last < NEVER)
    former = former[np.lexsort((last[former], entry[former]))]
    again = ~hashing.runs(entry[former])
    since[former[again]] = last[former[np.flatnonzero(again) - 1]]
    # A current name since the last of the former ones.
    latest = np.full(int(entry.max(initial=-1)) + 1, EVER, np.int32)
    latest[entry[former]] = last[former]
    current = np.flatnonzero(kind == 0)
    since[current] = latest[entry[current]]
    return since, last


def _initials(names_words: text.Words, total: int) -> tuple[Hashes, Small]:
    """Hashes of the first letters of names' words, sorted, and whose they are."""
    counted = np.flatnonzero(~np.isin(names_words.hash, PASSED_OVER))
    count = np.bincount(names_words.row[counted], minlength=total)[names_words.row[counted]]
    counted = counted[(count >= INITIALS[0]) & (count <= INITIALS[1])]
    row = names_words.row[counted]
    begins = np.flatnonzero(hashing.runs(row))
    size = np.diff(np.append(begins, len(row)))
    hashes = hashing.mix(
        hashing.polynomial(names_words.letters[names_words.start[counted]], begins, size)
    )
    order = np.argsort(hashes, kind="stable")
    return hashes[order], row[begins][order].astype(np.int32)


def _spellings(letters: Bytes, start: Ints) -> tuple[Hashes, Small]:
    length = np.diff(start)
    spelt = np.flatnonzero((length >= SPELT[0]) & (length <= SPELT[1]))
    spelling, word = hashing.deletions(letters, start, spelt)
    order = np.argsort(spelling, kind="stable")
    return spelling[order], word[order].astype(np.int32)


def _texts(names_words: text.Words, first: Ints, size: int) -> tuple[Bytes, Ints]:
    """The text of each word of the vocabulary, from where it first stands."""
    length = np.zeros(size, np.int64)
    length[: len(first)] = names_words.length[first]
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
    _, at = ranges(names_words.start[first], names_words.start[first] + length[: len(first)])
    return names_words.letters[at], start


def _rare(row: Ints, word: Small, count: Ints, total: int) -> tuple[Ints, Small]:
    is_rare = count[word] <= RARE
    _, rows = sorted_pairs(word[is_rare], row[is_rare], total.bit_length())
    size = np.where(count <= RARE, count, 0)
    return np.concatenate([[0], np.cumsum(size)]), rows


def _pairs(row: Ints, word: Small, count: Ints, total: int) -> tuple[Ints, Ints, Small]:
    is_paired = count[word] > UNPAIRED
    row, word = row[is_paired].astype(np.int32), word[is_paired]
    lows, highs, rows = [], [], []
    for apart in range(1, APART + 1):
        same = row[apart:] == row[:-apart]
        first, second = word[:-apart][same], word[apart:][same]
        lows.append(np.minimum(first, second))
        highs.append(np.maximum(first, second))
        rows.append(row[apart:][same])
    low, high, at = np.concatenate(lows), np.concatenate(highs), np.concatenate(rows)
    del lows, highs, rows
    # In parts by the lower word, so many that what is left of it, the other word and the name go
    # into one number of 64 bits.
    word_bits, bits = len(count).bit_length(), total.bit_length()
    part_bits = max(word_bits - max(2 * word_bits + bits - 64, 3), 0)
    parts = []
    for part in range((len(count) >> part_bits) + 1):
        some = (low >> part_bits) == part
        base = part << part_bits
        key, names = sorted_pairs(
            ((low[some] - base).astype(np.int64) << word_bits) | high[some], at[some], bits
        )
        start = np.flatnonzero(hashing.runs(key))
        size = np.diff(np.append(start, len(key)))
        keep = size <= PAIR_MOST
        key = key[start[keep]]
        _, inside = ranges(start[keep], start[keep] + size[keep])
        low_word, high_word = (key >> word_bits) + base, key & ((1 << word_bits) - 1)
        parts.append(((low_word << 32) | high_word, size[keep], names[inside]))
    keys, sizes, names = zip(*parts, strict=True)
    size = np.concatenate(sizes)
    return (
        np.concatenate(keys),
        np.concatenate([np.zeros(1, np.int64), np.cumsum(size)]),
        np.concatenate(names),
    )
