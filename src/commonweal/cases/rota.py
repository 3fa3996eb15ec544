"""Which named colleague is on, by the weekly rota and by what was said for now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from commonweal.accounts import actions
from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.services.models import HelpType

from . import named
from .models import AlarmNumber, Case, Duty, Safeguard, StandIn

HALF_HOUR = timedelta(minutes=30)
LONGEST = timedelta(days=31)


# --- Who is on --------------------------------------------------------------------------------


def covers(duty: Duty, moment: datetime) -> bool:
    """Whether a line of the rota holds at a moment, in the town's own time."""
    local = timezone.localtime(moment)
    now, today = local.time(), local.weekday()
    if duty.starts < duty.ends:
        return today == duty.weekday and duty.starts <= now < duty.ends
    yesterday = (today - 1) % 7
    return (today == duty.weekday and now >= duty.starts) or (
        yesterday == duty.weekday and now < duty.ends
    )


def on_duty(people: Iterable[Person], moment: datetime | None = None) -> list[Person]:
    """Those of these people who are on at a moment."""
    moment = moment or timezone.now()
    people = list(people)
    words_of: dict[int, bool] = {}
    # The newest word comes first, and counts.
    for word in StandIn.objects.filter(person__in=people, until__gt=moment, said_at__lte=moment):
        words_of.setdefault(word.person_id, word.is_on)
    planned = {
        duty.person_id for duty in Duty.objects.filter(person__in=people) if covers(duty, moment)
    }
    return [person for person in people if words_of.get(person.pk, person.pk in planned)]


def choose(case: Case, moment: datetime | None = None) -> Person | None:
    """The named colleague on duty with the fewest open cases of a restricted kind; of two with
    as many, who was here first. Nobody when nobody is on."""
    on_now = on_duty(named.named_for(named.restricted_kinds(case)), moment)
    if not on_now:
        return None
    open_cases = Case.objects.open().filter(assigned_to__in=on_now, is_restricted=True)
    many = dict(open_cases.values_list("assigned_to").annotate(Count("pk")).order_by())
    return min(on_now, key=lambda person: (many.get(person.pk, 0), person.pk))


def gaps(kind: HelpType, start: datetime) -> list[tuple[datetime, datetime]]:
    """The half hours of the next seven days in which nobody is on for a kind, put together."""
    people = named.named_for([kind])
    duties = list(Duty.objects.filter(person__in=people))
    stand_ins = list(StandIn.objects.filter(person__in=people, until__gt=start))
    empty: list[tuple[datetime, datetime]] = []
    first = start.replace(minute=start.minute // 30 * 30, second=0, microsecond=0)
    for step in range(7 * 48):
        moment = first + step * HALF_HOUR
        if _somebody(people, duties, stand_ins, max(moment, start)):
            continue
        if empty and empty[-1][1] == moment:
            empty[-1] = (empty[-1][0], moment + HALF_HOUR)
        else:
            empty.append((moment, moment + HALF_HOUR))
    return empty


def _somebody(
    people: list[Person], duties: list[Duty], stand_ins: list[StandIn], moment: datetime
) -> bool:
    for person in people:
        word = next((w for w in stand_ins if w.person_id == person.pk and w.until > moment), None)
        if word is not None:
            if word.is_on:
                return True
        elif any(duty.person_id == person.pk and covers(duty, moment) for duty in duties):
            return True
    return False


# --- What a desk manager does -----------------------------------------------------------------


def _only_managers(by: Person) -> None:
    if not named.is_manager(by):
        raise Refused("The desk manager keeps the rota. Ask them.")


@transaction.atomic
def appoint(*, person: Person, ends_on: date, because: str, by: Person) -> None:
    """Make somebody a named colleague until a day. For which kinds is said next.

    Raises
    ------
    Refused
        By somebody who is neither desk manager nor administrator; or they are one already.
    """
    if not roles_of(by) & {Role.DESK_MANAGER, Role.ADMINISTRATOR}:
        raise Refused("A named colleague is appointed by the desk manager or an administrator.")
    role = Role.DESK_MANAGER if named.is_manager(by) else Role.ADMINISTRATOR
    actions.appoint(
        person=person,
        role=Role.NAMED_COLLEAGUE,
        ends_on=ends_on,
        because=because,
        by=by,
        as_role=role,
    )


@transaction.atomic
def dismiss(*, person: Person, by: Person) -> None:
    """Somebody is a named colleague no longer: kinds, hours and role end."""
    _only_managers(by)
    for kind in HelpType.objects.filter(only_for=person):
        kind.only_for.remove(person)
    Duty.objects.filter(person=person).delete()
    StandIn.objects.filter(person=person, until__gt=timezone.now()).update(until=timezone.now())
    today = timezone.localdate()
    current = Appointment.objects.current(today).filter(person=person, role=Role.NAMED_COLLEAGUE)
    for appointment in current:
        actions.end(appointment=appointment, by=by, as_role=Role.DESK_MANAGER)


@transaction.atomic
def set_kinds(*, person: Person, kinds: list[HelpType], by: Person) -> None:
    """Say for which restricted kinds a named colleague stands. An unrestricted kind is refused."""
    _only_managers(by)
    if by == person:
        raise Refused("Nobody names themselves. Ask another desk manager.")
    if Role.NAMED_COLLEAGUE not in roles_of(person):
        raise Refused("They are no named colleague today. Appoint them first.")
    if any(not kind.is_restricted for kind in kinds):
        raise Refused("Only kinds that are restricted have named colleagues.")
    chosen = {kind.pk for kind in kinds}
    for kind in HelpType.objects.filter(is_restricted=True):
        if kind.pk in chosen:
            kind.only_for.add(person)
        else:
            kind.only_for.remove(person)
    record("named for kinds", about=person, by=by, kinds=sorted(kind.code for kind in kinds))


@transaction.atomic
def set_number(*, person: Person, number: str, by: Person) -> None:
    """The telephone to which a person's alarms go; empty takes it away. One's own, or by the
    desk manager."""
    if by != person:
        _only_managers(by)
    if not number.strip():
        AlarmNumber.objects.filter(person=person).delete()
    else:
        if sum(sign.isdecimal() for sign in number) < 10:
            raise Refused("Write the whole telephone number, with its area code.")
        AlarmNumber.objects.update_or_create(person=person, defaults={"number": number.strip()})
    record("alarm number kept", about=person, by=by)


@transaction.atomic
def add_duty(*, person: Person, weekday: int, starts: time, ends: time, by: Person) -> Duty:
    """One line more of the weekly rota."""
    _only_managers(by)
    if Duty.objects.filter(person=person, weekday=weekday, starts=starts).exists():
        raise Refused("This line stands in the rota already.")
    duty = Duty.objects.create(person=person, weekday=weekday, starts=starts, ends=ends)
    record(
        "duty planned",
        about=person,
        by=by,
        weekday=weekday,
        starts=f"{starts:%H:%M}",
        ends=f"{ends:%H:%M}",
    )
    return duty


@transaction.atomic
def remove_duty(*, duty: Duty, by: Person) -> None:
    _only_managers(by)
    record("duty taken away", about=duty.person, by=by, weekday=duty.weekday)
    duty.delete()


@transaction.atomic
def stand_in(*, person: Person, is_on: bool, until: datetime, by: Person) -> StandIn:
    """Somebody is on, or away, from now until a moment, whatever the rota says. By themselves or
    by the desk manager."""
    if by != person:
        _only_managers(by)
    if Role.NAMED_COLLEAGUE not in roles_of(person):
        raise Refused("They are no named colleague today.")
    now = timezone.now()
    if not now < until <= now + LONGEST:
        raise Refused("Choose a moment between now and a month from now.")
    word = StandIn.objects.create(person=person, is_on=is_on, until=until, said_by=by, said_at=now)
    record("on duty now" if is_on else "away now", about=person, by=by)
    return word


@transaction.atomic
def set_safeguard(
    *, kind: HelpType, open_within: int, numbers: str, what_next: str, by: Person
) -> None:
    """How soon a case of a kind is to be opened, and what a handler who took it reads."""
    _only_managers(by)
    Safeguard.objects.update_or_create(
        help_type=kind,
        defaults={"open_within": open_within, "numbers": numbers, "what_next": what_next},
    )
    record("safeguard set", about=kind, by=by, open_within=open_within)
