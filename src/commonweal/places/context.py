from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from commonweal.accounts.access import guards_of, held_roles
from commonweal.design.menu import MENU, desks_of, where
from commonweal.jobs import database

from . import rooms
from .models import the_town


def town(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: the town, the menus, and whether this is the demonstration."""
    user = getattr(request, "user", None)
    desks = desks_of(held_roles(user)) if user is not None and user.is_authenticated else []
    closed = rooms.off_for(request)
    match = request.resolver_match
    guards = guards_of(match.func if match else None)
    return {
        "town": SimpleLazyObject(the_town),
        "is_demo": settings.DEMO,
        "only_reading": database.is_only_read(),
        "menu": [entry for entry in MENU if rooms.room_at(entry[0]) not in closed],
        "here": where(request.path),
        "desks": [entry for entry in desks if rooms.room_at(entry[0]) not in closed],
        "rooms": {kind.code: kind.code not in closed for kind in rooms.SWITCHABLE},
        "rooms_off": closed,
        "desk_lock_s": settings.DESK_LOCK_MINUTES * 60 if guards.locks else 0,
        "is_about_people": guards.people,
    }
