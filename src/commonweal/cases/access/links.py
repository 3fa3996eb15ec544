"""By which link somebody reads a case, and what stops those who have none."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.residents.models import PerhapsSame

from .. import named
from ..models import (
    Case,
    Glass,
    NextAction,
    RingBack,
)

HANDLERS = (Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE)
TAKERS = {Role.CALL_HANDLER, Role.NAMED_COLLEAGUE}
VOLUNTEER = "volunteer"


class NeedsGlass(Exception):
    """The person has no link to this case; they may break the glass."""

    def __init__(self, case: Case) -> None:
        super().__init__("No link to this case")
        self.case = case


class WroteHere(Exception):
    """The case is kept from this person, but they wrote in it: they keep a page of that."""

    def __init__(self, case: Case) -> None:
        super().__init__("Kept from whoever wrote in it")
        self.case = case


def link_to(person: Person, case: Case) -> str:
    """By which link a person may read a case; "" when there is none.

    The first that holds of: manager, caseload, taken, call, queue, named, action, ring back, glass.
    What nobody has, and is due today, may be taken up by whoever is at the desk.
    """
    roles = roles_of(person)
    if Role.DESK_MANAGER in roles:
        return "manager"
    if not roles & TAKERS or named.is_closed_to(person, case):
        return ""
    return next((link for link, holds in LINKS.items() if holds(person, case)), "")


def _has_it(person: Person, case: Case) -> bool:
    return case.assigned_to_id == person.pk


def _took_it(person: Person, case: Case) -> bool:
    return case.taken_by_id == person.pk and case.state != Case.State.CLOSED


def _owes_a_call(person: Person, case: Case) -> bool:
    return case.callbacks.filter(state="due", assigned_to=person).exists()


def _is_in_the_queue(person: Person, case: Case) -> bool:
    return case.state != Case.State.CLOSED and case.assigned_to_id is None


def _has_something_planned(person: Person, case: Case) -> bool:
    return case.state != Case.State.CLOSED and planned_for(person, case)


def _broke_the_glass(person: Person, case: Case) -> bool:
    return Glass.objects.filter(person=person, case=case, until__gt=timezone.now()).exists()


def _is_rung_back(person: Person, case: Case) -> bool:
    """Their caller gave two facts a moment ago. A case that became restricted since is closed."""
    open_now = RingBack.objects.filter(person=person, fitted=True, until__gt=timezone.now())
    return not case.is_restricted and open_now.filter(case=case).exists()


def planned_for(person: Person, case: Case) -> bool:
    """Whether a next action of the case is this person's, or a call or action that is due today
    is nobody's."""
    tonight = timezone.localtime().replace(hour=23, minute=59, second=59)
    loose = Q(owner=None, due_at__lte=tonight)
    actions = NextAction.objects.filter(need__case=case, state="planned")
    if actions.filter(Q(owner=person) | loose).exists():
        return True
    return case.callbacks.filter(state="due", assigned_to=None, due_at__lte=tonight).exists()


def is_named(person: Person, case: Case) -> bool:
    """For each restricted kind of help in the request, the person is among those named."""
    return named.may_own(person, case)


def _is_for_named(person: Person, case: Case) -> bool:
    """A case of a kind that the person is named for, or of who is perhaps such a person."""
    kinds = named.kinds_of(person)
    if not kinds:
        return False
    if case.needs.filter(help_type__in=kinds, help_type__is_restricted=True).exists():
        return True
    pairs = PerhapsSame.objects.filter(decided_at=None)
    near = Case.objects.filter(needs__help_type__in=kinds)
    return (
        near.filter(resident__in=pairs.filter(one=case.resident).values("other")).exists()
        or near.filter(resident__in=pairs.filter(other=case.resident).values("one")).exists()
    )


# By what a handler may read a case, the first that holds.
LINKS: dict[str, Callable[[Person, Case], bool]] = {
    "caseload": _has_it,
    "taken": _took_it,
    "call": _owes_a_call,
    "queue": _is_in_the_queue,
    "named": _is_for_named,
    "action": _has_something_planned,
    "ring back": _is_rung_back,
    "glass": _broke_the_glass,
}
