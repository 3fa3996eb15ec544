"""The forms in which payees' names are looked up: whole, and in the parts that they are made of.

A payment's payee is often more than a name: who trades as whom, a branch, how it is paid, a number
of the ledger. Each part that may be a name of a register is a form of its own; which of them is
meant is decided by what each finds (:mod:`localwealth.matching.features`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from localwealth import lists
from localwealth.registers import listed
from localwealth.registers.hashing import Flags, Ints

# Fields of so many letters cut what is longer.
FIELDS = frozenset([*range(28, 33), *range(38, 41), *range(58, 61)])
# What was done to a name; before more means that no sign says where the name ends.
WHOLE, BEFORE_TRADING, AFTER_TRADING, BEFORE_TAIL, AFTER_TAIL, INSIDE = range(6)
WITHOUT_NUMBER, BEFORE_MORE = 6, 7
# Parts of so few letters are no name, nor is what stands in front of them.
SHORTEST = 3

# In capitals T.A. are somebody's initials.
_TRADING = re.compile(r"\s+(?:t/as?|ta|(?-i:t\.a)|trading as|c/o)\b\.?", re.IGNORECASE)
_TAIL = re.compile(r"(\s+-\s+|,\s+|\s*[\(\[](?!uk\b))", re.IGNORECASE)
_INSIDE = re.compile(r"[\(\[]([^)\]]{6,})[)\]]")
_NUMBER = re.compile(r"^\W*(?=[A-Z]*\d)[A-Z]{0,2}\d{4,8}[ \-]*(?=[A-Za-z]{3})")
_ROLE = re.compile(
    r"^(the )?(trustees|governors|governing body|trustee) (of|for) (the )?", re.IGNORECASE
)
_CUT_FORM = re.compile(r" (?:l(?:i(?:m(?:i(?:t(?:e)?)?)?)?)?|lt)$", re.IGNORECASE)
# What is called by its short name as often as by its long one: each is tried for the other.
_PHRASES = lists.table("localwealth.matching", "words/phrases")
_EITHER = _PHRASES | {long: short for short, long in _PHRASES.items()}
_LONGEST_FIRST = sorted(map(re.escape, _EITHER), key=len, reverse=True)
_PHRASE = re.compile(rf"\b({'|'.join(_LONGEST_FIRST)})\b")
_FORM_INSIDE = re.compile(
    r"(?<=\S)\s+\(?(?:ltd|limited|plc|llp|cic)\b\.?\)?([\s,\-]+)(?=[(\[#]?\w)", re.IGNORECASE
)
_NUMBER_BEHIND = re.compile(r"([\s\-]+)(?=\d{5,}\b)")
_IDLE = frozenset(listed.IDLE)
_WORD = re.compile(r"[A-Z0-9]+")
_ANY = re.compile(
    r"#|t/a|\bta\b|trading as|c/o|\bt\.a\b|[\-,(\[]|\d{4}|^(the )?(truste|govern)"
    r"|\b(?:ltd|limited|plc|llp|cic)\b.*\w",
    re.IGNORECASE,
)

# A form's text, what was done to the name, and whether what was cut away is idle.
Form = tuple[str, int, bool]


@dataclass
class Forms:
    """The forms in which payees' names are looked up: ``text``, of which payee (``source``), what
    was done to it (``how``), and whether what was cut away is ``idle``: only says how or where
    somebody is paid."""

    text: list[str]
    source: Ints
    how: Ints
    idle: Flags


def forms(payees: list[str]) -> Forms:
    """Each name whole, and in the parts into which trading names, branches and numbers cut it.

    >>> forms(["Hill House T/A Acorn Care Ltd"]).text
    ['Hill House T/A Acorn Care Ltd', 'Hill House', 'Acorn Care Ltd']
    """
    column = pa.array(payees, pa.large_string())
    # Few names have any of it: all are asked at once.
    has_phrase = _contains(pc.utf8_upper(column), _PHRASE)
    has_parts = _contains(column, _ANY)
    is_cut = are_cut(column).tolist()
    every: list[Form] = []
    source: list[int] = []
    for at, name in enumerate(payees):
        form = _CUT_FORM.sub("", name) if is_cut[at] else name
        every.append((form, WHOLE, False))
        source.append(at)
        if has_phrase[at] or has_parts[at]:
            further = [_otherwise(form)] if has_phrase[at] else []
            further += _parts(form) if has_parts[at] else ()
            every += further
            source += [at] * len(further)
    texts, hows, idles = zip(*every, strict=True) if every else ((), (), ())
    return Forms(
        list(texts), np.array(source, np.int64), np.array(hows, np.int64), np.array(idles, bool)
    )


def _otherwise(name: str) -> Form:
    """A name whole, with what has a short name and a long one put otherwise."""
    return _PHRASE.sub(lambda hit: _EITHER[hit[1]], name.upper()), WHOLE, False


def _parts(name: str) -> Iterator[Form]:
    """The parts of a name that may be a name themselves, the likeliest first."""
    for pattern in (_NUMBER, _ROLE):
        if hit := pattern.match(name):
            name = name[hit.end() :]
            yield name, WITHOUT_NUMBER, False
    yield from _apart(name)
    if hit := _INSIDE.search(name):
        yield from _part(hit[1], INSIDE)


def _apart(name: str) -> Iterator[Form]:
    """What stands on either side of a sign that parts a name. Of such signs the first kind counts:
    behind it others mean little."""
    if "#" in name:
        for part in name.split("#"):
            yield from _part(part, BEFORE_TAIL)
    elif hit := _TRADING.search(name):
        yield from _part(name[: hit.start()], BEFORE_TRADING)
        yield from _part(name[hit.end() :], AFTER_TRADING)
    elif (hit := _tail(name)) and hit.start(1) > SHORTEST:
        how = BEFORE_TAIL if hit.re is _TAIL else BEFORE_MORE
        yield from _part(name[: hit.start(1)], how, behind=name[hit.end(1) :])
        if " - " in name:
            yield from _part(name[hit.end(1) :], AFTER_TAIL)


def _part(part: str, how: int, behind: str = "") -> Iterator[Form]:
    """A part that is long enough, without the signs around it; ``behind`` was cut away."""
    if len(part.strip()) > SHORTEST:
        words_behind = _WORD.findall(behind.upper())
        is_idle = all(word in _IDLE or word[-1].isdecimal() for word in words_behind)
        yield part.strip(" -,()[]"), how, bool(words_behind) and is_idle


def _contains(column: pa.Array, pattern: re.Pattern[str]) -> list[bool]:
    """Which texts a pattern is found in."""
    contains: list[bool] = pc.match_substring_regex(
        column, pattern.pattern, ignore_case=bool(pattern.flags & re.IGNORECASE)
    ).to_pylist()
    return contains


def _tail(name: str) -> re.Match[str] | None:
    """What first parts a name from what stands behind it: the match's first group."""
    every = (pattern.search(name) for pattern in (_TAIL, _FORM_INSIDE, _NUMBER_BEHIND))
    return min((hit for hit in every if hit), key=lambda hit: hit.start(1), default=None)


def are_cut(names: pa.Array) -> Flags:
    """Which names are so long that a field may have cut them."""
    return np.isin(pc.utf8_length(names).to_numpy(zero_copy_only=False), list(FIELDS))
