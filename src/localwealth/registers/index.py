"""The index of a register's names: built once, read from disk as it is needed.

A name is found by its *key* (all its letters), by its rare words, and by pairs of its commoner
words; a word that no name has is found by its spelling. Everything is an array in a file of its
own, so that an index opens at once, whatever its size, and several processes share its memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from localwealth.registers import names as text
from localwealth.registers.names import Bytes, Flags, Floats, Hashes, Ints

VERSION = 3
# A word in at most so many names leads to them by itself; a commoner one only in pairs.
RARE = 300
# Words in so few names stand in no pair: they lead to those names alone.
UNPAIRED = 2
# Pairs of words in more names than this lead nowhere worth going.
PAIR_MOST = 4000
# How far apart two words of a pair may stand.
APART = 4
# So many words are common: such as people shorten.
COMMON = 1_500
# Words with so many letters may be misspelt.
SPELT = (5, 20)
# Names of so many words are called by their initials; words as small as these have none.
INITIALS = (3, 7)
PASSED_OVER = text.hash_words(["A", "AT", "BY", "IN", "ON", "TO", "WITH"])
# Postcodes packed at once.
PIECE = 200_000
_POSTCODE = "^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$"
# Days since 1970 for "always" and "never yet".
EVER, NEVER = -1_000_000, 1_000_000

Small = npt.NDArray[np.int32]


@dataclass
class Index:
    """Arrays over words (vocabulary), names and entries.

    words: ``vocabulary`` (hashes, sorted), ``count`` (names that have it), ``weight`` (how much it
    says: log of names over count), ``letters`` and ``letter_start`` (its text), ``by_text`` (its
    first eight letters as a number, sorted) and ``by_text_word``; ``by_end`` and ``by_end_word``
    (its last eight, backwards); ``letters_in`` (a bit for each letter that it has); ``spelling``
    (hashes of words with a letter left out, sorted) and ``spelling_word``.
    names: ``name_start`` and ``name_word`` (its words), ``key``, ``key_sorted``, ``key_name``,
    ``legal``, ``norm``, ``entry``, ``kind`` (0 current, 1 former, 2 trading or other), ``since``
    and ``until`` (days since 1970 between which its entry bore it, as far as former names tell);
    ``initials`` (hashes, sorted, of longer names' first letters) and ``initials_name``.
    postings: ``rare_start``, ``rare_name`` by word; ``pair``, ``pair_start``, ``pair_name``.
    """

    vocabulary: Hashes
    count: Small
    weight: Floats
    letters: Bytes
    letter_start: Ints
    by_text: Hashes
    by_text_word: Small
    by_end: Hashes
    by_end_word: Small
    letters_in: Hashes
    spelling: Hashes
    spelling_word: Small
    name_start: Ints
    name_word: Small
    key: Hashes
    key_sorted: Hashes
    key_name: Small
    legal: npt.NDArray[np.int8]
    norm: Floats
    entry: Small
    kind: npt.NDArray[np.int8]
    since: Small
    until: Small
    initials: Hashes
    initials_name: Small
    rare_start: Ints
    rare_name: Small
    pair: Ints
    pair_start: Ints
    pair_name: Small

    @property
    def names(self) -> int:
        """How many names there are."""
        return len(self.entry)

    def find(self, hashes: Hashes) -> tuple[Ints, Flags]:
        """Where words stand in the vocabulary, and whether they do."""
        at = np.minimum(search_sorted(self.vocabulary, hashes), len(self.vocabulary) - 1)
        return at, self.vocabulary[at] == hashes

    @cached_property
    def common(self) -> Ints:
        """The commonest words, which people shorten."""
        few = min(COMMON, len(self.count))
        top = np.sort(np.argpartition(-self.count, few - 1)[:few])
        return top[self.count[top] >= 3]

    def texts(self, which: Ints) -> list[str]:
        """The text of some words."""
        size = self.letter_start[which + 1] - self.letter_start[which]
        _, at = ranges(self.letter_start[which], self.letter_start[which + 1])
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
        array = pa.LargeStringArray.from_buffers(
            len(which), pa.py_buffer(start), pa.py_buffer(self.letters[at])
        )
        out: list[str] = array.to_pylist()
        return out

    def save(self, folder: Path) -> None:
        """Write each array into a file of its own, ``index.json`` last."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name))
        # Written last: a folder without it is no index.
        (folder / "index.json").write_text(json.dumps({"version": VERSION, "names": self.names}))

    @classmethod
    def load(cls, folder: Path) -> Index:
        """Open an index; its arrays stay on disk until they are read."""
        return cls(**{field.name: _mapped(folder / f"{field.name}.npy") for field in fields(cls)})

    @staticmethod
    def bring_up(folder: Path, names: pa.Table) -> None:
        """An index of version 1 knows neither when names were borne nor their initials, one of
        version 2 neither how words end, which letters they have, nor how many share a postcode;
        all else is the same.
        ``names`` are the store's, in the order in which they were indexed."""
        entry, kind = names["entry"].to_numpy(), names["kind"].to_numpy()
        since, until = borne(entry, kind, days(names["until"], NEVER))
        texts = names["name"].cast(pa.large_string()).combine_chunks()
        initials, initials_name = _initials(text.cut(text.column(texts)), len(names))
        letters, start = (_mapped(folder / f"{part}.npy") for part in ("letters", "letter_start"))
        by_end, by_end_word = _in_order(last_eight(letters, start))
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
        crowd = _crowd(_mapped(folder / "entries_postcode.npy"))
        np.save(folder / "entries_crowd.npy", crowd)
        (folder / "index.json").write_text(json.dumps({"version": VERSION, "names": len(entry)}))

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether a folder holds a whole index of this version."""
        try:
            stored: dict[str, Any] = json.loads((folder / "index.json").read_text())
        except (OSError, ValueError):
            return False
        return stored.get("version") == VERSION


def _mapped(place: Path) -> npt.NDArray[Any]:
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


def pair_key(first: Ints, second: Ints) -> Ints:
    """One number for two words, whichever stands first."""
    return (np.minimum(first, second) << 32) | np.maximum(first, second)


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
    again = ~text.runs(entry[former])
    since[former[again]] = last[former[np.flatnonzero(again) - 1]]
    # A current name since the last of the former ones.
    latest = np.full(int(entry.max(initial=-1)) + 1, EVER, np.int32)
    latest[entry[former]] = last[former]
    current = np.flatnonzero(kind == 0)
    since[current] = latest[entry[current]]
    return since, last


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
    words = text.cut(text.column(names))
    total = len(names)
    # numpy sorts without the interpreter, so that two of these go side by side.
    with ThreadPoolExecutor(text.THREADS) as pool:
        by_key = pool.submit(np.argsort, words.key, kind="stable")
        called = pool.submit(_initials, words, total)
        vocabulary, first, word, count = _vocabulary(words.hash)
        pairs = pool.submit(_pairs, words.row, word, count, total)
        rare = pool.submit(_rare, words.row, word, count, total)
        letters, letter_start = _texts(words, first, len(vocabulary))
        spelt = pool.submit(_spellings, letters, letter_start)
        since, last = borne(entry, kind, np.full(total, NEVER) if until is None else until)
        weight = np.log((total + 1) / (count + 0.5)).astype(np.float32)
        name_start = np.concatenate([[0], np.cumsum(np.bincount(words.row, minlength=total))])
        squares = np.bincount(words.row, weight[word].astype(np.float64) ** 2, minlength=total)
        by_text, by_text_word = _in_order(first_eight(letters, letter_start))
        by_end, by_end_word = _in_order(last_eight(letters, letter_start))
        key_name, (initials, initials_name) = by_key.result(), called.result()
        spelling, spelling_word = spelt.result()
        rare_start, rare_name = rare.result()
        pair, pair_start, pair_name = pairs.result()
    return Index(
        vocabulary=vocabulary,
        count=count.astype(np.int32),
        weight=weight,
        letters=letters,
        letter_start=letter_start,
        by_text=by_text,
        by_text_word=by_text_word,
        by_end=by_end,
        by_end_word=by_end_word,
        letters_in=letters_in(letters, letter_start),
        spelling=spelling,
        spelling_word=spelling_word,
        name_start=name_start,
        name_word=word,
        key=words.key,
        key_sorted=words.key[key_name],
        key_name=key_name.astype(np.int32),
        legal=words.legal,
        norm=np.sqrt(np.maximum(squares, 1.0)).astype(np.float32),
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


def _vocabulary(hashes: Hashes) -> tuple[Hashes, Ints, Small, Ints]:
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


def _initials(words: text.Words, total: int) -> tuple[Hashes, Small]:
    """Hashes of the first letters of names' words, sorted, and whose they are."""
    counted = np.flatnonzero(~np.isin(words.hash, PASSED_OVER))
    count = np.bincount(words.row[counted], minlength=total)[words.row[counted]]
    counted = counted[(count >= INITIALS[0]) & (count <= INITIALS[1])]
    row = words.row[counted]
    begins = np.flatnonzero(text.runs(row))
    size = np.diff(np.append(begins, len(row)))
    hashes = text.mix(text.polynomial(words.letters[words.start[counted]], begins, size))
    order = np.argsort(hashes, kind="stable")
    return hashes[order], row[begins][order].astype(np.int32)


def _spellings(letters: Bytes, start: Ints) -> tuple[Hashes, Small]:
    length = np.diff(start)
    spelt = np.flatnonzero((length >= SPELT[0]) & (length <= SPELT[1]))
    spelling, word = text.deletions(letters, start, spelt)
    order = np.argsort(spelling, kind="stable")
    return spelling[order], word[order].astype(np.int32)


def _texts(words: text.Words, first: Ints, size: int) -> tuple[Bytes, Ints]:
    """The text of each word of the vocabulary, from where it first stands."""
    length = np.zeros(size, np.int64)
    length[: len(first)] = words.length[first]
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
    _, at = ranges(words.start[first], words.start[first] + length[: len(first)])
    return words.letters[at], start


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


def _in_order(keys: Hashes) -> tuple[Hashes, Small]:
    order = np.argsort(keys, kind="stable")
    return keys[order], order.astype(np.int32)


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


def _sorted(key: Ints, row: Ints, bits: int) -> tuple[Ints, Small]:
    """Keys with their rows, both in order: as one number each, which sorts many times as fast as
    two. ``bits`` is how many a row has."""
    both = (key.astype(np.uint64) << np.uint64(bits)) | row.astype(np.uint64)
    both.sort()
    rows = (both & np.uint64((1 << bits) - 1)).astype(np.int32)
    return (both >> np.uint64(bits)).astype(np.int64), rows


def _rare(row: Ints, word: Small, count: Ints, total: int) -> tuple[Ints, Small]:
    is_rare = count[word] <= RARE
    _, rows = _sorted(word[is_rare], row[is_rare], total.bit_length())
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
        key, names = _sorted(
            ((low[some] - base).astype(np.int64) << word_bits) | high[some], at[some], bits
        )
        start = np.flatnonzero(text.runs(key))
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


@dataclass
class Entries:
    """What the matcher needs to know of entries: packed ``postcode`` (0 unknown), ``crowd`` (how
    many entries share it, as a power of two), ``begun`` and ``ended`` (days since 1970), and their
    org-ids as sorted hashes with whose they are."""

    postcode: Hashes
    crowd: npt.NDArray[np.int8]
    begun: Small
    ended: Small
    id_hash: Hashes
    id_entry: Small

    @classmethod
    def load(cls, folder: Path) -> Entries:
        """Open what is known of entries; the arrays stay on disk until they are read."""
        return cls(
            **{field.name: _mapped(folder / f"entries_{field.name}.npy") for field in fields(cls)}
        )

    def find(self, ids: list[str]) -> Ints:
        """The entry of each org-id; -1 where the store has none."""
        hashes = text.hash_words([org_id or "-" for org_id in ids])
        if not len(self.id_hash):
            return np.full(len(ids), -1, np.int64)
        at = np.minimum(np.searchsorted(self.id_hash, hashes), len(self.id_hash) - 1)
        return np.where(self.id_hash[at] == hashes, self.id_entry[at], -1).astype(np.int64)


def entries_from(table: pa.Table, others: pa.Table | None = None) -> Entries:
    """From columns ``id``, ``postcode``, ``begun``, ``ended`` in the order of entries; ``others``
    has further org-ids (``id``) of an ``entry``."""
    ids, whose = [table["id"]], [np.arange(len(table))]
    if others is not None:
        ids.append(others["id"])
        whose.append(others["entry"].to_numpy())
    hashes = np.concatenate(
        [text.hash_column(column.cast(pa.large_string()).combine_chunks()) for column in ids]
    )
    order = np.argsort(hashes, kind="stable")
    postcode = pack_postcodes(table["postcode"].combine_chunks())
    return Entries(
        postcode=postcode,
        crowd=_crowd(postcode),
        begun=days(table["begun"], EVER),
        ended=days(table["ended"], NEVER),
        id_hash=hashes[order],
        id_entry=np.concatenate(whose)[order].astype(np.int32),
    )


def _crowd(postcode: Hashes) -> npt.NDArray[np.int8]:
    """How many entries share each one's postcode, as a power of two; 0 where it is unknown."""
    _, _, place, count = _vocabulary(postcode)
    out: npt.NDArray[np.int8] = np.log2(np.maximum(count, 1)).astype(np.int8)[place]
    return np.where(postcode > 0, out, 0).astype(np.int8)


def save_entries(folder: Path, table: pa.Table, others: pa.Table | None = None) -> None:
    """Write what :func:`entries_from` makes of two tables, each array into a file of its own."""
    entries = entries_from(table, others)
    for field in fields(entries):
        np.save(folder / f"entries_{field.name}.npy", getattr(entries, field.name))


def days(column: pa.ChunkedArray, unknown: int) -> Small:
    """A column of dates as days since 1970."""
    known = column.cast(pa.date32()).cast(pa.int32()).fill_null(unknown)
    out: Small = known.to_numpy().astype(np.int32)
    return out


def pack_postcodes(column: pa.Array) -> Hashes:
    """Postcodes as numbers: outward part above, inward part (three letters) in the lowest 24 bits;
    0 where there is none. Area, district and unit are compared by shifting."""
    slices = [column.slice(at, PIECE) for at in range(0, max(len(column), 1), PIECE)]
    with ThreadPoolExecutor(text.THREADS) as pool:
        return np.concatenate(list(pool.map(_packed, slices)))


def _packed(column: pa.Array) -> Hashes:
    texts = column.cast(pa.large_string()).fill_null("")
    plain = pc.replace_substring(pc.utf8_upper(texts), " ", "")
    fits = pc.match_substring_regex(plain, _POSTCODE)
    if not pc.all(fits).as_py():
        # The few that hold anything else are looked at sign by sign.
        bare = pc.replace_substring_regex(plain.filter(pc.invert(fits)), "[^A-Za-z0-9]", "")
        bare = pc.if_else(pc.match_substring_regex(bare, _POSTCODE), bare, "")
        plain = pc.replace_with_mask(plain, pc.invert(fits), bare)
    letters, start = text.buffer(plain)
    length = np.diff(start)
    out = np.zeros(len(length), np.uint64)
    for place in range(7):
        long = length > place
        letter = letters[start[:-1][long] + place].astype(np.uint64)
        out[long] = (out[long] << np.uint64(8)) | letter
    return out


def near_each_other(payee: Hashes, entry: Hashes) -> tuple[Flags, Flags, Flags, Flags]:
    """Of packed postcodes: same unit, same district, same area, and whether both are known."""
    both = (payee > 0) & (entry > 0)
    shift = np.uint64(24)
    return (
        both & (payee == entry),
        both & ((payee >> shift) == (entry >> shift)),
        both & (_area(payee >> shift) == _area(entry >> shift)),
        both,
    )


def _area(outward: Hashes) -> Hashes:
    """The letters in front of a postcode's outward part."""
    out = outward.copy()
    for _ in range(3):
        out = np.where(out > 0xFFFF, out >> np.uint64(8), out)
    last = out & np.uint64(0xFF)
    return np.where((out > 0xFF) & (last <= ord("9")), out >> np.uint64(8), out)


def save_names(folder: Path, names: pa.Array) -> None:
    """Names as text, in the order of the index."""
    table = pa.table({"name": names})
    with (
        pa.OSFile(str(folder / "names.arrow"), "wb") as file,
        pa.ipc.new_file(file, table.schema) as out,
    ):
        out.write_table(table)


def load_names(folder: Path) -> pa.Array:
    """Names as text; they stay on disk until they are read."""
    with pa.memory_map(str(folder / "names.arrow")) as file:
        return pa.ipc.open_file(file).read_all()["name"].combine_chunks()
