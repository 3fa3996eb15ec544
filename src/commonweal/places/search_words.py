"""The words of one kind of thing, and which things have them: an index in memory.

Words are compared without case, accents and apostrophes, alike on every database.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from . import rooms

# So short a word stands inside of too many others (st in Eastfields): it begins one.
SHORT = 3
# What is written in more than one way, and means the same.
SAME_WORDS = {"saint": "st", "st": "saint"}
APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ"))
HYPHENED = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)+")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Match:
    """A page on which the words stand: its title, its address, and a line that tells it apart."""

    title: str
    address: str
    line: str = ""


@dataclass(frozen=True)
class Matches:
    """What there is of one kind: how many in all, and the first of them."""

    count: int
    first: list[Match]


@dataclass(frozen=True, slots=True)
class Findable:
    """A thing that can be found: by which texts, what is shown of it, and its place among its kind
    (``order``). ``key`` tells it from others of its kind; ``room`` is that of its page."""

    key: object
    texts: tuple[str, ...]
    match: Match
    order: tuple[str | int, ...] = ()
    room: str = rooms.ALWAYS


def in_one_form(text: str) -> str:
    """A text in small letters without accents and apostrophes: St Mary’s École is st marys ecole,
    & is and."""
    plain = text.translate(APOSTROPHES).casefold().replace("&", " and ")
    if plain.isascii():
        return plain
    taken_apart = unicodedata.normalize("NFKD", plain)
    return "".join(sign for sign in taken_apart if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of a text, in one form, in its order."""
    return WORD.findall(in_one_form(text))


# The name of a partner comes again with each of its pledges.
@lru_cache(maxsize=4096)
def indexed_words(text: str) -> frozenset[str]:
    """The words by which a text is found; a co-operative is also a cooperative."""
    plain = in_one_form(text)
    joined = ("".join(WORD.findall(word)) for word in HYPHENED.findall(plain))
    return frozenset((*WORD.findall(plain), *joined))


class KindIndex:
    """All that can be found of one kind. A thing that changed takes a new place; its old one is
    ``gone``."""

    def __init__(self, things: Iterable[Findable] = ()) -> None:
        self.things: list[Findable] = []
        self.places: dict[object, int] = {}
        self.by_word: dict[str, array[int]] = {}
        self.gone: set[int] = set()
        self.has_rooms = False
        self._sorted: list[str] | None = None
        for thing in things:
            self.put(thing)

    def put(self, thing: Findable) -> None:
        """Take a thing in, or what it is now."""
        before = self.places.get(thing.key)
        if before is not None:
            if self.things[before] == thing:
                return
            self.gone.add(before)
        place = self.places[thing.key] = len(self.things)
        self.things.append(thing)
        self.has_rooms |= thing.room != rooms.ALWAYS
        for word in frozenset().union(*map(indexed_words, thing.texts)):
            if word not in self.by_word:
                self.by_word[word] = array("L")
                self._sorted = None
            self.by_word[word].append(place)

    def find(self, terms: Sequence[str], *, inside: bool, closed: frozenset[str]) -> set[int]:
        """The places of what has all terms, each at the beginning of a word or, ``inside``, in
        any part of one."""
        places: set[int] | None = None
        for term in terms:
            having = self._having(term, inside)
            places = having if places is None else places & having
            if not places:
                return set()
        places = (places or set()) - self.gone
        if closed and self.has_rooms:
            return {place for place in places if self.things[place].room not in closed}
        return places

    def first(self, places: set[int], most: int) -> Matches:
        """The first of some places in the order of their kind, and how many there are."""
        first = heapq.nsmallest(most, places, key=lambda place: self.things[place].order)
        return Matches(len(places), [self.things[place].match for place in first])

    def _having(self, term: str, inside: bool) -> set[int]:
        spellings = self._holding(term) if inside and len(term) > SHORT else self._beginning(term)
        if (same_word := SAME_WORDS.get(term)) in self.by_word:
            spellings.append(str(same_word))
        return set().union(*(self.by_word[word] for word in spellings))

    def _beginning(self, term: str) -> list[str]:
        vocabulary = self._vocabulary()
        behind = (vocabulary[n] for n in range(bisect_left(vocabulary, term), len(vocabulary)))
        return list(takewhile(lambda word: word.startswith(term), behind))

    def _holding(self, term: str) -> list[str]:
        return [word for word in self._vocabulary() if term in word]

    def _vocabulary(self) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self.by_word)
        return self._sorted
