"""Which candidates are looked at closely: a rough score, made of what is cheap to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from localwealth.matching.features.candidates import Candidates, Contenders
from localwealth.matching.forms import WHOLE
from localwealth.registers import hashing
from localwealth.registers.hashing import Flags, Floats, Ints

# Entries of a payee that are looked at closely.
CLOSE = 5
# Agreed weight under which so little was said that others may bear it too.
LITTLE, VERY_LITTLE = 14, 9
VERY_LITTLE_INDEED = 6

# What the rough score adds up, in units of the agreement of words (0 to 1): signs of
# :func:`_signs`, in this order. The weights were set by hand, not fitted (nothing in benchmarks/
# fits them): those of words, forms and postcodes with the first matcher, those of names of another
# time and of initials with what they weigh. They need only bring the right entry among the five
# that are looked at closely; seven in place of five gained nothing
# (docs/decisions/0010-a-matcher-of-our-own.md). The network was fitted on what they let through, so
# that another vector asks for another fit (``benchmarks/matching.py fit``).
ROUGH = {
    "agreement of words": 1.0,
    "same postcode": 0.12,
    "same district": 0.04,
    "postcode of another area": -0.03,
    "legal forms agree": 0.02,
    "legal forms differ": -0.06,
    "no current name": -0.01,
    "same letters": 0.04,
    "part of the payee's name": -0.04,
    "very little weight agrees": -0.06,
    "hardly any weight agrees": -0.06,
    "not on the register on that day": -0.3,
    "name of another time": -0.1,
    # Whoever is called by its initials has hardly a word in common with its name.
    "its initials": 0.8,
}


def _signs(pairs: Candidates) -> dict[str, npt.NDArray[Any]]:
    """What the rough score adds up, by the names of :data:`ROUGH`."""
    agreed = pairs.wording.register_agreed
    return {
        "agreement of words": pairs.agreement,
        "same postcode": pairs.same_unit,
        "same district": pairs.same_district,
        "postcode of another area": pairs.postcodes_known & ~pairs.same_area,
        "legal forms agree": pairs.forms_agree,
        "legal forms differ": pairs.forms_differ,
        "no current name": pairs.kind > 0,
        "same letters": pairs.same_letters,
        "part of the payee's name": pairs.how != WHOLE,
        "very little weight agrees": agreed < VERY_LITTLE,
        "hardly any weight agrees": agreed < VERY_LITTLE_INDEED,
        "not on the register on that day": pairs.out_of_time,
        "name of another time": pairs.of_another_time,
        "its initials": pairs.by_initials,
    }


def rough_score(pairs: Candidates) -> Floats:
    """How likely each pair is, before it is looked at closely: 1 is all words, and more."""
    signs = _signs(pairs)
    score = np.zeros(len(pairs.form))
    # One after the other in their order: sums of floats in another would put ties otherwise.
    for name, weight in ROUGH.items():
        score += weight * signs[name]
    return score


def closest(pairs: Candidates, payees: int) -> Contenders:
    """Of each of so many payees its :data:`CLOSE` likeliest entries, each by its likeliest name."""
    order = _in_order(pairs.payee, pairs.entry, rough_score(pairs))
    payee = pairs.payee[order.pair]

    def sharing(flags: Flags) -> Ints:
        return np.bincount(payee, flags[order.pair], payees)[payee].astype(np.int64)

    # A name that was not borne on that day is nobody's rival.
    letters = sharing(pairs.same_letters & ~pairs.of_another_time)
    initials = sharing(pairs.by_initials)
    close = order.rank < CLOSE
    return Contenders(
        **pairs.columns_of(order.pair[close]),
        rank=order.rank[close],
        behind=order.behind[close],
        lead=order.lead[close],
        sharing_letters=letters[close],
        sharing_initials=initials[close],
    )


@dataclass
class _Order:
    """One pair an entry of each payee, the likeliest first: which ``pair``, its ``rank`` (from 0),
    how far it is ``behind`` the payee's first, and its ``lead`` over the payee's next."""

    pair: Ints
    rank: Ints
    behind: Floats
    lead: Floats


def _in_order(payee: Ints, entry: Ints, score: Floats) -> _Order:
    # Of each payee and entry the likeliest name only, and those by payee.
    order = np.lexsort((-score, entry, payee))
    first = order[hashing.runs(payee[order] * (int(entry.max(initial=0)) + 1) + entry[order])]
    first = first[np.lexsort((-score[first], payee[first]))]
    rank = hashing.rank(payee[first])
    likeliest = np.arange(len(first)) - rank
    # The score of the next row, which is no rival where another payee begins.
    following = np.append(score[first[1:]], 0.0)[: len(first)]
    following[np.append(hashing.runs(payee[first])[1:], True)[: len(first)]] = 0.0
    return _Order(
        pair=first,
        rank=rank,
        behind=score[first[likeliest]] - score[first],
        lead=score[first] - following,
    )
