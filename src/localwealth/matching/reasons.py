"""A match in words: by what it was found, and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from localwealth.matching.features import NAMES
from localwealth.matching.features.by_rivals import NO_LEAD
from localwealth.matching.forms import WHOLE

# The features of one pair, by their places.
Row = npt.NDArray[np.float32]
_AT = {name: place for place, name in enumerate(NAMES)}
# What is said where a feature is set.
_SAID = [
    (_AT["other name"], "a trading or other name"),
    (_AT["same postcode"], "same postcode"),
    (_AT["legal forms differ"], "another legal form"),
    (_AT["numbers differ"], "other numbers in the name"),
    (_AT["ended or not yet begun"], "not on the register on that day"),
]
_SHARED = [(_AT[f"entries of the same {shared}"], shared) for shared in ("initials", "letters")]


def method_of(row: Row, how: int, is_former: bool) -> str:
    """By what a match was found: one tag.

    Parameters
    ----------
    row
        The features of the pair (:data:`localwealth.matching.features.NAMES`).
    how
        What was done to the payee's name (:mod:`localwealth.matching.forms`).
    is_former
        Whether the entry's name is a former one by now.
    """
    if how != WHOLE:
        part = "part of the name"
        return part + ", same letters" if row[_AT["same letters"]] else part
    if row[_AT["same letters"]]:
        if row[_AT["former name"]]:
            return "former name" if is_former else "later name"
        return "other name" if row[_AT["other name"]] else "same name"
    return "initials" if row[_AT["its initials"]] else "like name"


def reasons_of(row: Row, is_former: bool) -> str:
    """What speaks for and against, in words, for whoever reviews it."""
    return "; ".join([*_likeness(row), *_beside_the_name(row, is_former), *_rivals(row)])


def _likeness(row: Row) -> Iterator[str]:
    if row[_AT["same letters"]]:
        yield "same letters"
    elif row[_AT["its initials"]]:
        yield "its initials"
    else:
        covered, covers = row[_AT["covered"]], row[_AT["covers"]]
        yield f"{covered:.0%} of its words, {covers:.0%} of the register's"
        if row[_AT["share of words meant otherwise"]] > 0:
            yield "spelt or shortened otherwise"


def _beside_the_name(row: Row, is_former: bool) -> Iterator[str]:
    if is_former and not row[_AT["former name"]]:
        yield "its name on that day, a former one now"
    if row[_AT["former name"]]:
        yield "a former name" if is_former else "a name that it took later"
    for place, sentence in _SAID:
        if row[place]:
            yield sentence
    if row[_AT["postcode given"]] and not row[_AT["same area"]]:
        yield "postcode of another area"


def _rivals(row: Row) -> Iterator[str]:
    if row[_AT["rank"]] == 0 and row[_AT["lead over the next"]] < NO_LEAD:
        yield "another entry is about as like"
    for place, shared in _SHARED:
        if row[place] > 1:
            yield f"{int(row[place])} entries have these {shared}"
