"""Words that names have in common, as they stand in lists beside this module: legal forms, words
that say nothing, surnames, abbreviations; and which of many words they are, by their hashes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from localwealth import lists
from localwealth.registers.hashing import Flags, Hashes, Ints, hash_words

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


_BITS = np.uint64((1 << 16) - 1)


class Listed:
    """Some words, by their hashes, among which others can be found."""

    def __init__(self, words: Iterable[str]) -> None:
        keys = hash_words(list(words))
        # Where each of the words stood before they were put in order.
        self.order = np.argsort(keys)
        self.keys = keys[self.order]
        self.marks = np.zeros(1 << 16, bool)
        self.marks[self.keys & _BITS] = True

    def find(self, hashes: Hashes) -> tuple[Ints, Ints]:
        """Which of many hashes are of these words, and of which of :attr:`keys`. Their last bits
        pass over most."""
        some = np.flatnonzero(self.marks[hashes & _BITS])
        at = np.minimum(np.searchsorted(self.keys, hashes[some]), len(self.keys) - 1)
        hit = self.keys[at] == hashes[some]
        return some[hit], at[hit]

    def have(self, hashes: Hashes) -> Flags:
        """Which of many hashes are of these words."""
        have = np.zeros(len(hashes), bool)
        have[self.find(hashes)[0]] = True
        return have


# Legal forms in several words, and the class of each.
LONG_FORMS = (
    (hash_words(["COMMUNITY", "INTEREST", "COMPANY"]), 4),
    (hash_words(["PUBLIC", "LIMITED", "COMPANY"]), 3),
    (hash_words(["LIMITED", "LIABILITY", "PARTNERSHIP"]), 2),
)
_aliases, _legal = Listed(ALIASES), Listed(LEGAL)
_ALIAS_TO = hash_words(list(ALIASES.values()))[_aliases.order]
_LEGAL_CLASS = np.array(list(LEGAL.values()), np.int8)[_legal.order]
_empty, _fillers, _idle, _surnames = map(Listed, (EMPTY, FILLERS, IDLE, SURNAMES))


def fillers(hashes: Hashes) -> Flags:
    """Which words are :data:`FILLERS`."""
    return _fillers.have(hashes)


def surnames(hashes: Hashes) -> Flags:
    """Which words are :data:`SURNAMES`."""
    return _surnames.have(hashes)


def idle_words(hashes: Hashes) -> Flags:
    """Which words are :data:`IDLE`."""
    return _idle.have(hashes)


def empty(hashes: Hashes) -> Flags:
    """Which words are :data:`EMPTY`."""
    return _empty.have(hashes)


def legal_forms(hashes: Hashes) -> npt.NDArray[np.int8]:
    """The class of the legal form (:data:`LEGAL`) that each word is; 0 where it is none."""
    classes = np.zeros(len(hashes), np.int8)
    which, at = _legal.find(hashes)
    classes[which] = _LEGAL_CLASS[at]
    return classes


def alias(hashes: Hashes) -> Hashes:
    """Hashes of words with abbreviations written out."""
    which, at = _aliases.find(hashes)
    out = hashes.copy()
    out[which] = _ALIAS_TO[at]
    return out
