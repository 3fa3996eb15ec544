"""What a town needs before it opens, and what of it is there: facts, ticked by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from commonweal.accounts.models import Appointment, Role
from commonweal.charter.models import CharterVersion
from commonweal.design.menu import DESKS
from commonweal.design.words import many
from commonweal.partners.models import Partner
from commonweal.places import notices, rooms
from commonweal.places.models import Area, Town, the_town
from commonweal.pledges.models import Measure

from .sections import LOOK

# Without whom the charter can't be run, nor people's data be kept.
NEEDED_ROLES = (Role.CHARTER_MANAGER, Role.DATA_PROTECTION_OFFICER)


@dataclass(frozen=True)
class Now:
    """What all steps are read from: the town, the rooms that are off, the day, who holds what."""

    town: Town
    closed: frozenset[str]
    today: date
    held: dict[str, int]


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is, what there is or what is missing, the name of its page."""

    title: str
    is_done: bool
    words: str
    page: str = ""
    is_needed: bool = True


def steps() -> list[Step]:
    """All of them, in the order in which they are best done."""
    today = timezone.localdate()
    current = Appointment.objects.current(today).filter(person__is_active=True)
    held: dict[str, int] = {}
    for role in current.values_list("role", flat=True):
        held[role] = held.get(role, 0) + 1
    now = Now(the_town(), rooms.off(), today, held)
    return [step(now) for step in STEPS]


def missing() -> list[Step]:
    """What keeps the town from opening."""
    return [step for step in steps() if step.is_needed and not step.is_done]


def _called(now: Now) -> Step:
    town, lacks = now.town, []
    if not town.council_name:
        lacks.append("the name of the council")
    if not (town.contact_email or town.contact_phone):
        lacks.append("an e-mail address or a telephone number for the public")
    words = f"Missing: {', '.join(lacks)}." if lacks else f"{town.name}: {town.service_name}."
    return Step("Name and contacts", not lacks, words, "desk-town-name")


def _looks(now: Now) -> Step:
    first = Town()
    is_own = any(getattr(now.town, name) != getattr(first, name) for name in LOOK)
    words = "The town’s own." if is_own else "As every new town has them; they can stay so."
    return Step("Colours", is_own, words, "desk-look", is_needed=False)


def _logo(now: Now) -> Step:
    has_logo = bool(now.town.logo_digest)
    words = "It stands at the head of every page." if has_logo else "None yet."
    return Step("Logo", has_logo, words, "desk-logo", is_needed=False)


def _notices(now: Now) -> Step:
    gaps = notices.gaps(now.town, now.closed)
    words = f"Not said yet: {', '.join(gaps)}." if gaps else "All is said that the law wants."
    return Step("Privacy and accessibility notices", not gaps, words, "desk-notices")


def _areas(now: Now) -> Step:
    count = Area.objects.count()
    return Step("Wards or neighbourhoods", count > 0, _counted(count, "area"))


def _charter(now: Now) -> Step:
    version = CharterVersion.objects.in_force(now.today).first()
    later = version or CharterVersion.objects.order_by("in_force_from").last()
    words = "None is adopted yet."
    if later is not None:
        words = f"{later.title}, in force from {later.in_force_from:%-d %B %Y}."
    return Step("The charter’s text", later is not None, words)


def _measures(now: Now) -> Step:
    count = Measure.objects.filter(on_menu=True).count()
    return Step("What can be promised", count > 0, _counted(count, "measure"))


def _roles(now: Now) -> Step:
    lacking = [str(role.label) for role in NEEDED_ROLES if not now.held.get(role)]
    words = f"Nobody is {' or '.join(lacking).lower()} yet." if lacking else "Both are appointed."
    return Step("A charter manager, a data protection officer", not lacking, words, "desk-people")


def _second(now: Now) -> Step:
    count = now.held.get(Role.ADMINISTRATOR, 0)
    words = many(count, "administrator") + "."
    return Step("A second administrator", count > 1, words, "desk-people", is_needed=False)


def _rooms(now: Now) -> Step:
    """A room that is on is one that somebody works in."""
    staffed = {rooms.room_at(path) for role, path, _ in DESKS if now.held.get(role)}
    if not now.held.get(Role.DESK_MANAGER):
        staffed.discard("help")
    on = [kind for kind in rooms.SWITCHABLE if kind.code not in now.closed]
    empty = [kind.name for kind in on if kind.code not in staffed]
    words = "Each room that is on has somebody who works in it."
    if empty:
        words = f"Nobody works in {', '.join(empty)}: give somebody a role there, or switch it off."
    return Step("Rooms", not empty, words, "desk-rooms")


def _partner(now: Now) -> Step:
    first = Partner.objects.acting().order_by("accepted_on", "id").first()
    words = "None yet. The charter manager invites and accepts them at the charter desk."
    return Step("The first partner", first is not None, f"{first.name}." if first else words)


def _counted(count: int, thing: str) -> str:
    return f"{many(count, thing)}." if count else "None yet."


STEPS: tuple[Callable[[Now], Step], ...] = (
    _called,
    _looks,
    _logo,
    _notices,
    _areas,
    _charter,
    _measures,
    _roles,
    _second,
    _rooms,
    _partner,
)
