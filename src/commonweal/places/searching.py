"""Looking for something on the whole site: each room names here what of its own can be looked for.

Only what is public is ever named, so that everybody finds the same. What is looked for stands in
the address of the page, as in the register's filters, and is written down nowhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from . import rooms

# So many of each kind are shown; the rest is one link further.
MOST = 5
LONGEST, TERMS_MOST = 100, 8
M = TypeVar("M", bound=Model)
PAGES = Path(__file__).with_name("pages.toml")


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


@dataclass(frozen=True)
class SearchKind:
    """A kind of thing that can be looked for.

    ``look`` takes the terms, of which all must stand in one thing; ``whole_list`` is the address of
    a list that takes the same words in its query, where there is one.
    """

    code: str
    name: str
    room: str
    look: Callable[[Sequence[str]], Matches]
    whole_list: Callable[[], str] | None = None


@dataclass(frozen=True)
class Group:
    """One kind's matches on the page."""

    kind: SearchKind
    matches: Matches

    @property
    def more(self) -> str:
        """The address of the list that has the rest; "" where all are shown or none has it."""
        is_all = self.matches.count <= len(self.matches.first)
        return "" if is_all or self.kind.whole_list is None else self.kind.whole_list()


KINDS: dict[str, SearchKind] = {}


def register(kind: SearchKind) -> None:
    KINDS[kind.code] = kind


def terms_of(typed: str) -> list[str]:
    """The words to look for, each once; what is longer than any title is cut."""
    return list(dict.fromkeys(typed.replace("\x00", "")[:LONGEST].split()))[:TERMS_MOST]


def search(typed: str, closed: frozenset[str]) -> list[Group]:
    """What stands on the site of these words, in rooms that are open: each kind that has any."""
    terms = terms_of(typed)
    if not terms:
        return []
    kinds = sorted(KINDS.values(), key=lambda kind: ORDER.index(kind.code))
    groups = [Group(kind, kind.look(terms)) for kind in kinds if kind.room not in closed]
    return [group for group in groups if group.matches.count]


ORDER = (
    "pages",
    "wards",
    "services",
    "partners",
    "pledges",
    "themes",
    "actions",
    "metrics",
    "consultations",
    "proposals",
    "budgets",
)


def holding(rows: QuerySet[M], terms: Sequence[str], *fields: str) -> QuerySet[M]:
    """The rows in whose fields all terms stand, each in any of them."""
    for term in terms:
        anywhere = Q()
        for field in fields:
            for written in _ways(term):
                anywhere |= Q(**{f"{field}__icontains": written})
        rows = rows.filter(anywhere)
    return rows


def _ways(term: str) -> set[str]:
    """A term as it may be written: with either apostrophe; and in each case where it has letters
    beyond English, which SQLite tells apart."""
    ways = {term, term.replace("'", "’"), term.replace("’", "'")}
    if not term.isascii():
        ways |= {change(way) for way in ways for change in (str.lower, str.upper, str.capitalize)}
    return ways


def first_of(rows: QuerySet[M], as_match: Callable[[M], Match]) -> Matches:
    """The first rows as matches, and how many there are: asked only where there are more."""
    first = list(rows[: MOST + 1])
    count = len(first) if len(first) <= MOST else rows.count()
    return Matches(count, [as_match(row) for row in first[:MOST]])


# --- Pages that no row makes --------------------------------------------------------------------


@cache
def pages() -> dict[str, dict[str, Any]]:
    """The pages of the site itself by the name of their address: title, and words for them."""
    return tomllib.loads(PAGES.read_text())


def _pages(terms: Sequence[str]) -> Matches:
    closed = rooms.off()
    matches = []
    for name, page in pages().items():
        written = f"{page['title']} {page['words']}".casefold()
        address = reverse(name)
        if rooms.room_at(address) not in closed and all(
            term.casefold().replace("’", "'") in written for term in terms
        ):
            matches.append(Match(page["title"], address, page["words"]))
    return Matches(len(matches), matches)


register(SearchKind("pages", "Pages", rooms.ALWAYS, _pages))
