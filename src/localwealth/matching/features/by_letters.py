"""What the letters of both names say."""

from __future__ import annotations

import numpy as np

from localwealth.matching.features.candidates import Contenders
from localwealth.matching.features.registry import Column, feature

# Names of more letters are as long as any.
MOST_LETTERS = 60


@feature("same letters")
def same_letters(pairs: Contenders) -> Column:
    """Speaks for: all letters are the same but for spaces, legal forms and empty words."""
    return pairs.same_letters


@feature("letters alike")
def letters_alike(pairs: Contenders) -> Column:
    """Speaks for: likeness after Jaro and Winkler, of which a like beginning is part."""
    return pairs.spelling.begins


@feature("words alike")
def words_alike(pairs: Contenders) -> Column:
    """Speaks for: likeness in whatever order the words stand."""
    return pairs.spelling.sorted_words


@feature("parts alike")
def parts_alike(pairs: Contenders) -> Column:
    """Speaks for: the shorter name is like some part of the longer."""
    return pairs.spelling.part


@feature("letters alike in order")
def letters_alike_in_order(pairs: Contenders) -> Column:
    """Speaks for: the share of letters that stand in both names in the same order."""
    return pairs.spelling.in_order


@feature("numbers differ")
def numbers_differ(pairs: Contenders) -> Column:
    """Speaks against: 12 ABBEY ROAD is not 14 ABBEY ROAD, however like they are."""
    return pairs.spelling.numbers_differ


@feature("letters of the payee")
def letters_of_the_payee(pairs: Contenders) -> Column:
    """How many letters the payee's name has: short ones are like others by chance."""
    return np.minimum(pairs.spelling.length, MOST_LETTERS)


@feature("cut and begins so")
def cut_and_begins_so(pairs: Contenders) -> Column:
    """Speaks for: a field has cut the payee's name, and the register's goes on from there."""
    return pairs.search.is_cut[pairs.form] & pairs.spelling.continues


@feature("its initials")
def its_initials(pairs: Contenders) -> Column:
    """Speaks for: the payee's name is the initials of the register's."""
    return pairs.by_initials
