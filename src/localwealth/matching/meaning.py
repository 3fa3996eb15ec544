"""What a payee's word may stand for: words of the register, each with how surely.

Itself; what an abbreviation is read as; a word one letter or two letters other; two words written
as one, or with a letter where the space should be; one word written as two, or with the space in
the wrong place; the rest of a word that a field has cut. Nothing is decided here: each only leads
to names, and what speaks for them is measured after (:mod:`localwealth.matching.features`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from localwealth.matching.misspelt import Standing, spelt_otherwise, standing
from localwealth.registers import hashing, listed
from localwealth.registers.arrays import ranges
from localwealth.registers.hashing import Flags, Floats, Ints
from localwealth.registers.index import Index
from localwealth.registers.letters import first_eight
from localwealth.registers.names import Words

# How much a word is worth that only may be meant.
JOINED, MOVED, READING, CUT = 0.9, 0.8, 0.8, 0.8
# A word of the register in so few names may be another one misspelt.
DOUBTFUL = 2
# Abbreviations, and what each is read as.
_SHORT = listed.alias(hashing.hash_words(list(listed.READINGS)))
_SHORTS = np.sort(_SHORT)
_LONG = [listed.alias(hashing.hash_words(long)) for long in listed.READINGS.values()]
# A word that is one already is cut from another only if that is so many times as rare at most.
LIKE_ITSELF = 10


@dataclass
class Meant:
    """Words of the register that a payee's word may stand for: in which form (``row``), which word
    of the register (``word``), how surely (``quality``, 1 is itself), for which word of the form
    (``of``, counted over all forms), and of a word that is two which ``half`` (1, 2; else 0)."""

    row: Ints
    word: Ints
    quality: Floats
    of: Ints
    half: Ints


def meant(index: Index, forms_words: Words, todo: Flags, is_cut: Flags) -> Meant:
    """All that words may stand for.

    Parameters
    ----------
    todo, is_cut
        Of each form: whether its words are asked at all, and whether its end may have been cut.
    """
    at, known = index.find(forms_words.hash)
    is_asked = todo[forms_words.row]
    itself = np.flatnonzero(known)
    parts = [standing(itself, at[itself], 1.0)]
    strange = is_asked & ~known
    doubtful = is_asked & known & (index.count[at] <= DOUBTFUL)
    parts += spelt_otherwise(index, forms_words, strange, doubtful)
    parts += _joined(index, forms_words, is_asked)
    parts += _moved(index, forms_words, is_asked, strange)
    parts += _readings(index, forms_words, is_asked)
    parts += _completed(index, forms_words, is_asked & is_cut[forms_words.row])
    of, word, quality, half = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Meant(forms_words.row[of], word, quality, of, half)


def _neighbours(forms_words: Words, which: Flags) -> tuple[Ints, Ints, Ints]:
    """Words that stand before another one of their name, with the lengths of both; ``which`` of
    either is set."""
    row = forms_words.row
    left = np.flatnonzero((row[1:] == row[:-1]) & (which[1:] | which[:-1]))
    length = forms_words.length
    return left, length[left], length[left + 1]


def _joined(index: Index, forms_words: Words, is_asked: Flags) -> list[Standing]:
    """One word written as two."""
    left, left_size, right_size = _neighbours(forms_words, is_asked)
    some = (left_size + right_size >= 5) & (right_size > 0)
    left, size = left[some], (left_size + right_size)[some]
    word, known = _found(index, forms_words, forms_words.start[left], size)
    left, word = left[known], word[known]
    return [standing(left, word, JOINED), standing(left + 1, word, JOINED)]


def _moved(index: Index, forms_words: Words, is_asked: Flags, strange: Flags) -> list[Standing]:
    """Two words whose space stands one letter too early or too late."""
    left, left_size, right_size = _neighbours(forms_words, is_asked & strange)
    out = []
    for by in (-1, 1):
        some = (left_size + by > 0) & (right_size - by > 1)
        at, first, second = left[some], (left_size + by)[some], (right_size - by)[some]
        begins = forms_words.start[at]
        left_word, left_known = _found(index, forms_words, begins, first)
        right_word, right_known = _found(index, forms_words, begins + first, second)
        both = left_known & right_known
        out += [
            standing(at[both], left_word[both], MOVED),
            standing(at[both] + 1, right_word[both], MOVED),
        ]
    return out


def _found(index: Index, forms_words: Words, begins: Ints, size: Ints) -> tuple[Ints, Flags]:
    """The words of the register that some letters are."""
    _, at = ranges(begins, begins + size)
    hashes = hashing.mix(hashing.polynomial(forms_words.letters[at], np.cumsum(size) - size, size))
    return index.find(listed.alias(hashes))


def _readings(index: Index, forms_words: Words, is_asked: Flags) -> list[Standing]:
    out: list[Standing] = []
    asked = np.flatnonzero(is_asked)
    hashes = forms_words.hash[asked]
    some = _SHORTS[np.minimum(np.searchsorted(_SHORTS, hashes), len(_SHORTS) - 1)] == hashes
    for place in np.flatnonzero(np.isin(_SHORT, hashes[some])).tolist():
        at = asked[hashes == _SHORT[place]]
        word, known = index.find(_LONG[place])
        for reading in word[known]:
            out.append(standing(at, np.full(len(at), reading), READING))
    return out


def _completed(index: Index, forms_words: Words, is_asked: Flags) -> list[Standing]:
    """Words of the register that begin as a name's last word does."""
    last = np.ones(len(forms_words.row), bool)
    last[:-1] = forms_words.row[1:] != forms_words.row[:-1]
    at = np.flatnonzero(
        last & is_asked & (forms_words.length >= 2) & (forms_words.legal[forms_words.row] == 0)
    )
    if not len(at):
        return []
    length = np.minimum(forms_words.length[at], 8)
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
    _, place = ranges(forms_words.start[at], forms_words.start[at] + length)
    low_key = first_eight(forms_words.letters[place], start)
    behind = np.uint64(8) * (8 - length).astype(np.uint64)
    high_key = low_key | ((np.uint64(1) << behind) - np.uint64(1))
    high_key[length == 8] = low_key[length == 8]
    low = np.searchsorted(index.by_text, low_key, "left")
    high = np.searchsorted(index.by_text, high_key, "right")
    source, where = ranges(low, high, 20_000)
    word = index.by_text_word[where]
    # The commonest thirty of each.
    order = np.lexsort((-index.count[word], source))
    keep = order[hashing.rank(source[order]) < 30]
    source, word = source[keep], word[keep]
    # What is a common word as it stands is hardly the beginning of a rare one.
    itself, known = index.find(forms_words.hash[at])
    usual = index.count[word] >= np.where(known, index.count[itself], 0)[source] / LIKE_ITSELF
    source, word = source[usual], word[usual]
    texts = forms_words.texts(at)
    longer = np.array(
        [
            longer_text.startswith(texts[of])
            for of, longer_text in zip(source.tolist(), index.texts(word), strict=True)
        ],
        bool,
    )
    return [standing(at[source[longer]], word[longer], CUT)]
