from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from commonweal.accounts.access import guards_of, held_roles
from commonweal.design.menu import MENU, desks_of, where
from commonweal.jobs import database

from . import opening, rooms
from .models import the_town


def desks_for(request: HttpRequest) -> list[tuple[str, str]]:
    """(address, words) of each desk at which whoever asks works, in rooms that are open."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    closed = rooms.off_for(request)
    return [desk for desk in desks_of(held_roles(user)) if rooms.room_at(desk[0]) not in closed]


def town(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: the town, the menus, and whether this is the demonstration."""
    closed = rooms.off_for(request)
    kept_back = opening.keeps_back(request)
    match = request.resolver_match
    guards = guards_of(match.func if match else None)
    return {
        "town": SimpleLazyObject(the_town),
        "is_demo": settings.DEMO,
        "only_reading": database.is_only_read(),
        "menu": ()
        if kept_back
        else tuple(line for line in MENU if rooms.room_at(line[0]) not in closed),
        "in_preparation": not opening.is_open(closed),
        "kept_back": kept_back,
        "here": where(request.path),
        "desks": tuple(desks_for(request)),
        "rooms": {kind.code: kind.code not in closed for kind in rooms.SWITCHABLE},
        "rooms_off": closed,
        "desk_lock_s": settings.DESK_LOCK_MINUTES * 60 if guards.locks else 0,
        "is_about_people": guards.people,
    }
