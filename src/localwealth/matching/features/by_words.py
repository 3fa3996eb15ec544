"""What the words of both names say, by what they weigh."""

from __future__ import annotations

import numpy as np

from localwealth.matching.features.candidates import Contenders, equals
from localwealth.matching.features.registry import Column, feature
from localwealth.matching.features.rough import LITTLE, VERY_LITTLE

# Names of more words than these are as long as any.
MOST_WORDS, MOST_UNKNOWN = 8, 3
# Weight that is a word of note, and weight left over that is none.
MUCH, LEFT_LITTLE = 8, 4
FULLY = 0.999


@feature("covered")
def covered(pairs: Contenders) -> Column:
    """Speaks for: the register's name has this share of what the payee's says, by weight."""
    return pairs.covered


@feature("covers")
def covers(pairs: Contenders) -> Column:
    """Speaks for: the payee's name has this share of what the register's says, by weight."""
    return pairs.covers


@feature("agreement")
def agreement(pairs: Contenders) -> Column:
    """Speaks for: both names say much the same; the harmonic mean of the two shares."""
    return pairs.agreement


@feature("weight agreed")
def weight_agreed(pairs: Contenders) -> Column:
    """Speaks for: how rare what agrees is. Two common words say less than one rare one."""
    return pairs.wording.register_agreed


@feature("weight of the payee's own")
def payee_left(pairs: Contenders) -> Column:
    """Speaks against: the weight of what only the payee's name says."""
    return pairs.payee_left


@feature("weight of the register's own")
def register_left(pairs: Contenders) -> Column:
    """Speaks against: the weight of what only the register's name says."""
    return pairs.register_left


@feature("heaviest of the payee's own")
def payee_heaviest(pairs: Contenders) -> Column:
    """Speaks against: one rare word that only the payee has says more than several common ones."""
    return pairs.unless_same_letters(pairs.wording.payee_heaviest)


@feature("heaviest of the register's own")
def register_heaviest(pairs: Contenders) -> Column:
    """Speaks against: the same of a rare word that only the register has."""
    return pairs.unless_same_letters(pairs.wording.register_heaviest)


@feature("payee's own but for fillers and idle words")
def payee_matter(pairs: Contenders) -> Column:
    """Speaks against, more than the whole of what is left: it is no *UK*, *Group*, town or way of
    paying."""
    return pairs.unless_same_letters(pairs.wording.payee_matter)


@feature("register's own but for fillers")
def register_matter(pairs: Contenders) -> Column:
    """Speaks against, more than the whole of what is left: it is no *UK* or *Group*."""
    return pairs.unless_same_letters(pairs.wording.register_matter)


@feature("first word agrees")
def first_word_agrees(pairs: Contenders) -> Column:
    """Speaks for: what stands first in a name is what it is called by."""
    return pairs.wording.first_agrees | pairs.same_letters


@feature("words of the payee")
def payee_words(pairs: Contenders) -> Column:
    """How many words the payee's name has: of how much the shares are shares."""
    return np.minimum(pairs.wording.payee_count, MOST_WORDS)


@feature("words of the register")
def register_words(pairs: Contenders) -> Column:
    """How many words the register's name has."""
    return np.minimum(pairs.wording.register_count, MOST_WORDS)


@feature("words agreed")
def words_agreed(pairs: Contenders) -> Column:
    """Speaks for: several words that agree are hardly chance."""
    return np.minimum(pairs.wording.agreed_count, MOST_WORDS)


@feature("unknown words")
def unknown_words(pairs: Contenders) -> Column:
    """Speaks for somebody who is in no register: words that no name of the register has."""
    return np.minimum(pairs.wording.unknown, MOST_UNKNOWN)


@feature("one word only")
def one_word_only(pairs: Contenders) -> Column:
    """Speaks against: a name of one word is soon borne by several."""
    return pairs.wording.payee_count <= 1


@feature("share of words meant otherwise")
def meant_otherwise(pairs: Contenders) -> Column:
    """Speaks against: words that agree only as misspelt, shortened, joined or split."""
    return pairs.wording.otherwise


@feature("how surely words are meant")
def how_surely(pairs: Contenders) -> Column:
    """Speaks for: how sure the readings are by which words agree (1: all as they stand)."""
    return pairs.unless_same_letters(pairs.wording.surely, otherwise=1)


@feature("agreed and little else")
def agreed_and_little_else(pairs: Contenders) -> Column:
    """Speaks for: something of note agrees, and next to nothing is left on either side."""
    little_left = (pairs.payee_left < LEFT_LITTLE) & (pairs.register_left < LEFT_LITTLE)
    return (pairs.wording.register_agreed > MUCH) & little_left


@feature("both fully covered")
def both_fully_covered(pairs: Contenders) -> Column:
    """Speaks for: neither name says anything that the other does not."""
    return (pairs.covered > FULLY) & (pairs.covers > FULLY)


@feature("little weight")
def little_weight(pairs: Contenders) -> Column:
    """Speaks against: what agrees is so common that others may be called so too."""
    return pairs.wording.register_agreed < LITTLE


@feature("very little weight")
def very_little_weight(pairs: Contenders) -> Column:
    """Speaks against: what agrees is one common word or two."""
    return pairs.wording.register_agreed < VERY_LITTLE


@feature("begins with a surname")
def begins_with_a_surname(pairs: Contenders) -> Column:
    """Speaks for a sole trader, who is in no register."""
    return equals(pairs.wording.surname, 1)


@feature("a surname near its beginning")
def surname_near_its_beginning(pairs: Contenders) -> Column:
    """Speaks for a sole trader too: initials may stand before the surname."""
    return pairs.wording.surname > 0
