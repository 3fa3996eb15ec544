"""What administrators do with the town at their desk: its settings, its logo."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places import formerly, notices, opening, rooms
from commonweal.places.models import Logo, Town, the_town
from commonweal.pledges import cleaning, files

from . import colours, reads
from .sections import LOOK
from .townfile import enter_council

AS = Role.ADMINISTRATOR
LOGO_MOST_MB = 5
NOT_A_PICTURE = "A logo is a picture. Send a PNG or a JPEG."


@transaction.atomic
def settle(*, settings: dict[str, Any], by: Person) -> list[str]:
    """Change settings of the town, and keep what they were; the names of those that changed.

    Raises
    ------
    Refused
        A colour would be too faint to read; an open town would lose something that its notices say,
        its council's name or the way to reach somebody.
    """
    town = Town.objects.select_for_update().get(id=1)
    changed = {name: new for name, new in settings.items() if getattr(town, name) != new}
    if not changed:
        return []
    closed = rooms.off()
    gaps, lacked = notices.gaps(town, closed), reads.lacks_of(town)
    formerly.keep(town, changed)
    for name, new in changed.items():
        setattr(town, name, new)
    _refuse_faint({name: getattr(town, name) for name in LOOK} if set(LOOK) & set(changed) else {})
    notices.refuse_to_lose(town, gaps, closed)
    _refuse_to_lose_contacts(town, lacked, closed)
    town.save(update_fields=list(changed))
    enter_council(town.council_name)
    record("town settings changed", about=town, by=by, as_role=AS, settings=sorted(changed))
    return sorted(changed)


def _refuse_to_lose_contacts(town: Town, lacked: list[str], closed: frozenset[str]) -> None:
    lost = [lack for lack in reads.lacks_of(town) if lack not in lacked]
    if opening.is_open(closed) and lost:
        raise Refused(f"The town is open, so it must keep {' and '.join(lost)}.")


def _refuse_faint(look: dict[str, str]) -> None:
    for name, pairing in colours.faint(look):
        raise Refused(f"{colours.in_words(pairing)} than {look[name]}.")


@transaction.atomic
def open_town(*, by: Person) -> None:
    """Show the town to everybody. It is never closed again.

    Raises
    ------
    Refused
        Something that it needs is missing, or it is open.
    """
    if missing := reads.missing():
        lacks = "; ".join(f"{step.title}: {step.state.rstrip('.')}" for step in missing)
        raise Refused(f"The town can’t open yet. {lacks}.")
    if not opening.open_to_all():
        raise Refused("The town is open already.")
    record("town opened", about=the_town(), by=by, as_role=AS)


@transaction.atomic
def put_logo(*, name: str, content: bytes, by: Person) -> None:
    """Put a picture at the head of every page, drawn anew from its points.

    Raises
    ------
    Refused
        It is no picture, is damaged, or is too large.
    """
    if not files.check(name, content, max_mb=LOGO_MOST_MB).startswith("image/"):
        raise Refused(NOT_A_PICTURE)
    picture = cleaning.logo(content)
    town = Town.objects.select_for_update().get(id=1)
    Logo.objects.update_or_create(id=1, defaults={"picture": picture})
    _show_logo(town, hashlib.sha256(picture).hexdigest()[:16], by)


@transaction.atomic
def take_logo_off(*, by: Person) -> None:
    """Take the picture off.

    Raises
    ------
    Refused
        There is none.
    """
    town = Town.objects.select_for_update().get(id=1)
    if not town.logo_digest:
        raise Refused("The town has no logo.")
    Logo.objects.all().delete()
    _show_logo(town, "", by)


def _show_logo(town: Town, digest: str, by: Person) -> None:
    town.logo_digest = digest
    town.save(update_fields=["logo_digest"])
    record("town logo changed", about=town, by=by, as_role=AS, digest=digest)
