"""What can be followed: each room names its kinds here, for it knows what is new of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from commonweal.accounts.models import Event
from commonweal.accounts.record import kinds_of
from commonweal.places import rooms


@dataclass(frozen=True)
class Followed:
    """Something that is public: what it is called, and the address of its page."""

    title: str
    address: str
    over: str = ""
    """Why nobody begins to follow it any more, in words; "" where one can."""


@dataclass(frozen=True)
class News:
    """Something that became public at a moment, in words that name no person."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be followed.

    ``find`` answers None where nothing public has the key; ``news`` gives what became public
    after one moment and until another.
    """

    code: str
    words: str
    room: str
    find: Callable[[str], Followed | None]
    news: Callable[[str, datetime, datetime], Sequence[News]]


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.code] = kind


def find(kind: str, key: str) -> Followed | None:
    """What is followed, where it is public and its room is on."""
    known = KINDS.get(kind)
    if known is None or not (known.room == rooms.ALWAYS or rooms.is_on(known.room)):
        return None
    return known.find(key)


def news_of(kind: str, key: str, since: datetime, until: datetime) -> list[News]:
    """The news of something between two moments, the oldest first."""
    return sorted(KINDS[kind].news(key, since, until), key=lambda news: news.at)


def from_record(
    model: type[Model],
    codes: Sequence[str],
    words: dict[str, str],
    since: datetime,
    until: datetime,
) -> list[News]:
    """What the record says of some rows of a model, in the words that each verb has here; other
    verbs are left out."""
    lines = Event.objects.filter(
        about_kind__in=kinds_of(model),
        about_code__in=codes,
        verb__in=words,
        at__gt=since,
        at__lte=until,
    )
    return [News(line.at, words[line.verb]) for line in lines.order_by("id")]
