"""What the payee's other contenders say: one that stands alone is likelier than one of several."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from localwealth.matching.features.by_letters import letters_alike_in_order
from localwealth.matching.features.by_register import legal_forms_agree, same_postcode
from localwealth.matching.features.by_words import weight_agreed
from localwealth.matching.features.candidates import Contenders, equals
from localwealth.matching.features.registry import Column, feature
from localwealth.registers import hashing
from localwealth.registers.hashing import Floats

# A lead in rough score, where 1 is all words, that is as good as none.
NO_LEAD = 0.03
MOST_OF_THE_SAME_LETTERS, MOST_OF_THE_SAME_INITIALS = 5, 20


@feature("rank")
def rank(pairs: Contenders) -> Column:
    """Speaks against: how many of the payee's entries have a better rough score."""
    return pairs.rank


@feature("behind the best")
def behind_the_best(pairs: Contenders) -> Column:
    """Speaks against: by how much rough score another is likelier."""
    return pairs.behind


@feature("lead over the next")
def lead_over_the_next(pairs: Contenders) -> Column:
    """Speaks for: by how much rough score the next is less likely."""
    return pairs.lead


@feature("close to the next")
def close_to_the_next(pairs: Contenders) -> Column:
    """Speaks against: it is the first, and another is as likely."""
    return (pairs.lead < NO_LEAD) & equals(pairs.rank, 0)


@feature("entries of the same letters")
def entries_of_the_same_letters(pairs: Contenders) -> Column:
    """Speaks against: how many entries bore the payee's very name on that day."""
    return np.minimum(pairs.sharing_letters, MOST_OF_THE_SAME_LETTERS)


@feature("entries of the same initials")
def entries_of_the_same_initials(pairs: Contenders) -> Column:
    """Speaks against initials: how many entries have them."""
    return np.where(
        pairs.by_initials, np.minimum(pairs.sharing_initials, MOST_OF_THE_SAME_INITIALS), 0
    )


@feature("letters alike in order, over the best rival's")
def letters_over_the_best_rivals(pairs: Contenders) -> Column:
    """Speaks for: its letters are more alike than those of any other entry."""
    return over_rival(pairs.payee, letters_alike_in_order(pairs))


@feature("weight agreed, over the best rival's")
def weight_over_the_best_rivals(pairs: Contenders) -> Column:
    """Speaks for: it has more of what the payee's name says than any other entry."""
    return over_rival(pairs.payee, weight_agreed(pairs))


@feature("legal forms agree, over the best rival's")
def legal_form_over_the_best_rivals(pairs: Contenders) -> Column:
    """Speaks for: it alone has the payee's legal form."""
    return over_rival(pairs.payee, legal_forms_agree(pairs))


@feature("same postcode, over the best rival's")
def postcode_over_the_best_rivals(pairs: Contenders) -> Column:
    """Speaks for: it alone has the payee's postcode."""
    return over_rival(pairs.payee, same_postcode(pairs))


def over_rival(payee: npt.NDArray[Any], column: npt.NDArray[Any]) -> Floats:
    """Each number less the highest of the payee's other pairs, 0 where there is no other; a payee's
    pairs stand together.

    >>> over_rival(np.array([4, 4, 4, 9]), np.array([0.5, 0.25, 0.5, 1.0])).tolist()
    [0.0, -0.25, 0.0, 1.0]
    """
    column = column.astype(np.float64)
    start = np.flatnonzero(hashing.runs(payee))
    if not len(start):
        return column
    group = np.cumsum(hashing.runs(payee)) - 1
    best = np.maximum.reduceat(column, start)
    # The best is set beside the second best; where two are as good, beside each other.
    order = np.flatnonzero(column == best[group])
    first = order[hashing.runs(group[order])]
    others = column.copy()
    others[first] = 0
    second = np.maximum.reduceat(others, start)
    rival = best[group]
    rival[first] = second
    over: Floats = column - rival
    return over
