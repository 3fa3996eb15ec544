"""Looking for something on the whole site: each room names here what of its own can be looked for.

Only what is public is ever named, so that everybody finds the same. What is looked for stands in
the address of the page, as in the register's filters, and is written down nowhere.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar, cast

from django.db.models import Case, Min, Model, Q, QuerySet, Value, When
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
    """What there is of one kind: how many in all, the first of them, and whether the words are in
    all of them only inside of other words (rent in apprentices)."""

    count: int
    first: list[Match]
    is_inside: bool = False


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
    """What stands on the site of these words, in rooms that are open: each kind that has any, last
    those in which the words are only inside of others."""
    terms = terms_of(typed)
    if not terms:
        return []
    kinds = sorted(KINDS.values(), key=lambda kind: ORDER.index(kind.code))
    groups = [Group(kind, kind.look(terms)) for kind in kinds if kind.room not in closed]
    return sorted(
        (group for group in groups if group.matches.count),
        key=lambda group: group.matches.is_inside,
    )


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


# What is written in more than one way, and means the same.
SAME_WORDS = {
    "saint": ("st", "st."),
    "st": ("saint",),
    "st.": ("st", "saint"),
    "and": ("&",),
    "&": ("and",),
}
# How a match is told from a better one: each word of it begins a word; one is only inside of one.
BEGINS, INSIDE = 0, 1
SHORT = 3
BEFORE_A_WORD = (" ", "-", "(", "‘", "“")


def holding(rows: QuerySet[M], terms: Sequence[str], *fields: str) -> QuerySet[M]:
    """The rows in whose fields all terms stand, each in any of them; those in which each begins a
    word before those in which one is only inside of a word, else in the order that they have."""
    begins = Q()
    for term in terms:
        anywhere, at_beginning = Q(), Q()
        for field in fields:
            anywhere |= _where(rows.model, field, partial(_stands_in, term))
            at_beginning |= _where(rows.model, field, partial(_begins_in, term))
        rows, begins = rows.filter(anywhere), begins & at_beginning
    order = rows.query.order_by or rows.model._meta.ordering or ("pk",)
    nearness: Case | Min = Case(When(begins, then=Value(BEGINS)), default=Value(INSIDE))
    if _has_many(rows.model, fields):
        # A row stands there once, by the nearest of what belongs to it.
        nearness = Min(nearness)
    return cast("QuerySet[M]", rows.annotate(nearness=nearness).order_by("nearness", *order))


def _where(model: type[Model], field: str, condition: Callable[[str], Q]) -> Q:
    """A condition on a field. On one of what a row points to it is asked of each of those once,
    and not of each row."""
    head, _, path = field.partition("__")
    relation = model._meta.get_field(head)
    if not (path and relation.many_to_one):
        return condition(field)
    pointed_to = cast("type[Model]", relation.related_model)
    return Q(**{f"{head}__in": pointed_to._default_manager.filter(condition(path)).values("pk")})


def _stands_in(term: str, field: str) -> Q:
    """A field in which a term stands. So short a one stands inside of too many words (st in
    Eastfields): it begins a word."""
    if len(term) <= SHORT:
        return _begins_in(term, field)
    stands = Q()
    for written in _ways(term):
        stands |= Q(**{f"{field}__icontains": written})
    return stands | _is_another(term, field)


def _begins_in(term: str, field: str) -> Q:
    begins = Q()
    for written in _ways(term):
        begins |= _begins_word(field, written)
    return begins | _is_another(term, field)


def _is_another(term: str, field: str) -> Q:
    """A field in which a word stands that means the same."""
    is_word = Q()
    for same_word in SAME_WORDS.get(term.casefold(), ()):
        is_word |= _is_word(field, same_word)
    return is_word


def _begins_word(field: str, written: str) -> Q:
    begun = Q(**{f"{field}__istartswith": written})
    for before in BEFORE_A_WORD:
        begun |= Q(**{f"{field}__icontains": f"{before}{written}"})
    return begun


def _is_word(field: str, word: str) -> Q:
    return (
        Q(**{f"{field}__iexact": word})
        | Q(**{f"{field}__istartswith": f"{word} "})
        | Q(**{f"{field}__iendswith": f" {word}"})
        | Q(**{f"{field}__icontains": f" {word} "})
    )


def _has_many(model: type[Model], fields: Sequence[str]) -> bool:
    """Whether one of the fields is one of several things that belong to a row."""
    relations = (model._meta.get_field(field.partition("__")[0]) for field in fields)
    return any(relation.many_to_many or relation.one_to_many for relation in relations)


def _ways(term: str) -> set[str]:
    """A term as it may be written: with either apostrophe or none (brannoc's, brannocs); and in
    each case where it has letters beyond English, which SQLite tells apart."""
    plain = term.replace("’", "'")
    ways = {term, plain, plain.replace("'", "’")}
    stem = re.fullmatch(r"(\w{3,})'?s", plain, re.IGNORECASE)
    if stem is not None:
        ways |= {f"{stem[1]}{possessive}" for possessive in ("s", "'s", "’s")}
    if not term.isascii():
        ways |= {
            change(spelling)
            for spelling in ways
            for change in (str.lower, str.upper, str.capitalize)
        }
    return ways


def first_of(rows: QuerySet[M], as_match: Callable[[M], Match]) -> Matches:
    """The first rows as matches, and how many there are: asked only where there are more."""
    first = list(rows[: MOST + 1])
    count = len(first) if len(first) <= MOST else rows.count()
    is_inside = bool(first) and getattr(first[0], "nearness", BEGINS) == INSIDE
    return Matches(count, [as_match(row) for row in first[:MOST]], is_inside)


# --- Pages that no row makes --------------------------------------------------------------------


@cache
def pages() -> dict[str, dict[str, Any]]:
    """The pages of the site itself by the name of their address: title, and words for them."""
    return tomllib.loads(PAGES.read_text())


def _ways_in(term: str, written: str) -> list[str]:
    """The ways of a term that stand in a text of small letters: first those that begin a word."""
    ways = {spelling.casefold() for spelling in _ways(term)}
    found_ways = [spelling for spelling in sorted(ways) if spelling in written]
    return sorted(
        found_ways, key=lambda spelling: re.search(rf"\b{re.escape(spelling)}", written) is None
    )


def _pages(terms: Sequence[str]) -> Matches:
    closed = rooms.off()
    matches = []
    for name, page in pages().items():
        written = f"{page['title']} {page['words']}".casefold()
        address = reverse(name)
        if rooms.room_at(address) not in closed and all(_ways_in(term, written) for term in terms):
            begins = all(
                re.search(rf"\b{re.escape(spelling)}", written) is not None
                for term in terms
                for spelling in _ways_in(term, written)[:1]
            )
            match = Match(page["title"], address, page["words"])
            matches.append((BEGINS if begins else INSIDE, match))
    matches.sort(key=lambda ranked: ranked[0])
    is_inside = bool(matches) and matches[0][0] == INSIDE
    return Matches(len(matches), [match for _, match in matches], is_inside)


register(SearchKind("pages", "Pages", rooms.ALWAYS, _pages))
