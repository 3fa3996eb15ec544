"""Roles given and ended: each one, each pair that does not go together, each refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts import actions
from commonweal.accounts.access import roles_of
from commonweal.accounts.actions import INCOMPATIBLE
from commonweal.accounts.models import Appointment, Event, Message, Person, Role
from commonweal.office.errors import Refused

pytestmark = pytest.mark.django_db
Give = Callable[..., Appointment]


@pytest.fixture
def give(daniel: Person, carys: Person, today: date) -> Give:
    """Carys is given a role by Daniel, who has signed in, for a hundred days."""
    Person.objects.filter(pk=daniel.pk).update(last_login=timezone.now())

    def given_role(role: str = Role.REVIEWER, **more: Any) -> Appointment:
        usual = {"person": carys, "ends_on": today + timedelta(days=100), "because": "The group."}
        return actions.appoint(**(usual | {"role": role, "by": daniel} | more))

    return given_role


def verbs(person: Person) -> list[str]:
    events = Event.objects.filter(about_code=str(person.code), verb__startswith="role")
    return list(events.order_by("pk").values_list("verb", flat=True))


def subjects(person: Person) -> list[str]:
    return list(
        Message.objects.filter(person=person).order_by("pk").values_list("subject", flat=True)
    )


@pytest.mark.parametrize("role", Role)
def test_each_role_is_given_told_and_ended(
    role: Role, give: Give, carys: Person, daniel: Person, today: date
) -> None:
    appointment = give(role)
    assert (appointment.starts_on, appointment.given_by) == (today, daniel)
    assert roles_of(carys) == {role}
    event = Event.objects.get(verb="role given", about_code=str(carys.code))
    assert event.detail == {"role": role.value, "until": str(appointment.ends_on)}
    assert (event.by_code, event.as_role) == (daniel.code, Role.ADMINISTRATOR)
    assert subjects(carys) == [f"You were given a role: {role.label}"]
    actions.end(appointment=appointment, by=daniel)
    assert roles_of(Person.objects.get(pk=carys.pk)) == set()
    assert subjects(carys)[1:] == [f"Your role has ended: {role.label}"]
    assert verbs(carys) == ["role given", "role ended"]


@pytest.mark.parametrize("pair", list(combinations(Role, 2)), ids="-".join)
def test_two_roles_go_together_or_are_refused_in_either_order(
    pair: tuple[Role, Role], give: Give, carys: Person
) -> None:
    why = INCOMPATIBLE.get(frozenset(pair))
    for first, second in (pair, pair[::-1]):
        give(first)
        if why is None:
            give(second)
            assert roles_of(Person.objects.get(pk=carys.pk)) == {first, second}
        else:
            with pytest.raises(Refused) as refusal:
                give(second)
            assert str(refusal.value) == why
            assert roles_of(Person.objects.get(pk=carys.pk)) == {first}
        Appointment.objects.filter(person=carys).delete()


def test_a_role_is_held_once(give: Give, carys: Person) -> None:
    give()
    with pytest.raises(Refused, match="This person holds that role already"):
        give(because="Again.")
    assert carys.appointments.count() == 1
    assert verbs(carys) == ["role given"]
    assert len(subjects(carys)) == 1


def test_a_role_that_ran_out_makes_room_for_a_new_one(
    give: Give, carys: Person, today: date
) -> None:
    over = give()
    begun = today - timedelta(days=9)
    Appointment.objects.filter(pk=over.pk).update(
        starts_on=begun, ends_on=today - timedelta(days=1)
    )
    new = give(because="Again.")
    over.refresh_from_db()
    assert over.ended_at is not None
    assert carys.appointments.filter(ended_at=None).get() == new


@pytest.mark.parametrize(("days", "is_gone"), [(-400, True), (-1, True), (0, False), (1, False)])
def test_a_role_ends_on_a_day_that_is_not_gone(
    days: int, is_gone: bool, give: Give, carys: Person, today: date
) -> None:
    """It was said that the person holds the role already, which they did not."""
    until = today + timedelta(days=days)
    if is_gone:
        with pytest.raises(Refused, match="The last day of a role can't be a day that is gone"):
            give(ends_on=until)
        assert not carys.appointments.exists()
        assert subjects(carys) == []
    else:
        assert give(ends_on=until).ends_on == until


def test_nobody_gives_a_role_to_themselves(give: Give, daniel: Person) -> None:
    with pytest.raises(Refused, match="Nobody gives a role to themselves"):
        give(person=daniel)
    assert roles_of(daniel) == {Role.ADMINISTRATOR}


def test_one_role_instead_of_the_same_one(give: Give, carys: Person, today: date) -> None:
    first = give()
    second = give(ends_on=today + timedelta(days=9), instead=True)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert carys.appointments.filter(ended_at=None).get() == second
    # Who is refused keeps the one that they have.
    with pytest.raises(Refused, match="a day that is gone"):
        give(ends_on=today - timedelta(days=1), instead=True)
    second.refresh_from_db()
    assert second.ended_at is None


def test_a_role_ends_once_and_who_ends_their_own_is_not_written_to(
    give: Give, carys: Person, daniel: Person
) -> None:
    appointment = give()
    actions.end(appointment=appointment, by=carys)
    with pytest.raises(Refused, match="This role has ended already"):
        actions.end(appointment=appointment, by=daniel)
    assert verbs(carys) == ["role given", "role ended"]
    assert len(subjects(carys)) == 1


@pytest.mark.parametrize(
    ("has_come", "is_active", "may_end"),
    [(True, True, True), (False, True, False), (True, False, False)],
)
def test_the_last_administrator_who_can_come_keeps_the_role(
    give: Give,
    carys: Person,
    daniel: Person,
    today: date,
    has_come: bool,
    is_active: bool,
    may_end: bool,
) -> None:
    give(Role.ADMINISTRATOR)
    moment = timezone.now() if has_come else None
    Person.objects.filter(pk=carys.pk).update(last_login=moment, is_active=is_active)
    own = daniel.appointments.get()
    if may_end:
        actions.end(appointment=own, by=carys)
    else:
        with pytest.raises(Refused, match="This is the last administrator who has signed in"):
            actions.end(appointment=own, by=carys)
    own.refresh_from_db()
    assert (own.ended_at is not None) is may_end
