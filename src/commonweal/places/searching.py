"""Looking for something on the whole site: each room names here what of its own can be looked for.

Only what is public is ever named, so that everybody finds the same. What is looked for stands in
the address of the page, as in the register's filters, and is written down nowhere.

Each process keeps the words of all that can be found (decision 0045). They are read anew when the
record, the ledger or the day is another; of the pledges only those that have a new entry.
"""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.record import state_of_the_record

from . import rooms
from .search_words import Findable, KindIndex, Match, Matches, words_of

# So many of each kind are shown; the rest is one link further.
MOST = 5
LONGEST, TERMS_MOST = 100, 8
PAGES = Path(__file__).with_name("pages.toml")


@dataclass(frozen=True)
class Reading:
    """What of one kind was read: all of it, or only what may be another since ``mark`` was another.
    By the mark the next reading knows what it need not read."""

    things: Iterable[Findable]
    mark: Any = None
    is_whole: bool = True


def _no_state() -> object:
    return None


@dataclass(frozen=True)
class SearchKind:
    """A kind of thing that can be looked for.

    ``read`` gets the mark of the reading before (None at first); ``state`` is whatever else than
    the record tells that there is something new. ``whole_list`` is the address of a list that
    takes the same words in its query, where there is one.
    """

    code: str
    name: str
    room: str
    read: Callable[[Any], Reading]
    whole_list: Callable[[], str] | None = None
    state: Callable[[], object] = _no_state


@dataclass(frozen=True)
class Group:
    """One kind's matches on the page."""

    kind: SearchKind
    matches: Matches

    @property
    def more(self) -> str:
        """The address of the list that has the rest, up to the words; "" where all are shown or
        none has it."""
        if self.matches.count <= len(self.matches.first) or self.kind.whole_list is None:
            return ""
        address = self.kind.whole_list()
        return f"{address}&" if "?" in address else f"{address}?"


KINDS: dict[str, SearchKind] = {}
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


def register(kind: SearchKind) -> None:
    KINDS[kind.code] = kind


def terms_of(typed: str) -> list[str]:
    """The words to look for, each once; what is longer than any title is cut."""
    return list(dict.fromkeys(typed.replace("\x00", "")[:LONGEST].split()))[:TERMS_MOST]


def search(typed: str, closed: frozenset[str]) -> list[Group]:
    """What stands on the site of these words, in rooms that are open, each kind that has any: what
    has words that begin so. Only where nothing does, what has them inside of its words."""
    terms = words_of(" ".join(terms_of(typed)))[:TERMS_MOST]
    if not terms:
        return []
    with _lock:
        _bring_up(KINDS)
        return _groups(terms, closed, inside=False) or _groups(terms, closed, inside=True)


def keys_of(code: str, typed: str) -> list[Any]:
    """The keys of all of one kind that a search of these words finds: a list that looks for words
    counts as the search does."""
    terms = words_of(" ".join(terms_of(typed)))[:TERMS_MOST]
    if not terms:
        return []
    with _lock:
        _bring_up([code])
        index, closed = _kept.indexes[code], frozenset[str]()
        places = index.find(terms, inside=False, closed=closed)
        places = places or index.find(terms, inside=True, closed=closed)
        return [index.things[place].key for place in places]


def matches_of(code: str, typed: str) -> RawSQL:
    """`keys_of` as rows to be asked for: one value, where a county's matches are more than a
    database takes one by one."""
    keys = keys_of(code, typed)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [keys])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(keys)])


def _groups(terms: Sequence[str], closed: frozenset[str], *, inside: bool) -> list[Group]:
    groups = []
    for code in ORDER:
        kind = KINDS[code]
        if kind.room in closed:
            continue
        index = _kept.indexes[code]
        if places := index.find(terms, inside=inside, closed=closed):
            groups.append(Group(kind, index.first(places, MOST)))
    return groups


# --- The words that this process keeps ---------------------------------------------------------


class _Kept:
    """The index of each kind, the mark of its last reading, and the state it was read in."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.states: dict[str, object] = {}
        self.indexes: dict[str, KindIndex] = {}
        self.marks: dict[str, Any] = {}


_kept = _Kept()
_lock = threading.Lock()
# Where no figures are kept (in tests), no words are: this is what is asked for there.
FIGURE = "search-words"


def _bring_up(codes: Iterable[str]) -> None:
    """Read what is new of some kinds. Whoever asks holds the lock."""
    today = timezone.localdate()
    if caches["figures"].get(FIGURE) != today:
        _kept.forget()
    record = state_of_the_record()
    for code in codes:
        state = record, today, KINDS[code].state()
        if state != _kept.states.get(code):
            _read(KINDS[code])
            _kept.states[code] = state
    caches["figures"].set(FIGURE, today, None)


def _read(kind: SearchKind) -> None:
    reading = kind.read(_kept.marks.get(kind.code))
    if reading.is_whole or kind.code not in _kept.indexes:
        _kept.indexes[kind.code] = KindIndex(reading.things)
    else:
        for thing in reading.things:
            _kept.indexes[kind.code].put(thing)
    _kept.marks[kind.code] = reading.mark


# --- Pages that no row makes --------------------------------------------------------------------


@cache
def pages() -> dict[str, dict[str, Any]]:
    """The pages of the site itself by the name of their address: title, and words for them."""
    return tomllib.loads(PAGES.read_text())


def _pages(_: Any) -> Reading:
    return Reading(
        Findable(
            name,
            (page["title"], page["words"]),
            Match(page["title"], reverse(name), page["words"]),
            (place,),
            rooms.room_at(reverse(name)),
        )
        for place, (name, page) in enumerate(pages().items())
    )


register(SearchKind("pages", "Pages", rooms.ALWAYS, _pages))
