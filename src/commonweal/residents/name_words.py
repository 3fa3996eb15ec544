"""Which words of a text may be somebody's name, however they are put together: initials before or
behind, joined by a sign or an *and*, in a hashtag, in camel case, letter by letter.

Nothing here knows anybody: `naming` asks the keys of search whether such a name is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from . import keys

RUN = re.compile(r"[^\W\d_](?:(?:[^\W_]|['’`])*[^\W_])?")
MOST_WORDS = 6
# Where one sentence or line of a list ends: no name goes over it. An initial's dot is no end.
ENDS = re.compile(r"(?<!\b[^\W\d_])[.]\s|[;:!?\n]\s")
# What may stand between two first names that share a last name: Yusuf & Mary Webb.
AND = re.compile(r"(?i)[&+/,]|\b(?:and|or|und|et|y|n)\b")
HOUSEHOLD = ("family", "household", "children", "residence")
# What stands before a letter and is nobody's last name there: hall B, ward C.
LETTERED = frozenset(
    re.findall(
        r"\w+",
        """
annex annexe appendix area band bay block building bus category class court day door entrance exit
flat floor form gate grade group hall hepatitis house letter level line lot option page park part
phase plan platform road room route row school section series shop stand store street table team
tier type unit vitamin ward west wing zone
""",
    )
)
# Signs of a word that begins with one letter and a hyphen and is no name: X-ray, D-day.
SPELLED_SO = frozenset({"xray", "dday", "uturn", "tbone", "tbar", "vday"})
FIGURES_AS_LETTERS = (str.maketrans("0134578", "oieastb"), str.maketrans("0134578", "oleastb"))
WITH_FIGURES = re.compile(r"(?=\w*\d)(?=\w*[^\W\d_])\w{2,}")
LETTER_BY_LETTER = re.compile(r"(?<![^\W_])[^\W\d_](?:[ ._*\-][^\W\d_]){4,}(?![^\W_])")
MARKED = re.compile(r"(?<=[#@/])[^\W\d_]{5,40}(?![^\W_])")


class Word(NamedTuple):
    """A word as names are compared, and where it stands."""

    plain: str
    start: int
    end: int


class Pair(NamedTuple):
    first: str
    last: str
    typed: str


def tokens(text: str) -> list[Word]:
    """Each word of a text; a word in camel case is several."""
    tokens_in_order = []
    for match in RUN.finditer(text):
        typed = re.sub(r"['’`]s$", "", match[0])
        for start, end in _humps(typed):
            if plain := "".join(keys.parts(typed[start:end])):
                tokens_in_order.append(Word(plain, match.start() + start, match.start() + end))
    return tokens_in_order


def _humps(word: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each part of a word that begins with a capital: YusufWebb, DMcDonald."""
    start = 0
    for at in range(1, len(word)):
        starts = word[at].isupper() and (
            word[at - 1].islower()
            or (word[at - 1].isupper() and at + 1 < len(word) and word[at + 1].islower())
        )
        if starts:
            yield start, at
            start = at
    yield start, len(word)


def pairs(text: str) -> Iterator[Pair]:
    """Every first and last name that neighbouring words of a text may be."""
    yield from _neighbours(text, tokens(text))
    yield from _glued(text)
    turns = [WITH_FIGURES.sub(_turner(table), text) for table in FIGURES_AS_LETTERS]
    for turned in (*turns, keys.with_mc(text)):
        if turned != text:
            yield from _neighbours(text, tokens(turned))


def _turner(table: dict[int, int]) -> Callable[[re.Match[str]], str]:
    return lambda word: word[0].translate(table)


def _neighbours(text: str, tokens: list[Word]) -> Iterator[Pair]:
    for start in range(len(tokens)):
        for end in range(start + 2, min(len(tokens), start + MOST_WORDS) + 1):
            typed = text[tokens[start].start : tokens[end - 1].end]
            if ENDS.search(typed):
                break
            plain = [word.plain for word in tokens[start:end]]
            for cut in range(1, len(plain)):
                yield Pair("".join(plain[:cut]), "".join(plain[cut:]), typed)
            if len(plain) > 2 and _may_leave_out(typed):
                yield from _apart(plain, typed)


def _may_leave_out(typed: str) -> bool:
    """Other names may stand between first and last: Yusuf & Mary Webb, Yusuf Ali Webb."""
    return AND.search(typed) is not None or all(word[0].isupper() for word in RUN.findall(typed))


def _apart(plain: list[str], typed: str) -> Iterator[Pair]:
    """The first words of some as one name and the last as the other, what is between left out."""
    for many in (1, 2):
        for tail in (1, 2, 3):
            if many + tail < len(plain):
                yield Pair("".join(plain[:many]), "".join(plain[-tail:]), typed)


def _glued(text: str) -> Iterator[Pair]:
    """First and last name in one: #yusufwebb, Y-u-s-u-f W-e-b-b."""
    for pattern in (MARKED, LETTER_BY_LETTER):
        for match in pattern.finditer(text):
            joined_name = keys.joined(match[0])
            for cut in range(2, len(joined_name) - 1):
                yield Pair(joined_name[:cut], joined_name[cut:], match[0])


def surnames(text: str) -> Iterator[tuple[str, str]]:
    """(last name, as typed) where words stand as one: Y. Webb, Webb Y., the Webbs, Webb family."""
    text_words = tokens(text)
    for start in range(len(text_words)):
        for end in range(start + 1, min(len(text_words), start + 3) + 1):
            name = text_words[start:end]
            plain = "".join(word.plain for word in name)
            if len(plain) < 3 or ENDS.search(text[name[0].start : name[-1].end]):
                continue
            for neighbour in (*text_words[max(start - 1, 0) : start], *text_words[end : end + 1]):
                if surname := _stands_as_one(text, name, plain, neighbour):
                    yield surname


def _stands_as_one(
    text: str, name: list[Word], plain: str, neighbour: Word
) -> tuple[str, str] | None:
    """What an initial, an article or *family* beside some words makes of them."""
    is_behind = neighbour.start > name[0].start
    start, end = (name[0].start, neighbour.end) if is_behind else (neighbour.start, name[-1].end)
    typed = text[start:end]
    if ENDS.search(typed):
        return None
    is_capital = any(text[word.start].isupper() for word in name)
    makes_name = _is_name_before if is_behind else _is_name_behind
    if makes_name(text, plain, neighbour, is_capital):
        return plain, typed
    is_plural = plain.endswith("s") and is_capital
    if not is_behind and neighbour.plain == "the" and is_plural:
        return plain[:-1], typed
    return None


def _is_name_before(text: str, plain: str, word: Word, is_capital: bool) -> bool:
    """Before an initial, or before *family*."""
    if len(word.plain) == 1:
        return _is_initial_behind(text, plain, word, is_capital)
    return word.plain in HOUSEHOLD


def _is_name_behind(text: str, plain: str, word: Word, is_capital: bool) -> bool:
    return len(word.plain) == 1 and _is_initial_before(text, plain, word, is_capital)


def _is_initial_before(text: str, plain: str, letter: Word, is_capital: bool) -> bool:
    sign = text[letter.end : letter.end + 1]
    if sign == "-":
        return is_capital and letter.plain + plain not in SPELLED_SO
    if text[letter.start].isupper() and sign != ".":
        # A hall and I will are words of every sentence.
        return letter.plain not in ("a", "i") or (is_capital and plain not in LETTERED)
    if text[letter.start].isupper():
        return True
    # e.g. and i.e. are no initials.
    return sign == "." and text[letter.start - 1 : letter.start] != "."


def _is_initial_behind(text: str, plain: str, letter: Word, is_capital: bool) -> bool:
    """Webb Y., Webb-Y, Webb, Y: but "Webb I think", "Webb A stall" and "hall B" are none."""
    is_dotted = text[letter.end : letter.end + 1] == "."
    before = text[letter.start - 1]
    if not is_capital or not text[letter.start].isupper():
        return False
    if plain in LETTERED:
        return is_dotted and re.search(r"[,_-]", text[letter.start - 2 : letter.start]) is not None
    return letter.plain not in ("a", "i") or is_dotted or before in "-_."
