"""What columns are headed, by what they mean, in English and Welsh: one list for all readers.

The words stand in ``vocabulary.toml``. A reader says which of its own meanings is which of these
(:func:`register`); what a heading means to it alone, it keeps beside.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from localwealth.tables.cutting import plain

_PARTS = re.compile(r"[/|\n()\[\]]| [-–] ")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LISTED = tomllib.loads(
    resources.files("localwealth.tables").joinpath("vocabulary.toml").read_text("utf-8")
)


def folded(heading: str) -> str:
    """A heading in small letters, single spaces, without signs and accents.

    >>> folded(" Rhif_Ffôn: "), folded("Enw'r cyflenwr")
    ('rhif ffon', 'enw r cyflenwr')
    """
    apart = unicodedata.normalize("NFD", heading)
    return plain("".join(sign for sign in apart if not unicodedata.combining(sign)))


# By meaning its words, folded; and those of one language as they stand.
WORDS = {
    meaning: frozenset(map(folded, [*spoken["en"], *spoken["cy"]]))
    for meaning, spoken in _LISTED.items()
}
ENGLISH = {meaning: tuple(spoken["en"]) for meaning, spoken in _LISTED.items()}
WELSH = {meaning: tuple(spoken["cy"]) for meaning, spoken in _LISTED.items()}


@lru_cache(maxsize=8192)
def ways(heading: str) -> tuple[str, ...]:
    """What a heading may be called, folded: as a whole, with its joined words parted, and each of
    its parts, as in two languages either says it.

    >>> ways("PayDate / Swm")
    ('paydate swm', 'pay date swm', 'paydate', 'pay date', 'swm')
    """
    return tuple(dict.fromkeys(filter(None, _ways(heading))))


def _ways(heading: str) -> Iterator[str]:
    parts = [part for part in _PARTS.split(heading) if part.strip()]
    for part in (heading, *parts):
        yield folded(part)
        yield folded(_CAMEL.sub(" ", part))


def words_of(*meanings: str) -> frozenset[str]:
    """The words of some meanings, folded."""
    return frozenset[str]().union(*(WORDS[meaning] for meaning in meanings))


def says(heading: str, *meanings: str) -> bool:
    """Whether a heading has one of these meanings.

    >>> says("SUPPLIER_NAME", "payee"), says("Cyflenwr / Supplier", "payee"), says("Area", "payee")
    (True, True, False)
    """
    return not words_of(*meanings).isdisjoint(ways(heading))


@dataclass(frozen=True)
class Reader:
    """A reader of tables: ``shares`` says which of its meanings are which of the vocabulary's, and
    ``understands`` whether a heading has a meaning of its own."""

    name: str
    shares: Mapping[str, Sequence[str]]
    understands: Callable[[str, str], bool]


READERS: dict[str, Reader] = {}


def register(
    name: str, shares: Mapping[str, Sequence[str]], understands: Callable[[str, str], bool]
) -> None:
    """Name a reader that takes its meanings from here.

    Raises
    ------
    KeyError
        It shares a meaning that there is not.
    """
    for meanings in shares.values():
        words_of(*meanings)
    READERS[name] = Reader(name, shares, understands)
