"""What a town needs before it opens, and what of it is there: facts, ticked by nobody."""

from __future__ import annotations

from collections import Counter
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
    """What all steps are read from: the town, the rooms that are off, the day, how many hold each
    role and have signed in, and which roles only somebody holds who has not."""

    town: Town
    closed: frozenset[str]
    today: date
    held: dict[str, int]
    awaited: frozenset[str]


@dataclass(frozen=True)
class SetUpStep:
    """One thing to do: what it is, what there is or what is missing, the name of its page."""

    title: str
    is_done: bool
    state: str
    page: str = ""
    is_needed: bool = True


def steps() -> list[SetUpStep]:
    """All of them, in the order in which they are best done."""
    today = timezone.localdate()
    current = Appointment.objects.current(today).filter(person__is_active=True)
    # The address of who was invited and never came can be a mistyped one.
    have_come = current.exclude(person__last_login=None)
    held = Counter(have_come.values_list("role", flat=True))
    awaited = frozenset(current.values_list("role", flat=True)) - held.keys()
    now = Now(the_town(), rooms.off(), today, held, awaited)
    return [step(now) for step in STEPS]


def missing() -> list[SetUpStep]:
    """What keeps the town from opening."""
    return [step for step in steps() if step.is_needed and not step.is_done]


def lacks_of(town: Town) -> list[str]:
    """What nobody could do without: whose town it is, and a way to reach somebody."""
    lacks = []
    if not town.council_name:
        lacks.append("the name of the council")
    if not (town.contact_email or town.contact_phone):
        lacks.append("an e-mail address or a telephone number for the public")
    return lacks


def _called(now: Now) -> SetUpStep:
    town, lacks = now.town, lacks_of(now.town)
    state = f"Missing: {', '.join(lacks)}." if lacks else f"{town.name}: {town.service_name}."
    return SetUpStep("Name and contacts", not lacks, state, "desk-town-name")


def _looks(now: Now) -> SetUpStep:
    first = Town()
    is_own = any(getattr(now.town, name) != getattr(first, name) for name in LOOK)
    state = "The town’s own." if is_own else "As every new town has them; they can stay so."
    return SetUpStep("Colours", is_own, state, "desk-look", is_needed=False)


def _logo(now: Now) -> SetUpStep:
    has_logo = bool(now.town.logo_digest)
    state = "It stands at the head of every page." if has_logo else "None yet."
    return SetUpStep("Logo", has_logo, state, "desk-logo", is_needed=False)


def _notices(now: Now) -> SetUpStep:
    gaps = notices.gaps(now.town, now.closed)
    state = f"Not said yet: {', '.join(gaps)}." if gaps else "All is said that the law wants."
    return SetUpStep("Privacy and accessibility notices", not gaps, state, "desk-notices")


def _areas(now: Now) -> SetUpStep:
    count = Area.objects.count()
    return SetUpStep("Wards or neighbourhoods", count > 0, _counted(count, "area"), "desk-areas")


def _charter(now: Now) -> SetUpStep:
    version = CharterVersion.objects.in_force(now.today).first()
    later = version or CharterVersion.objects.order_by("in_force_from").last()
    state = "None is adopted yet."
    if later is not None:
        state = f"{later.title}, in force from {later.in_force_from:%-d %B %Y}."
    return SetUpStep("The charter’s text", later is not None, state, "desk-charter-text")


def _measures(now: Now) -> SetUpStep:
    count = Measure.objects.filter(on_menu=True).count()
    return SetUpStep("What can be promised", count > 0, _counted(count, "measure"), "desk-measures")


def _roles(now: Now) -> SetUpStep:
    lacking = [str(role.label) for role in NEEDED_ROLES if not now.held.get(role)]
    state = f"Nobody is {' or '.join(lacking).lower()} yet." if lacking else "Both have come."
    if now.awaited & {role for role in NEEDED_ROLES if not now.held.get(role)}:
        state += " Whoever was invited has not signed in."
    return SetUpStep(
        "A charter manager, a data protection officer", not lacking, state, "desk-people"
    )


def _second(now: Now) -> SetUpStep:
    count = now.held.get(Role.ADMINISTRATOR, 0)
    state = many(count, "administrator") + "."
    return SetUpStep("A second administrator", count > 1, state, "desk-people", is_needed=False)


def _who_begins(room: str) -> str:
    """The role that a room takes first, as the page of roles names it."""
    if room == "help":
        return Role.DESK_MANAGER.label.lower()
    first = next(role for role, path, _ in DESKS if rooms.room_at(path) == room)
    return Role(first).label.lower()


def _nobody_in(names_of: dict[str, str]) -> str:
    """Rooms in which nobody works, by code, each with the role that it takes."""
    needed = "; ".join(f"{name}: {_who_begins(code)}" for code, name in names_of.items())
    names = ", ".join(names_of.values())
    return f"Nobody works in {names}. Give somebody the role ({needed}), or switch it off."


def _rooms(now: Now) -> SetUpStep:
    """A room that is on is one that somebody works in."""
    staffed = {rooms.room_at(path) for role, path, _ in DESKS if now.held.get(role)}
    if not now.held.get(Role.DESK_MANAGER):
        staffed.discard("help")
    on = [kind for kind in rooms.SWITCHABLE if kind.code not in now.closed]
    empty = {kind.code: kind.name for kind in on if kind.code not in staffed}
    state = "Each room that is on has somebody who works in it."
    if empty:
        state = _nobody_in(empty)
        if now.awaited:
            state += " Whoever was invited counts from their first sign-in."
    return SetUpStep("Rooms", not empty, state, "desk-rooms")


def _partner(now: Now) -> SetUpStep:
    first = Partner.objects.acting().order_by("accepted_on", "id").first()
    state = "None yet. The charter manager invites and accepts them at the charter desk."
    return SetUpStep("The first partner", first is not None, f"{first.name}." if first else state)


def _counted(count: int, thing: str) -> str:
    return f"{many(count, thing)}." if count else "None yet."


STEPS: tuple[Callable[[Now], SetUpStep], ...] = (
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
