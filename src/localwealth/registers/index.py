"""The index of a register's names: built once, read from disk as it is needed.

A name is found by its *key* (all its letters), by its rare words, and by pairs of its commoner
words; a word that no name has is found by its spelling. Everything is an array in a file of its
own, so that an index opens at once, whatever its size, and several processes share its memory.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth.registers.arrays import Small, mapped, ranges, search_sorted
from localwealth.registers.hashing import Bytes, Flags, Floats, Hashes, Ints

VERSION = 3
# A word in at most so many names leads to them by itself; a commoner one only in pairs.
RARE = 300
# Words in so few names stand in no pair: they lead to those names alone.
UNPAIRED = 2
# So many words are common: such as people shorten.
COMMON = 1_500
# Words with so many letters may be misspelt.
SPELT = (5, 20)
# Names of so many words are called by their initials; words as small as these have none.
INITIALS = (3, 7)


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
        return cls(**{field.name: mapped(folder / f"{field.name}.npy") for field in fields(cls)})

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether a folder holds a whole index of this version."""
        try:
            stored: dict[str, Any] = json.loads((folder / "index.json").read_text())
        except (OSError, ValueError):
            return False
        return stored.get("version") == VERSION


def pair_key(first: Ints, second: Ints) -> Ints:
    """One number for two words, whichever stands first."""
    return (np.minimum(first, second) << 32) | np.maximum(first, second)


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
        names = pa.ipc.open_file(file).read_all()["name"]
        # One piece stays where it is; to combine even one copies it.
        return names.chunk(0) if names.num_chunks == 1 else names.combine_chunks()
