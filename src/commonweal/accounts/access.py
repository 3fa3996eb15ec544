"""Who may: roles in the town, and the second factor that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from commonweal.office.fixed_queries import FixedQuery

from .models import Appointment, Person, Role

View = Callable[..., HttpResponse]


class SignedInRequest(HttpRequest):
    user: Person


# Desks of these roles hold residents' data, unless a view says that it shows none.
PEOPLE_ROLES = {
    Role.CALL_HANDLER,
    Role.NAMED_COLLEAGUE,
    Role.DESK_MANAGER,
    Role.GRANTS_ASSESSOR,
    Role.GRANTS_APPROVER,
    Role.FINANCE_OFFICER,
}
# Who reads residents' data without a role in the town: each room that has such people says so.
HOLDERS: list[Callable[[Person], bool]] = []


@dataclass(frozen=True)
class Guards:
    """What stands before an address, by what its view says of itself, not by how it begins.

    ``factor``: only a session that gave a second factor. ``people``: its pages show residents'
    data, so no cache keeps them and a session that stands idle ends. ``locks``: the screen lock.
    """

    factor: bool = False
    people: bool = False
    locks: bool = False


NONE = Guards()
ROLES_OF = FixedQuery(
    lambda pk: Appointment.objects.filter(person_id=pk, ended_at=None).values_list(
        "role", "starts_on", "ends_on"
    ),
    int,
)


def guards_of(view: Any) -> Guards:
    guards: Guards = getattr(view, "guards", NONE)
    return guards


def guards_at(path: str) -> Guards:
    """What stands before a path, for who has no request of it."""
    try:
        return guards_of(resolve(path).func)
    except Resolver404:
        return NONE


def held_roles(person: Person) -> set[str]:
    """The town roles a person holds today; asked once a request."""
    held: set[str] | None = getattr(person, "_roles_today", None)
    if held is None:
        held = _held_on(person, timezone.localdate())
        person._roles_today = held  # type: ignore[attr-defined]
    return held


def _held_on(person: Person, today: date) -> set[str]:
    """The roles of `current`. Whether somebody is the last administrator hangs on all others, so
    it is asked only of who was one: every page asks for roles."""
    days = ROLES_OF(person.pk)
    if any(role == Role.ADMINISTRATOR and ends_on < today for role, _, ends_on in days):
        return set(person.appointments.current(today).values_list("role", flat=True))
    return {role for role, starts_on, ends_on in days if starts_on <= today <= ends_on}


def roles_of(person: Person) -> set[str]:
    """The town roles in which a person may act: those held today, and none in a session that did
    not give a second factor. So whoever asks for a role asks for the factor too."""
    return set() if person.roles_sleep else held_roles(person)


def needs_second_factor(person: Person) -> bool:
    """Whether somebody reads residents' data or what the town has not published."""
    return bool(held_roles(person)) or any(holds(person) for holds in HOLDERS)


def holder(holds: Callable[[Person], bool]) -> Callable[[Person], bool]:
    """Register who reads residents' data without a role in the town."""
    HOLDERS.append(holds)
    return holds


def about_people(view: View) -> View:
    """Say that a view, which is not of a desk, shows or takes residents' data."""
    return _guarded(view, Guards(factor=True, people=True))


def about_oneself(view: View) -> View:
    """Say that a view shows to whoever asks for help what they typed: no cache keeps it."""
    return _guarded(view, Guards(people=True))


def _guarded(view: View, guards: Guards) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    guarded.guards = guards  # type: ignore[attr-defined]
    return guarded


class ForOtherRoles(PermissionDenied):
    """A page of roles that a person does not hold; the answer says whose page it is."""

    def __init__(self, roles: Iterable[Role]) -> None:
        super().__init__()
        names = [role.label[0].lower() + role.label[1:] for role in roles]
        *before, last = names
        whose = f"{', '.join(before)} or {last}" if before else last
        self.what_to_do = (
            f"It is for the {whose}. If it belongs to your work, ask whoever leads your desk: they "
            "have the role given to you. Your own pages are open as before."
        )


def staff(*roles: Role, people: bool | None = None) -> Callable[[View], View]:
    """Let only people in who hold one of these roles today, in a session that gave a second
    factor. Where one of the roles works with residents, or ``people`` says so, the page is one
    about residents."""
    shows = bool(PEOPLE_ROLES & set(roles)) if people is None else people
    guards = Guards(factor=True, people=shows, locks=shows)

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not roles_of(request.user) & set(roles):
                raise ForOtherRoles(roles)
            return view(request, *args, **kwargs)

        checked.guards = guards  # type: ignore[attr-defined]
        return checked

    return wrap
