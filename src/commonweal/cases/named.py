"""Who is named for a restricted kind of help, and what is kept from everybody else.

Somebody is named for a kind while they hold the role *named colleague* and the desk manager has
put the kind to their name. From all others three things are kept: a case with a need of a kind
that they are not named for; the person of such a case, in every search, list of candidates and
comparison; and a record that is perhaps that person (`PerhapsSame`), but for who took its call.
Desk managers meet everything. Reading asks here; nothing here changes a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.office.one_of import OneOf
from commonweal.residents import guards
from commonweal.residents.models import PerhapsSame, Resident
from commonweal.services.models import HelpType

from .models import Case, IntakeDraft, Need


class KeptApart(PermissionDenied):
    """Somebody is kept from this reader; the page says what to do instead. Words of an exception
    are shown to nobody, but for these, which are ours and name nobody."""

    def __init__(self, what_to_do: str) -> None:
        super().__init__()
        self.what_to_do = what_to_do


KEPT = (
    "This case is with the named colleagues of the desk. You can't open it, and the glass can't "
    "be broken into it. If you know something about it, or the person is on the telephone, take "
    "the call as a new one: it reaches them. In danger: 999. Otherwise ring your desk manager."
)
DRAFT_KEPT = (
    "What was typed here is kept for whoever typed it and for the named colleagues. If the person "
    "is on the telephone, take the call as a new one: nothing is lost, and it reaches them. In "
    "danger: 999."
)


def kinds_of(person: Person) -> set[int]:
    """The restricted kinds of help that a person is named for today."""
    if Role.NAMED_COLLEAGUE not in roles_of(person):
        return set()
    kinds = HelpType.objects.filter(is_restricted=True, only_for=person)
    return set(kinds.values_list("pk", flat=True))


def is_manager(person: Person) -> bool:
    return Role.DESK_MANAGER in roles_of(person)


def holders(*roles: Role) -> QuerySet[Person]:
    """Whoever holds one of these roles today."""
    current = Appointment.objects.current(timezone.localdate()).filter(role__in=roles)
    return Person.objects.filter(is_active=True, pk__in=current.values("person")).order_by("pk")


def restricted_kinds(case: Case) -> list[HelpType]:
    return list(HelpType.objects.filter(is_restricted=True, needs__case=case).distinct())


def named_for(kinds: list[HelpType]) -> list[Person]:
    """Whoever is named for every one of these kinds today."""
    people = holders(Role.NAMED_COLLEAGUE)
    for kind in kinds:
        people = people.filter(pk__in=kind.only_for.values("pk"))
    return list(people)


# --- What is kept from whom -------------------------------------------------------------------


def _kept_needs(person: Person) -> QuerySet[Need]:
    """Needs of a restricted kind for which this person, no manager, is not named."""
    needs = Need.objects.filter(help_type__is_restricted=True).order_by()
    return needs.exclude(help_type__in=kinds_of(person))


def kept_cases(person: Person) -> QuerySet[Case]:
    """Cases with a need of a restricted kind for which this person is not named."""
    if is_manager(person):
        return Case.objects.none()
    return Case.objects.filter(pk__in=_kept_needs(person).values("case"))


def _perhaps_keys(person: Person) -> tuple[QuerySet[PerhapsSame, Any], QuerySet[PerhapsSame, Any]]:
    """Keys of residents who are perhaps somebody kept from this person, from either side of a
    pair. Asked of the pairs alone: of all residents PostgreSQL makes no small list."""
    theirs = kept_cases(person).order_by().values("resident")
    pairs = PerhapsSame.objects.filter(decided_at=None).order_by()
    return pairs.filter(other__in=theirs).values("one"), pairs.filter(one__in=theirs).values(
        "other"
    )


def _perhaps(person: Person, to: str = "pk") -> Q:
    """They, as a condition on the key of a resident; ``to`` leads to it."""
    first, second = _perhaps_keys(person)
    return Q((f"{to}__in", first)) | Q((f"{to}__in", second))


def _own_cases(person: Person) -> QuerySet[Case]:
    cases = Case.objects.filter(Q(assigned_to=person) | Q(taken_by=person))
    return cases.order_by()


def visible_to(person: Person) -> Q:
    """The residents that this person may be offered in a search, a list of candidates, a
    comparison, a household: a condition for ``Resident.objects.filter``."""
    if is_manager(person):
        return Q()
    hidden = kept_cases(person).order_by().values("resident")
    in_own_case = Q(pk__in=_own_cases(person).values("resident"))
    return ~Q(pk__in=hidden) & (~_perhaps(person) | in_own_case)


def closed_to(person: Person) -> Q:
    """The cases that this person may not meet in any list nor open: a condition for
    ``Case.objects.exclude``."""
    if is_manager(person):
        return Q(pk__in=[])
    hidden = Q(pk__in=kept_cases(person).order_by().values("pk"))
    perhaps = _perhaps(person, "resident")
    return hidden | (perhaps & ~Q(pk__in=_own_cases(person).values("pk")))


@dataclass(frozen=True)
class Closed:
    """The same cases, for lists of the whole town: who is perhaps somebody kept from this person is
    read once for a page. They are few, as a rule nobody; asked of each row of a list they keep a
    database from answering by an index."""

    person: Person

    @cached_property
    def _perhaps(self) -> list[int]:
        first, second = _perhaps_keys(self.person)
        return sorted(key for pair in first.union(second) for key in pair.values())

    def among(self, to_case: str = "") -> Q:
        """A condition to exclude them by; ``to_case`` leads from the rows to their case."""
        if is_manager(self.person):
            return Q((f"{to_case}pk__in", []))
        hidden = Q((f"{to_case}pk__in", _kept_needs(self.person).values("case")))
        if not self._perhaps:
            return hidden
        perhaps = Q(OneOf(f"{to_case}resident_id", self._perhaps))
        return hidden | (perhaps & ~Q((f"{to_case}pk__in", _own_cases(self.person).values("pk"))))


def is_closed_to(person: Person, case: Case) -> bool:
    return Case.objects.filter(closed_to(person), pk=case.pk).exists()


def is_kept_apart(person: Person, resident: Resident) -> bool:
    """Whether another case of this resident is kept from this person: then how to reach the
    resident, and who they are, is kept as well, even in a case that is this person's own."""
    return kept_cases(person).filter(resident=resident).exists()


def masked(resident: Resident) -> Resident:
    """A resident of whom nothing is said. It is never saved."""
    return Resident(
        pk=resident.pk,
        code=resident.code,
        state=resident.state,
        is_dead=resident.is_dead,
        contact=Resident.Contact.NONE,
    )


def restricted_residents() -> QuerySet[Need, Any]:
    """Keys of all residents with an open or past case of a restricted kind."""
    needs = Need.objects.filter(help_type__is_restricted=True).order_by()
    return needs.values("case__resident")


def is_restricted(resident: Resident) -> bool:
    return restricted_residents().filter(case__resident=resident).exists()


def may_own(person: Person, case: Case) -> bool:
    """Whether a case may be on this person's list."""
    return is_manager(person) or {k.pk for k in restricted_kinds(case)} <= kinds_of(person)


def wrote_in(person: Person, case: Case) -> bool:
    """Whether this person took the call, or wrote into the case before it was kept from them."""
    return (
        case.taken_by_id == person.pk
        or case.notes.filter(by=person).exists()
        or case.calls.filter(by=person).exists()
    )


# --- What was typed and not sent --------------------------------------------------------------


def may_open_draft(person: Person, draft: IntakeDraft, ticked: list[str]) -> bool:
    """Whether somebody may read what was typed so far; ``ticked``: codes of the kinds in it.

    One that is restricted is for who types it, who is named for what is ticked, and managers.
    """
    if not draft.is_restricted or draft.saved_by_id == person.pk or is_manager(person):
        return True
    kinds = HelpType.objects.filter(is_restricted=True, code__in=ticked)
    mine = kinds_of(person)
    return bool(mine) and set(kinds.values_list("pk", flat=True)) <= mine


def _restricted(residents: set[int]) -> QuerySet[Any, int]:
    cases = Case.objects.filter(resident__in=residents, is_restricted=True).order_by()
    return cases.values_list("resident", flat=True)


guards.GUARDS.append(guards.Guard(visible_to=visible_to, restricted=_restricted))
