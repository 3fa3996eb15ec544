"""What an administrator does with the town: switching rooms on and off."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import rooms
from .models import Room, the_town


@transaction.atomic
def switch(*, code: str, on: bool, by: Person | None) -> None:
    """Switch a room on or off. Nothing in it is deleted; switched on again all is there.

    Raises
    ------
    Refused
        There is no such room, or it is so already.
    """
    if code not in rooms.CODES:
        known = ", ".join(rooms.CODES)
        raise Refused(f"{code} is no room that can be switched. There are: {known}")
    if rooms.is_on(code) == on:
        raise Refused(f"{rooms.CODES[code].name} is {'on' if on else 'off'} already.")
    Room.objects.update_or_create(code=code, defaults={"is_on": on, "changed_at": timezone.now()})
    record(rooms.SWITCHED, about=the_town(), by=by, room=code, on=on)
