"""How alike names are letter by letter: forms of payees beside names of the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from localwealth.matching.search import Search
from localwealth.registers import hashing, listed
from localwealth.registers.hashing import THREADS, Flags, Floats, Ints


@dataclass
class Spelling:
    """Of each pair, from 0 to 1: how alike both are as Jaro and Winkler say (``begins``: what
    begins alike counts more), with their words sorted (``sorted_words``), by the best part of the
    longer (``part``), and by the letters that they have in the same order (``in_order``); and
    whether the register's name ``continues`` the payee's, and both have numbers that
    ``numbers_differ``; ``length`` is the payee's, in letters."""

    begins: Floats
    sorted_words: Floats
    part: Floats
    in_order: Floats
    continues: Flags
    numbers_differ: Flags
    length: Ints


def spelling_of(search: Search, form: Ints, names: pa.Array) -> Spelling:
    """Compare forms of payees with the names of the register of the same pairs."""
    different, which = np.unique(form, return_inverse=True)
    texts = [search.forms.text[place] for place in different.tolist()]
    plain = plain_names(pa.array(texts, pa.large_string()))
    length = np.array([len(name) for name in texts], np.int64)
    payees, its = [plain[place] for place in which.tolist()], plain_names(names)

    def alike(scorer: Any, full: float) -> Floats:
        scores = process.cpdist(payees, its, scorer=scorer, dtype=np.float32, workers=THREADS)
        return np.asarray(scores, np.float32) / np.float32(full)

    return Spelling(
        begins=alike(JaroWinkler.similarity, 1),
        sorted_words=alike(fuzz.token_sort_ratio, 100),
        part=alike(fuzz.partial_ratio, 100),
        in_order=alike(fuzz.ratio, 100),
        continues=np.array(
            [long.startswith(short) for short, long in zip(payees, its, strict=True)], bool
        ),
        numbers_differ=_numbers_differ(payees, its),
        length=length[which],
    )


# What stands between words, but for one space, which is left as it is: most names have no other.
_GAP = r"[\t\n\f\r(),\-/][\s(),\-/]*| [\s(),\-/]+"
_FORMS_BEHIND = f"( ({'|'.join(listed.LEGAL)}))+$"


def plain_names(names: pa.Array) -> list[str]:
    """Names in capitals without signs, legal forms and a leading THE.

    >>> plain_names(pa.array(["The Smith's (A. & B.) Co. Ltd", "Limited"], pa.large_string()))
    ['SMITHS A AND B CO', 'LIMITED']
    """
    plain = pc.utf8_upper(names)
    plain = pc.replace_substring(plain, "&", " AND ")
    plain = pc.replace_substring_regex(plain, "[.'’]", "")
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, _GAP, " "))
    plain = pc.replace_substring_regex(plain, _FORMS_BEHIND, "")
    texts: list[str] = pc.replace_substring_regex(plain, "^THE (.)", r"\1").to_pylist()
    return texts


def _numbers_differ(payees: list[str], its: list[str]) -> Flags:
    """Whether both have numbers, and other ones: 12 ABBEY ROAD is not 14 ABBEY ROAD."""
    differ = np.zeros(len(payees), bool)
    for at in np.flatnonzero(_has_digit(payees) & _has_digit(its)).tolist():
        differ[at] = _numbers(payees[at]) != _numbers(its[at])
    return differ


def _numbers(name: str) -> set[str]:
    return {word for word in name.split() if word.isdecimal()}


def _has_digit(texts: list[str]) -> Flags:
    letters, start = hashing.buffer(pa.array(texts, pa.large_string()))
    digits = np.concatenate([[0], np.cumsum((letters >= ord("0")) & (letters <= ord("9")))])
    return np.asarray(digits[start[1:]] > digits[start[:-1]])
