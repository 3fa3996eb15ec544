"""The words of a payee's name, and whether they have the shape of somebody's: a first name,
initials, two of them; or are plain words that no firm uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from localwealth import lists

PACKAGE = "localwealth.sources"
GIVEN = frozenset(lists.entries(PACKAGE, "words/given"))
SURNAMES = frozenset(lists.entries(PACKAGE, "words/surnames"))
SURNAMES_TOO = frozenset(lists.entries(PACKAGE, "words/surnames_too"))
_ALONE = GIVEN | SURNAMES


class Words:
    """Words of lists, some of which stand for whatever begins like them."""

    def __init__(self, *places: str) -> None:
        every = [word for place in places for word in lists.entries(PACKAGE, f"words/{place}")]
        self.whole = frozenset(word for word in every if not word.endswith("*"))
        self.begins = tuple(word[:-1] for word in every if word.endswith("*"))

    def among(self, words: Sequence[str]) -> list[str]:
        """Those of some words, in small letters, that are in the list."""
        return [word for word in words if word in self.whole or word.startswith(self.begins)]


FIRMS = Words("firms")
TRADES = Words("firms", "trades")
SONS = re.compile(r"(&|\band) (sons?|daughters?|co|company)\b|\bc\.i\.c\b", re.I)
_MARKS = re.compile(r"['’‘`]s\b|['’‘`]")
TOKEN = re.compile(r"\w+")
_JOINING = frozenset(
    ("of", "the", "for", "in", "at", "to", "on", "by", "with", "from", "st", "saint")
)
# No name of a person holds them behind its first word, or some at its beginning.
_NEVER_AMID = frozenset(("the", "of", "for", "with", "your", "our", "my"))
_NEVER_FIRST = frozenset(("the", "your", "our", "my"))
_LETTERS = re.compile(r"^[a-z]{1,3}$|^[a-z](?:[. ]+[a-z]){0,3}[. ]*$", re.I)
_LETTERS_AND_SURNAME = re.compile(r"^(?:[a-z]{1,2}[. ]+){1,3}[a-z][\w'’-]{2,}$", re.I)
_INITIALS = re.compile(
    r"^((?:[a-z]{1,2}[. ]+){1,4})([a-z][\w'’-]{2,})$|"
    r"^([a-z][\w'’-]{2,}),? (?:[a-z](?:[. ]+|$)){1,3}$",
    re.I,
)
# What firms call themselves by, and what somebody alone calls her work by as well.
_OF_ONE = ("consult", "services", "engineering", "solutions", "systems", "construction", "builders")
# What hardly anybody does but under the own name: *Kois Leaf Photography*.
_OF_ONE_ALONE = "photograph"
_BOROUGH = re.compile(r"^[lr]\.? ?b\b", re.I)
_AND = re.compile(r"\s*(?:&|\+|\band\b)\s*", re.I)


def words_of(name: str) -> list[str]:
    """Its words in small letters without accents; those with figures are none."""
    small = _MARKS.sub("", name).casefold()
    if not small.isascii():
        small = "".join(
            sign for sign in unicodedata.normalize("NFD", small) if not unicodedata.combining(sign)
        )
    return [word for word in TOKEN.findall(small) if word.isalpha()]


def names_one(part: str) -> bool:
    """Whether a part of a name is a whole name of somebody: one word of many says nothing."""
    return len(words_of(part)) > 1 and has_shape(part)


def has_shape(part: str) -> bool:
    """Whether all of it is somebody's name, or two people's, by a first name or initials."""
    part = part.strip(" ,.-")
    words = words_of(part)
    if not words or is_of_trade(words) or SONS.search(part):
        return False
    if len(words) == 1:
        return part.isalpha() and words[0] in _ALONE
    sides = _AND.split(part)
    if len(sides) > 1 and all(sides):
        return _are_two(sides)
    return _is_one(part, words)


def _is_one(part: str, words: Sequence[str]) -> bool:
    """Whether a first name is among a few words, or initials stand beside one."""
    if len(words) > 6 or not _JOINING.isdisjoint(words):
        return False
    if len(words) > 1 and any(word in GIVEN for word in words) and words[-1] != "grant":
        return len(words) <= 4 or words[0] in GIVEN
    return _has_initials(part)


def _has_initials(part: str) -> bool:
    """Whether it is initials and a surname; of two letters at once only before a common one."""
    fits = _INITIALS.match(part)
    if fits is None or _BOROUGH.match(part):
        return False
    before, surname = fits.group(1), fits.group(2)
    return not before or not re.search(r"[a-z]{2}", before, re.I) or surname.lower() in SURNAMES


def _are_two(sides: Sequence[str]) -> bool:
    """Whether the sides of an *and* are two people: each by a first name alone, one by a whole
    name, or both by initials before one surname."""
    words = [words_of(side) for side in sides]
    # *Laura & Mark's*, whether or not the mark is written.
    *before, behind = words
    behind = [word if word in GIVEN else word.removesuffix("s") for word in behind]
    if all(len(side) == 1 and side[0] in GIVEN for side in [*before, behind]):
        return True
    if _are_by_initials(sides):
        return True
    pairs = zip(sides, words, strict=True)
    return any(len(side) > 1 and _is_one(text, side) for text, side in pairs)


def _are_by_initials(sides: Sequence[str]) -> bool:
    """Whether all are initials, before one surname."""
    *letters, last = sides
    return all(map(_LETTERS.match, letters)) and _LETTERS_AND_SURNAME.match(last) is not None


def is_plain(name: str) -> bool:
    """Two to four plain words, none of which firms use."""
    parts = re.sub(r"[,.'’-]", " ", name).split()
    if not 1 < len(parts) <= 4 or not all(word.isalpha() for word in parts):
        return False
    words = words_of(name)
    if not words or words[0] in _NEVER_FIRST or not _NEVER_AMID.isdisjoint(words[1:]):
        return False
    return not (is_of_trade(words) or SONS.search(name))


def is_of_trade(words: Sequence[str]) -> bool:
    """Whether words say of a firm or a trade. *Law* behind a first name or initials does not."""
    says = TRADES.among(words)
    if not says:
        return False
    is_surname = says == [words[-1]] and words[-1] in SURNAMES_TOO
    before = words[:-1]
    return not (is_surname and before and all(len(w) == 1 or w in GIVEN for w in before))


def is_under_own_name(name: str) -> bool:
    """Whether somebody's first and last name stand before a trade, which no other word makes a
    firm's; or two plain words before a trade in which people work alone."""
    words = words_of(name)
    if len(words) == 3 and words[2].startswith(_OF_ONE_ALONE) and not _AND.search(name):
        return is_plain(" ".join(words[:2]))
    if not 3 <= len(words) <= 6 or words[0] not in GIVEN or not _JOINING.isdisjoint(words):
        return False
    return _has_trade_behind(words) and not (_is_firm(words) or SONS.search(name))


def _has_trade_behind(parts: Sequence[str]) -> bool:
    """Whether a trade stands behind a first and a last name."""
    has_surname = parts[1] in SURNAMES_TOO or not TRADES.among(parts[1:2])
    return has_surname and bool(TRADES.among(parts[2:]))


def _is_firm(parts: Sequence[str]) -> bool:
    return any(not word.startswith(_OF_ONE) for word in FIRMS.among(parts))
