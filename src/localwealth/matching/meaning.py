"""What a payee's word may stand for: words of the register, each with how surely.

Itself; what an abbreviation is read as; a word one letter or two letters other; two words written
as one, or with a letter where the space should be; one word written as two, or with the space in
the wrong place; the rest of a word that a field has cut. Nothing is decided here: each only leads
to names, and what speaks for them is measured after (:mod:`localwealth.matching.features`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA, LCSseq

from localwealth.registers import names as text
from localwealth.registers.index import (
    RARE,
    SPELT,
    Index,
    first_eight,
    last_eight,
    letters_in,
    ranges,
    search_sorted,
)
from localwealth.registers.names import Bytes, Flags, Floats, Hashes, Ints, Words

# How much a word is worth that only may be meant.
MISSPELT, TWICE, SPLIT, LETTER_BETWEEN, JOINED, MOVED, READING, SHORTENED, CUT, PART = (
    0.85,
    0.7,
    0.8,
    0.7,
    0.9,
    0.8,
    0.8,
    0.75,
    0.8,
    0.6,
)
# A word of the register in so few names may be another one misspelt.
DOUBTFUL = 2
# From so many letters on a word may be misspelt twice; so many of its first or last ones are right.
TWICE_FROM, RIGHT = 7, 4
# Halves of words written as one have so many letters, a part that is all that is known so many.
HALF, LONG_PART = 3, 5
# How many names have both of two halves, if they stood together by chance, at least.
LIKELY = 50
# A word that is one already is cut from another only if that is so many times as rare at most.
LIKE_ITSELF = 10
MOST_SPELT = 30
MOST_TWICE = (4_000, 6)
# What is left of a word that is shortened; how many words are tried for it.
SHORT = (3, 10)
MOST_SHORT = 3

_INVERSE: Hashes = np.cumprod(
    np.concatenate(
        [
            np.ones(1, np.uint64),
            np.full(text.LONGEST - 1, pow(int(text.POWERS[1]), -1, 1 << 64), np.uint64),
        ]
    ),
    dtype=np.uint64,
)
# Words that say nothing, and so hide nothing where they are written as one with another.
_EMPTY = np.sort(text.hash_words([*text.EMPTY, "LTD", "LIMITED", "PLC", "LLP", "CIC"]))
# As common as these are, at least.
_VERY_COMMON = 100_000.0

# Words of forms, words of the register that they may stand for, how surely; and of two halves of
# one word which (1, 2), else 0.
Standing = tuple[Ints, Ints, Floats, Ints]


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


def _standing(of: Ints, word: Ints, quality: float, half: int = 0) -> Standing:
    return (
        of,
        word.astype(np.int64),
        np.full(len(of), quality, np.float32),
        np.full(len(of), half, np.int64),
    )


def meant(index: Index, words: Words, todo: Flags, is_cut: Flags) -> Meant:
    """All that words may stand for.

    Parameters
    ----------
    todo, is_cut
        Of each form: whether its words are asked at all, and whether its end may have been cut.
    """
    at, known = index.find(words.hash)
    is_asked = todo[words.row]
    itself = np.flatnonzero(known)
    parts = [_standing(itself, at[itself], 1.0)]
    strange = is_asked & ~known
    doubtful = is_asked & known & (index.count[at] <= DOUBTFUL)
    parts += _spelt_otherwise(index, words, strange, doubtful)
    parts += _joined(index, words, is_asked)
    parts += _moved(index, words, is_asked, strange)
    parts += _readings(index, words, is_asked)
    parts += _completed(index, words, is_asked & is_cut[words.row])
    of, word, quality, half = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Meant(words.row[of], word, quality, of, half)


def _spelt_otherwise(index: Index, words: Words, strange: Flags, doubtful: Flags) -> list[Standing]:
    """Words of the register an edit or two away, and two words written as one. Each text once."""
    which = np.flatnonzero(strange | doubtful)
    if not len(which):
        return []
    texts, place = np.unique(np.array(words.texts(which)), return_inverse=True)
    order = np.argsort(place, kind="stable")
    sorted_place = place[order]

    def attach(at: Ints, word: Ints, quality: float, half: int = 0) -> Standing:
        low, high = (
            np.searchsorted(sorted_place, at, "left"),
            np.searchsorted(sorted_place, at, "right"),
        )
        source, slot = ranges(low, high)
        return _standing(which[order[slot]], word[source], quality, half)

    unknown = np.zeros(len(texts), bool)
    unknown[place[strange[which]]] = True
    letters, start = text.buffer(text.column(pa.array(texts.tolist(), pa.large_string())))
    length = np.diff(start)
    spelt = np.flatnonzero((length >= SPELT[0] - unknown) & (length <= SPELT[1]))
    whose, word = _once(index, texts, letters, start, spelt)
    out = [attach(whose, word, MISSPELT)]
    lost = unknown.copy()
    lost[whose] = False
    twice = np.flatnonzero(lost & (length >= TWICE_FROM) & (length <= SPELT[1]))
    out.append(attach(*_twice(index, texts, letters, start, twice), TWICE))
    out.append(attach(*_shortened(index, texts, letters, start, unknown), SHORTENED))
    for between, quality in ((0, SPLIT), (1, LETTER_BETWEEN)):
        whose, left, right, alone = _split(
            index, letters, start, np.flatnonzero(unknown if between == 0 else lost), between
        )
        for half, at in ((1, left), (2, right)):
            known = at >= 0
            out.append(attach(whose[known], at[known], quality, half))
        if between == 0:
            lost[whose] = False
            out.append(attach(*alone, PART))
    return out


def _once(
    index: Index, texts: npt.NDArray[np.str_], letters: Bytes, start: Ints, spelt: Ints
) -> tuple[Ints, Ints]:
    """Words of the register one edit away: (whose text, word)."""
    hashes, whose = text.deletions(letters, start, spelt)
    low = search_sorted(index.spelling, hashes, "left")
    high = search_sorted(index.spelling, hashes, "right")
    source, place = ranges(low, high, MOST_SPELT)
    size = len(index.vocabulary)
    both = np.unique(whose[source] * size + index.spelling_word[place])
    which_text, word = both // size, both % size
    apart = _apart(index, texts, which_text, word, 1)
    near = (apart > 0) & (apart <= 1)
    return which_text[near], word[near]


def _twice(
    index: Index, texts: npt.NDArray[np.str_], letters: Bytes, start: Ints, which: Ints
) -> tuple[Ints, Ints]:
    """Words of the register two edits away that begin or end alike: (whose text, word)."""
    length = np.diff(start)[which]
    _, at = ranges(start[which], start[which] + length)
    starts = np.concatenate([[0], np.cumsum(length)])
    has = letters_in(letters[at], starts)
    text_lists, word_lists = [], []
    for keys, sorted_keys, sorted_words in (
        (first_eight(letters[at], starts), index.by_text, index.by_text_word),
        (last_eight(letters[at], starts), index.by_end, index.by_end_word),
    ):
        low_bits = np.uint64((1 << (8 * (8 - RIGHT))) - 1)
        low = search_sorted(sorted_keys, keys & ~low_bits, "left")
        high = search_sorted(sorted_keys, keys | low_bits, "right")
        source, place = ranges(low, high, MOST_TWICE[0])
        word = sorted_words[place].astype(np.int64)
        # An edit changes two of the letters that a word has at most.
        size = index.letter_start[word + 1] - index.letter_start[word]
        likely = np.abs(size - length[source]) <= 2
        source, word = source[likely], word[likely]
        likely = _bits(index.letters_in[word] ^ has[source]) <= 4
        text_lists.append(which[source[likely]])
        word_lists.append(word[likely])
    all_words = len(index.vocabulary)
    both = np.unique(np.concatenate(text_lists) * all_words + np.concatenate(word_lists))
    which_text, word = both // all_words, both % all_words
    near = _apart(index, texts, which_text, word, 2) <= 2
    which_text, word = which_text[near], word[near]
    # The rarest first: each leads to few names.
    order = np.lexsort((index.count[word], which_text))
    which_text, word = which_text[order], word[order]
    few = text.rank(which_text) < MOST_TWICE[1]
    return which_text[few], word[few]


def _shortened(
    index: Index, texts: npt.NDArray[np.str_], letters: Bytes, start: Ints, unknown: Flags
) -> tuple[Ints, Ints]:
    """Common words of the register of which a text is what is left when letters are left out, the
    first one and either the last one or all behind excepted: (whose text, word)."""
    length = np.diff(start)
    which = np.flatnonzero(unknown & (length >= SHORT[0]) & (length <= SHORT[1]))
    begins = letters[start[which]]
    has = letters_in(letters, start)[which]
    common = index.common
    first = index.letters[index.letter_start[common]]
    size = index.letter_start[common + 1] - index.letter_start[common]
    lacks = ~index.letters_in[common]
    none: Ints = np.zeros(0, np.int64)
    text_lists, word_lists = [none], [none]
    for letter in np.unique(begins):
        own_at, its_at = np.flatnonzero(begins == letter), np.flatnonzero(first == letter)
        may = (has[own_at][:, None] & lacks[its_at]) == 0
        may &= size[its_at] > length[which[own_at]][:, None]
        at, of = np.nonzero(may)
        text_lists.append(which[own_at[at]])
        word_lists.append(common[its_at[of]])
    which_text, word = np.concatenate(text_lists), np.concatenate(word_lists)
    short, long = texts[which_text].tolist(), index.texts(word)
    left = (
        process.cpdist(short, long, scorer=LCSseq.similarity, dtype=np.int32, workers=text.THREADS)
        == length[which_text]
    )
    ends = np.array(
        [
            of[-1] == long_text[-1] or long_text.startswith(of)
            for of, long_text in zip(short, long, strict=True)
        ],
        bool,
    )
    which_text, word = which_text[left & ends], word[left & ends]
    order = np.lexsort((-index.count[word], which_text))
    which_text, word = which_text[order], word[order]
    few = text.rank(which_text) < MOST_SHORT
    return which_text[few], word[few]


def _apart(
    index: Index, texts: npt.NDArray[np.str_], which_text: Ints, word: Ints, most: int
) -> npt.NDArray[np.int32]:
    """How many edits lie between texts and words; more than ``most`` is not counted."""
    distances = process.cpdist(
        texts[which_text].tolist(),
        index.texts(word),
        scorer=OSA.distance,
        score_cutoff=most,
        dtype=np.int32,
        workers=text.THREADS,
    )
    return np.asarray(distances, np.int32)


def _bits(values: npt.NDArray[np.uint64]) -> Ints:
    """How many bits are set."""
    out: Ints = np.unpackbits(values.view(np.uint8).reshape(-1, 8), axis=1).sum(1, dtype=np.int64)
    return out


def _split(
    index: Index, letters: Bytes, start: Ints, which: Ints, between: int
) -> tuple[Ints, Ints, Ints, tuple[Ints, Ints]]:
    """The likeliest two words that a text may be, with so many letters between: (whose text, left,
    right), -1 for a half that says nothing; and for other texts the longest known part at either
    end that leads to names by itself: (whose text, word)."""
    length = np.diff(start)[which]
    long = length >= 2 * HALF
    which, length = which[long], length[long]
    # Where the left half ends, of every text.
    source, cut = ranges(np.full(len(which), 2), length - 1 - between)
    begins, ends = start[which][source], start[which + 1][source]
    place = np.arange(len(letters)) - np.repeat(start[:-1], np.diff(start))
    place = np.minimum(place, text.LONGEST - 1)
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(text.POWERS[place] * (letters.astype(np.uint64) + text.OFFSET), out=sums[1:])
    after = cut + between
    back = _INVERSE[np.minimum(after, text.LONGEST - 1)]
    halves = (
        text.mix(sums[begins + cut] - sums[begins]),
        text.mix((sums[ends] - sums[begins + after]) * back),
    )
    sizes = (cut, ends - begins - after)
    word, common = [], []
    for hashes, size in zip(halves, sizes, strict=True):
        at, known = index.find(text.alias(hashes))
        empty = np.isin(hashes, _EMPTY)
        known &= (size >= HALF) & ~empty
        word.append(np.where(known, at, -1))
        common.append(np.where(known, index.count[at], np.where(empty, _VERY_COMMON, 0.0)))
    likely = common[0] * common[1]
    best = np.lexsort((-likely, source))
    first = best[text.runs(source[best])]
    first = first[(likely[first] >= LIKELY) & ((word[0] >= 0) | (word[1] >= 0))[first]]
    is_split = np.zeros(len(which), bool)
    is_split[source[first]] = True
    parts = []
    for half_word, size in zip(word, sizes, strict=True):
        alone = np.flatnonzero((half_word >= 0) & (size >= LONG_PART) & ~is_split[source])
        alone = alone[index.count[half_word[alone]] <= RARE]
        alone = alone[np.lexsort((-size[alone], source[alone]))]
        parts.append(alone[text.runs(source[alone])])
    return (
        which[source[first]],
        word[0][first],
        word[1][first],
        (
            which[np.concatenate([source[part] for part in parts])],
            np.concatenate([half_word[part] for half_word, part in zip(word, parts, strict=True)]),
        ),
    )


def _neighbours(words: Words, which: Flags) -> tuple[Ints, Ints, Ints]:
    """Words that stand before another one of their name, with the lengths of both; ``which`` of
    either is set."""
    row = words.row
    left = np.flatnonzero((row[1:] == row[:-1]) & (which[1:] | which[:-1]))
    length = words.length
    return left, length[left], length[left + 1]


def _joined(index: Index, words: Words, is_asked: Flags) -> list[Standing]:
    """One word written as two."""
    left, left_size, right_size = _neighbours(words, is_asked)
    some = (left_size + right_size >= 5) & (right_size > 0)
    left, size = left[some], (left_size + right_size)[some]
    word, known = _found(index, words, words.start[left], size)
    left, word = left[known], word[known]
    return [_standing(left, word, JOINED), _standing(left + 1, word, JOINED)]


def _moved(index: Index, words: Words, is_asked: Flags, strange: Flags) -> list[Standing]:
    """Two words whose space stands one letter too early or too late."""
    left, left_size, right_size = _neighbours(words, is_asked & strange)
    out = []
    for by in (-1, 1):
        some = (left_size + by > 0) & (right_size - by > 1)
        at, first, second = left[some], (left_size + by)[some], (right_size - by)[some]
        begins = words.start[at]
        left_word, left_known = _found(index, words, begins, first)
        right_word, right_known = _found(index, words, begins + first, second)
        both = left_known & right_known
        out += [
            _standing(at[both], left_word[both], MOVED),
            _standing(at[both] + 1, right_word[both], MOVED),
        ]
    return out


def _found(index: Index, words: Words, begins: Ints, size: Ints) -> tuple[Ints, Flags]:
    """The words of the register that some letters are."""
    _, at = ranges(begins, begins + size)
    hashes = text.mix(text.polynomial(words.letters[at], np.cumsum(size) - size, size))
    return index.find(text.alias(hashes))


def _readings(index: Index, words: Words, is_asked: Flags) -> list[Standing]:
    out: list[Standing] = []
    for short, long in text.READINGS.items():
        at = np.flatnonzero(is_asked & (words.hash == text.alias(text.hash_words([short]))[0]))
        word, known = index.find(text.alias(text.hash_words(long)))
        for reading in word[known] if len(at) else []:
            out.append(_standing(at, np.full(len(at), reading), READING))
    return out


def _completed(index: Index, words: Words, is_asked: Flags) -> list[Standing]:
    """Words of the register that begin as a name's last word does."""
    last = np.ones(len(words.row), bool)
    last[:-1] = words.row[1:] != words.row[:-1]
    at = np.flatnonzero(last & is_asked & (words.length >= 2) & (words.legal[words.row] == 0))
    if not len(at):
        return []
    length = np.minimum(words.length[at], 8)
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
    _, place = ranges(words.start[at], words.start[at] + length)
    low_key = first_eight(words.letters[place], start)
    behind = np.uint64(8) * (8 - length).astype(np.uint64)
    high_key = low_key | ((np.uint64(1) << behind) - np.uint64(1))
    high_key[length == 8] = low_key[length == 8]
    low = np.searchsorted(index.by_text, low_key, "left")
    high = np.searchsorted(index.by_text, high_key, "right")
    source, where = ranges(low, high, 20_000)
    word = index.by_text_word[where]
    # The commonest thirty of each.
    order = np.lexsort((-index.count[word], source))
    keep = order[text.rank(source[order]) < 30]
    source, word = source[keep], word[keep]
    # What is a common word as it stands is hardly the beginning of a rare one.
    itself, known = index.find(words.hash[at])
    usual = index.count[word] >= np.where(known, index.count[itself], 0)[source] / LIKE_ITSELF
    source, word = source[usual], word[usual]
    texts = words.texts(at)
    longer = np.array(
        [
            longer_text.startswith(texts[of])
            for of, longer_text in zip(source.tolist(), index.texts(word), strict=True)
        ],
        bool,
    )
    return [_standing(at[source[longer]], word[longer], CUT)]
