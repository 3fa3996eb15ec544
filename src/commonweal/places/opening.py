"""Whether the town is open to the public, and who sees it before that.

A town that `init` made is being prepared: until somebody opens it only its people see more than a
page that says so. A town of before, and one that a demonstration made, is open.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import held_roles
from commonweal.accounts.models import Person, Role

from . import rooms
from .models import Room

# The public site is kept as a room that is off until the town opens: one row, asked with the rest.
SITE = "site"
# What is there before: the ways in, the pages of whoever is in, and what each of them is made of.
BEFORE = (
    "/accounts/",
    "/desk/",
    "/space/",
    "/invitations/",
    "/demo/",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
    "/town.css",
    "/town.png",
    "/favicon.ico",
    "/robots.txt",
    "/.well-known/",
)
# Who sees the site before without a role in the town: each room that has such people says so.
OTHERS: list[Callable[[Person], bool]] = []
# An open town is not closed again: a process that saw it open asks the database no more.
_seen_open: set[str] = set()


def is_open(closed: frozenset[str] | None = None) -> bool:
    """Whether everybody sees the site; ``closed`` where the rooms that are off are known."""
    return SITE not in (rooms.off() if closed is None else closed)


def prepare() -> None:
    """Show the site to its people alone, until it is opened."""
    Room.objects.update_or_create(code=SITE, defaults={"is_on": False})
    _seen_open.clear()


def open_to_all() -> bool:
    """Show the site to everybody; False where everybody sees it already."""
    switched = Room.objects.filter(code=SITE, is_on=False)
    return bool(switched.update(is_on=True, changed_at=timezone.now()))


def is_kept_back(request: HttpRequest) -> bool:
    """Whether whoever asks must not see this page yet."""
    if request.path_info.startswith(BEFORE) or _seen_open:
        return False
    if is_open(rooms.off_for(request)):
        _seen_open.add(SITE)
        return False
    return not _belongs(request)


def keeps_back(request: HttpRequest) -> bool:
    """Whether the public site is not for whoever asks yet."""
    return not is_open(rooms.off_for(request)) and not _belongs(request)


def first_page(request: HttpRequest) -> str:
    """Where an administrator begins while the town is being prepared; "" for all others."""
    person = request.user
    if is_open(rooms.off_for(request)) or not isinstance(person, Person):
        return ""
    return reverse("desk-town") if Role.ADMINISTRATOR in held_roles(person) else ""


def _belongs(request: HttpRequest) -> bool:
    person = request.user
    if not isinstance(person, Person) or not person.is_authenticated:
        return False
    return bool(held_roles(person)) or any(belongs(person) for belongs in OTHERS)
