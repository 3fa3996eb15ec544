"""A match in words: by what it was found, and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth.matching.features import NAMES
from localwealth.matching.features.by_rivals import NO_LEAD
from localwealth.matching.forms import WHOLE
from localwealth.registers.hashing import Flags, Ints

# What is said where a feature is set.
_SAID = [
    ("other name", "a trading or other name"),
    ("same postcode", "same postcode"),
    ("legal forms differ", "another legal form"),
    ("numbers differ", "other numbers in the name"),
    ("ended or not yet begun", "not on the register on that day"),
]
_SHARED = [(f"entries of the same {shared}", shared) for shared in ("initials", "letters")]
# The features that anything is said of; what a row of them holds stands at these places.
_SHOWN = [
    *("same letters", "its initials", "former name", "covered", "covers"),
    *("share of words meant otherwise", "postcode given", "same area", "rank"),
    *("lead over the next", *(name for name, _ in _SAID), *(name for name, _ in _SHARED)),
]
_AT = {name: place for place, name in enumerate(_SHOWN)}
_COLUMNS = [NAMES.index(name) for name in _SHOWN]
# As the features are kept.
_NO_LEAD = float(np.float32(NO_LEAD))
Row = Sequence[float]


def in_words(
    values: npt.NDArray[np.float32], how: Ints, is_former: Flags
) -> tuple[list[str], list[str], Ints]:
    """By what pairs were found, and what speaks for and against each. Of pairs that differ in
    nothing that is said, the words are made once.

    Parameters
    ----------
    values
        A row a pair, a column for each of :data:`NAMES`.
    how
        What was done to the payee's name (:mod:`localwealth.matching.forms`).
    is_former
        Whether the entry's name is a former one by now.

    Returns
    -------
    The different methods and reasons, in pairs, and of each row which of them are its.
    """
    said = values[:, _COLUMNS]
    # What is rounded, or only compared, when it is said, differs no further.
    shares = [_AT["covered"], _AT["covers"]]
    said[:, shares] = np.rint(100 * said[:, shares].astype(np.float64)) / 100
    lead = _AT["lead over the next"]
    said[:, lead] = said[:, lead] >= _NO_LEAD
    rows = np.ascontiguousarray(np.column_stack([said, how, is_former]), np.float32)
    code = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(rows.shape[1] * rows.itemsize), len(rows), [None, pa.py_buffer(rows)]
    )
    which = code.dictionary_encode().indices.to_numpy()
    # Codes are given out in the order in which they are met.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(which), prepend=-1))
    # Plain figures: to ask an array for one takes longer than all that is made of it.
    different = [(row, int(cut), former > 0) for *row, cut, former in rows[first].tolist()]
    methods = [_method_of(row, cut, former) for row, cut, former in different]
    return methods, [_reasons_of(row, former) for row, _, former in different], which


def _method_of(row: Row, how: int, is_former: bool) -> str:
    """By what a match was found: one tag."""
    if how != WHOLE:
        part = "part of the name"
        return part + ", same letters" if row[_AT["same letters"]] else part
    if row[_AT["same letters"]]:
        if row[_AT["former name"]]:
            return "former name" if is_former else "later name"
        return "other name" if row[_AT["other name"]] else "same name"
    return "initials" if row[_AT["its initials"]] else "like name"


def _reasons_of(row: Row, is_former: bool) -> str:
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
    for name, sentence in _SAID:
        if row[_AT[name]]:
            yield sentence
    if row[_AT["postcode given"]] and not row[_AT["same area"]]:
        yield "postcode of another area"


def _rivals(row: Row) -> Iterator[str]:
    if row[_AT["rank"]] == 0 and row[_AT["lead over the next"]] < _NO_LEAD:
        yield "another entry is about as like"
    for name, shared in _SHARED:
        place = _AT[name]
        if row[place] > 1:
            yield f"{int(row[place])} entries have these {shared}"
