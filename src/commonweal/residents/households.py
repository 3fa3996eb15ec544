"""Who lives together, of those who have a record here: somebody moves in, or out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import changes, people
from .belongings import records_of
from .guards import guard
from .models import Household, Resident, ResidentChange
from .unwritten import refuse_codes


def members_for(person: Person, resident: Resident) -> list[Resident]:
    """Whoever lives with this resident and isn't kept from this person, the resident first.

    Of whom a named colleague keeps nothing is said, not even that there is somebody.
    """
    if resident.household_id is None:
        return [resident]
    members = Resident.objects.present().filter(household=resident.household_id)
    seen = members.filter(guard().visible_to(person)).exclude(pk=resident.pk)
    return [resident, *seen.select_related("area").order_by("pk")]


def homes_left(resident: Resident, since: date) -> list[tuple[str, date]]:
    """(code, day) of each household that a person left since a day, as far as that is kept."""
    moves = _moves(since).filter(resident__in=records_of(resident))
    return [(move.was, timezone.localdate(move.at)) for move in moves]


def who_left(codes: Iterable[str], since: date) -> list[tuple[int, date]]:
    """(key, day) of whoever left one of these households since a day, as far as that is kept."""
    homes = set(codes)
    moves = _moves(since)
    return [(m.resident_id, timezone.localdate(m.at)) for m in moves if m.was in homes]


def _moves(since: date) -> QuerySet[ResidentChange]:
    return ResidentChange.objects.filter(field="household", at__date__gte=since).exclude(was="")


@transaction.atomic
def join(*, resident: Resident, housemate: Resident, by: Person, because: str = "") -> Household:
    """Two people live together. If both have a household, the resident moves into the other's."""
    people.refuse_if_kept(by, resident, housemate)
    home = housemate.household or resident.household or Household.objects.create()
    for member in (resident, housemate):
        _move(member, home, by=by, because=because)
    record("household joined", about=resident, by=by, household=home.code)
    return home


@transaction.atomic
def move_out(
    *,
    resident: Resident,
    leaving: Sequence[Resident],
    together: bool,
    because: str,
    by: Person,
) -> Household | None:
    """Some of those who live with a resident, themselves among them perhaps, move out: into one
    new household where they stay together, which is returned, else each into none.

    Their records, cases, grants and safe contact stay theirs. A grant that the household was
    given counts on for whoever stays and for whoever left.

    Raises
    ------
    Refused
        Nobody is chosen, or everybody; no reason; somebody has moved out already, or is kept from
        who says it.
    """
    _refuse_moving(resident, leaving, because, by)
    pks = [member.pk for member in leaving]
    # In one order, so that two who do this at once do not wait for each other.
    locked = list(Resident.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    was = resident.household
    if was is None or any(member.household_id != was.pk for member in locked):
        raise Refused("Somebody of them has moved out already. Look again who lives here.")
    if len(locked) == len(members_for(by, resident)):
        raise Refused("Everybody is ticked. Leave out who stays.")
    home = Household.objects.create() if together and len(locked) > 1 else None
    for member in locked:
        _move(member, home, by=by, because=because.strip())
        record("household left", about=member, by=by, household=was.code)
    return home


def _refuse_moving(
    resident: Resident, leaving: Sequence[Resident], because: str, by: Person
) -> None:
    if not leaving:
        raise Refused("Tick who moves out.")
    if not because.strip():
        raise Refused("Say how you know that they moved out.")
    people.refuse_if_kept(by, resident, *leaving)
    refuse_codes(resident, because)


def _move(member: Resident, home: Household | None, *, by: Person, because: str) -> None:
    if member.household_id == (home.pk if home else None):
        return
    stood = {"household": member.household_id}
    changes.note(member, stood, by=by, because=because)
    Resident.objects.filter(pk=member.pk).update(household=home)
