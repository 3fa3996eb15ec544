"""How far the words of a payee's name and of a register's agree, by what they weigh."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from localwealth.matching.search import Search
from localwealth.registers import listed
from localwealth.registers import names as text
from localwealth.registers.arrays import ranges
from localwealth.registers.hashing import Flags, Floats, Ints
from localwealth.registers.index import Index

# Words weigh as they would among so many names at least: a word that stands once in a register of a
# thousand says no less than one that stands once among half a million.
LIKE_NAMES = 580_000
# At which of a name's first words a surname says that somebody trades under their own name.
FIRST_WORDS = 3


@dataclass
class Agreement:
    """The words of both sides of each pair, one row a pair.

    A word weighs what the logarithm of its rarity says (``weight`` of
    :class:`~localwealth.registers.index.Index`). Of either side: the weight of all its words
    (``total``), of those that the other side has too (``agreed``), of the heaviest that it has not
    (``heaviest``), of all that it has not and that are more than fillers (``matter``), and how many
    words it has (``count``).
    """

    payee_total: Floats
    payee_agreed: Floats
    payee_heaviest: Floats
    payee_matter: Floats
    payee_count: Ints
    register_total: Floats
    register_agreed: Floats
    register_heaviest: Floats
    register_matter: Floats
    register_count: Ints
    # Of the payee's words: how many the register's name has, and how many no name has at all.
    agreed_count: Ints
    unknown: Ints
    # What share of the words that agree do so only as something else that they may stand for, and
    # how surely all that agree are meant, from 0 to 1 (itself).
    otherwise: Floats
    surely: Floats
    first_agrees: Flags
    # At which of its first words the payee's name has a surname, from 1; 0 at none.
    surname: Ints

    def take(self, pairs: Ints) -> Agreement:
        """The same of some pairs."""
        return Agreement(*(getattr(self, column.name)[pairs] for column in fields(self)))


@dataclass
class _RegisterWords:
    """Every word of the register's name of each pair: of which ``pair``, which ``word`` of the
    vocabulary, whether a word of the payee's may stand for it (``agrees``), which of the search's
    readings that is (``reading``), and how surely it is meant (``quality``, 0 where none is)."""

    pair: Ints
    word: Ints
    agrees: Flags
    reading: Ints
    quality: Floats


@dataclass
class _PayeeWords:
    """Every word of the payee's name of each pair: of which ``pair``, which of the search's words
    it is (``place``), whether the register's name has what it stands for (``agrees``) and how
    surely that is meant (``quality``); and of each pair where its words begin (``start``) and how
    many there are (``count``)."""

    pair: Ints
    place: Ints
    agrees: Flags
    quality: Floats
    start: Ints
    count: Ints


def agreement_of(search: Search, form: Ints, name: Ints) -> Agreement:
    """Compare the words of forms of payees' names with those of names of the register.

    Parameters
    ----------
    search
        What was looked up, in which index.
    form, name
        One row a pair: which of the search's forms, and which of the index's names.
    """
    index, payee_words = search.index, search.words
    scale = _scale(index)
    register = _register_words(search, form, name)
    payee = _payee_words(search, form, register)
    its_weight = scale * index.weight[register.word].astype(np.float64)
    own_weight = scale * search.word_weight[payee.place].astype(np.float64)

    def total(pair: Ints, weights: npt.NDArray[np.generic]) -> Floats:
        sums: Floats = np.bincount(pair, weights=weights, minlength=len(form)).astype(np.float64)
        return sums

    def heaviest(pair: Ints, weights: Floats) -> Floats:
        most = np.zeros(len(form))
        np.maximum.at(most, pair, weights)
        return most

    agreed_count = total(payee.pair, payee.agrees)
    payee_agreed = total(payee.pair, own_weight * payee.agrees)
    passed_over = listed.fillers(payee_words.hash) | text.idle(payee_words)
    its_fillers = listed.fillers(index.vocabulary)
    return Agreement(
        payee_total=total(payee.pair, own_weight),
        payee_agreed=payee_agreed,
        payee_heaviest=heaviest(payee.pair[~payee.agrees], own_weight[~payee.agrees]),
        payee_matter=total(payee.pair, own_weight * ~(payee.agrees | passed_over[payee.place])),
        payee_count=payee.count,
        register_total=total(register.pair, its_weight),
        register_agreed=total(register.pair, its_weight * register.quality),
        register_heaviest=heaviest(register.pair[~register.agrees], its_weight[~register.agrees]),
        register_matter=total(
            register.pair, its_weight * ~(register.agrees | its_fillers[register.word])
        ),
        register_count=index.name_start[name + 1] - index.name_start[name],
        agreed_count=agreed_count.astype(np.int64),
        unknown=total(payee.pair, search.unknown[payee.place]).astype(np.int64),
        otherwise=total(payee.pair, payee.agrees & (payee.quality < 1))
        / np.maximum(agreed_count, 1),
        surely=total(payee.pair, own_weight * payee.quality) / np.maximum(payee_agreed, 1e-6),
        first_agrees=_first_agrees(payee),
        surname=_surname(payee_words, _starts(search))[form],
    )


def _scale(index: Index) -> float:
    """By how much words of a small register are made to weigh more (:data:`LIKE_NAMES`)."""
    return max(1.0, float(np.log(LIKE_NAMES) / np.log(max(index.names, 10))))


def _starts(search: Search) -> Ints:
    """Where the words of each form begin, and where the last one's end."""
    return np.searchsorted(search.words.row, np.arange(len(search.forms.text) + 1))


def _register_words(search: Search, form: Ints, name: Ints) -> _RegisterWords:
    """Every word of the register's names, against all that the payees' words may stand for."""
    index, meant = search.index, search.meant
    pair, place = ranges(index.name_start[name], index.name_start[name + 1])
    word = index.name_word[place].astype(np.int64)
    if not len(meant.row):
        none = np.zeros(len(word), bool)
        return _RegisterWords(pair, word, none, np.zeros(len(word), np.int64), np.zeros(len(word)))
    # A form and a word as one number, of which the surest reading is found by one search.
    size = len(index.vocabulary)
    key = meant.row * size + meant.word
    order = np.lexsort((-meant.quality, key))
    key = key[order]
    wanted = form[pair] * size + word
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    agrees = key[at] == wanted
    reading = order[at]
    return _RegisterWords(pair, word, agrees, reading, np.where(agrees, meant.quality[reading], 0))


def _payee_words(search: Search, form: Ints, register: _RegisterWords) -> _PayeeWords:
    """Every word of the payees' names, and whether the register's has what it stands for."""
    meant, starts = search.meant, _starts(search)
    count = starts[form + 1] - starts[form]
    pair, place = ranges(starts[form], starts[form + 1])
    start = np.cumsum(count) - count
    agrees, quality = np.zeros(len(place), bool), np.zeros(len(place))
    # The readings that agreed lead back to the words of which they are one.
    reading, agreed_pair = register.reading[register.agrees], register.pair[register.agrees]
    slot = start[agreed_pair] + (meant.of[reading] - starts[form[agreed_pair]])
    agrees[slot] = True
    np.maximum.at(quality, slot, meant.quality[reading])
    return _PayeeWords(pair, place, agrees, quality, start, count)


def _first_agrees(payee: _PayeeWords) -> Flags:
    """Whether the first word of the payee's is one that the register's name has."""
    first = np.zeros(len(payee.count), bool)
    has_words = payee.count > 0
    first[has_words] = payee.agrees[payee.start[has_words]]
    return first


def _surname(names: text.Words, starts: Ints) -> Ints:
    """At which of its first three words a name has a surname, from 1; 0 if at none."""
    surname = np.zeros(len(starts) - 1, np.int64)
    is_surname = listed.surnames(names.hash)
    for place in reversed(range(FIRST_WORDS)):
        long = starts[:-1] + place < starts[1:]
        surname[long] = np.where(is_surname[starts[:-1][long] + place], place + 1, surname[long])
    return surname
