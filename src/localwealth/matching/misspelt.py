"""Words of the register that a strange word may be: misspelt, shortened, or two written as one.

All of it works on texts, each once, however many payees have it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA, LCSseq

from localwealth.registers import hashing, listed
from localwealth.registers import names as text
from localwealth.registers.arrays import ranges, search_sorted
from localwealth.registers.hashing import THREADS, Bytes, Flags, Floats, Hashes, Ints
from localwealth.registers.index import RARE, SPELT, Index
from localwealth.registers.letters import first_eight, last_eight, letters_in
from localwealth.registers.names import Words

# How much a word is worth that only may be meant.
MISSPELT, TWICE, SPLIT, LETTER_BETWEEN, SHORTENED, PART = 0.85, 0.7, 0.8, 0.7, 0.75, 0.6
# From so many letters on a word may be misspelt twice; so many of its first or last ones are right.
TWICE_FROM, RIGHT = 7, 4
# Halves of words written as one have so many letters, a part that is all that is known so many.
HALF, LONG_PART = 3, 5
# How many names have both of two halves, if they stood together by chance, at least.
LIKELY = 50
MOST_SPELT = 30
MOST_TWICE = (4_000, 6)
# What is left of a word that is shortened; how many words are tried for it.
SHORT = (3, 10)
MOST_SHORT = 3

_INVERSE: Hashes = np.cumprod(
    np.concatenate(
        [
            np.ones(1, np.uint64),
            np.full(hashing.LONGEST - 1, pow(int(hashing.POWERS[1]), -1, 1 << 64), np.uint64),
        ]
    ),
    dtype=np.uint64,
)
# Words that say nothing, and so hide nothing where they are written as one with another.
_EMPTY = np.sort(hashing.hash_words([*listed.EMPTY, "LTD", "LIMITED", "PLC", "LLP", "CIC"]))
# As common as these are, at least.
_VERY_COMMON = 100_000.0
# Words of forms, words of the register that they may stand for, how surely; and of two halves of
# one word which (1, 2), else 0.
Standing = tuple[Ints, Ints, Floats, Ints]


def standing(of: Ints, word: Ints, quality: float, half: int = 0) -> Standing:
    """Words of forms and what they may stand for, all as surely and as the same half."""
    return (
        of,
        word.astype(np.int64),
        np.full(len(of), quality, np.float32),
        np.full(len(of), half, np.int64),
    )


def spelt_otherwise(
    index: Index, forms_words: Words, strange: Flags, doubtful: Flags
) -> list[Standing]:
    """Words of the register an edit or two away, and two words written as one. Each text once."""
    which = np.flatnonzero(strange | doubtful)
    if not len(which):
        return []
    texts, place = np.unique(np.array(forms_words.texts(which)), return_inverse=True)
    order = np.argsort(place, kind="stable")
    sorted_place = place[order]

    def attach(at: Ints, word: Ints, quality: float, half: int = 0) -> Standing:
        low, high = (
            np.searchsorted(sorted_place, at, "left"),
            np.searchsorted(sorted_place, at, "right"),
        )
        source, slot = ranges(low, high)
        return standing(which[order[slot]], word[source], quality, half)

    unknown = np.zeros(len(texts), bool)
    unknown[place[strange[which]]] = True
    letters, start = hashing.buffer(text.column(pa.array(texts.tolist(), pa.large_string())))
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
    hashes, whose = hashing.deletions(letters, start, spelt)
    low = search_sorted(index.spelling, hashes, "left")
    high = search_sorted(index.spelling, hashes, "right")
    source, place = ranges(low, high, MOST_SPELT)
    size = len(index.vocabulary)
    both = hashing.different(whose[source] * size + index.spelling_word[place])
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
    both = hashing.different(np.concatenate(text_lists) * all_words + np.concatenate(word_lists))
    which_text, word = both // all_words, both % all_words
    near = _apart(index, texts, which_text, word, 2) <= 2
    which_text, word = which_text[near], word[near]
    # The rarest first: each leads to few names.
    order = np.lexsort((index.count[word], which_text))
    which_text, word = which_text[order], word[order]
    few = hashing.rank(which_text) < MOST_TWICE[1]
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
        process.cpdist(short, long, scorer=LCSseq.similarity, dtype=np.int32, workers=THREADS)
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
    few = hashing.rank(which_text) < MOST_SHORT
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
        workers=THREADS,
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
    place = np.minimum(place, hashing.LONGEST - 1)
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(hashing.POWERS[place] * (letters.astype(np.uint64) + hashing.OFFSET), out=sums[1:])
    after = cut + between
    back = _INVERSE[np.minimum(after, hashing.LONGEST - 1)]
    halves = (
        hashing.mix(sums[begins + cut] - sums[begins]),
        hashing.mix((sums[ends] - sums[begins + after]) * back),
    )
    sizes = (cut, ends - begins - after)
    word, common = [], []
    for hashes, size in zip(halves, sizes, strict=True):
        at, known = index.find(listed.alias(hashes))
        empty = np.isin(hashes, _EMPTY)
        known &= (size >= HALF) & ~empty
        word.append(np.where(known, at, -1))
        common.append(np.where(known, index.count[at], np.where(empty, _VERY_COMMON, 0.0)))
    likely = common[0] * common[1]
    best = np.lexsort((-likely, source))
    first = best[hashing.runs(source[best])]
    first = first[(likely[first] >= LIKELY) & ((word[0] >= 0) | (word[1] >= 0))[first]]
    is_split = np.zeros(len(which), bool)
    is_split[source[first]] = True
    parts = []
    for half_word, size in zip(word, sizes, strict=True):
        alone = np.flatnonzero((half_word >= 0) & (size >= LONG_PART) & ~is_split[source])
        alone = alone[index.count[half_word[alone]] <= RARE]
        alone = alone[np.lexsort((-size[alone], source[alone]))]
        parts.append(alone[hashing.runs(source[alone])])
    return (
        which[source[first]],
        word[0][first],
        word[1][first],
        (
            which[np.concatenate([source[part] for part in parts])],
            np.concatenate([half_word[part] for half_word, part in zip(word, parts, strict=True)]),
        ),
    )
