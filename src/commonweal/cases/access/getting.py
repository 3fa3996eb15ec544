"""Fetch a case or a person and check in one; the reading is noted."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person
from commonweal.residents import guards
from commonweal.residents.models import Resident

from .. import named, ringing
from ..models import (
    Case,
)
from .links import HANDLERS, NeedsGlass, WroteHere, link_to
from .readings import note_read


def get_case_for(person: Person, code: str, *, what: str = "case") -> Case:
    """A request that the person may read; the read is recorded.

    Raises
    ------
    Http404
        There is none.
    PermissionDenied
        The person is no handler, or the case is kept from them.
    WroteHere
        It is kept from them, and they wrote in it.
    NeedsGlass
        They have no link to it.

    Of a person whose other case is kept from the reader nothing is said: neither who they are nor
    how to reach them.
    """
    cases = Case.objects.select_related("resident__area", "resident__household", "assigned_to")
    case = cases.filter(code=code).first()
    if case is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    link = link_to(person, case)
    if not link:
        refuse_if_closed(person, case)
        raise NeedsGlass(case)
    note_read(person, case.resident, what=what, link=link, case=case)
    if case.is_restricted:
        ringing.opened(case=case, by=person)
    if named.is_kept_apart(person, case.resident):
        case.resident = named.masked(case.resident)
    return case


def refuse_if_closed(person: Person, case: Case) -> None:
    """Stop whom a case is kept from, with what to do; send who wrote in it to what they wrote."""
    if named.is_closed_to(person, case):
        if named.wrote_in(person, case):
            raise WroteHere(case)
        raise named.KeptApart(named.KEPT)


def get_case_with_person_for(person: Person, code: str, *, what: str = "case") -> Case:
    """A case, for what is done with its person: where they are kept from the reader, a refusal
    that says what to do instead."""
    case = get_case_for(person, code, what=what)
    if named.is_kept_apart(person, case.resident):
        raise named.KeptApart(guards.PERSON_KEPT)
    return case


def get_written_for(person: Person, code: str) -> Case:
    """A case that is kept from this person and in which they wrote; the reading is recorded."""
    case = Case.objects.select_related("resident").filter(code=code).first()
    if case is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    if not named.wrote_in(person, case):
        raise named.KeptApart(named.KEPT)
    note_read(person, case.resident, what="own words", link="wrote", case=case)
    return case


def nearest_case(person: Person, resident: Resident) -> tuple[Case, str] | None:
    """Of the cases that a person may open one of their own before others, an open one before
    closed ones, the newest; with the link by which they may."""
    cases = sorted(
        resident.cases.order_by("-opened_at", "-pk"),
        key=lambda case: (case.assigned_to_id != person.pk, case.state == Case.State.CLOSED),
    )
    linked = ((case, link_to(person, case)) for case in cases)
    return next(((case, link) for case, link in linked if link), None)


def get_resident_for(person: Person, code: str, *, what: str = "person") -> Resident:
    """A resident, by a link to any of their cases; never one with a case kept from the reader."""
    resident = Resident.objects.select_related("area", "household").filter(code=code).first()
    if resident is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    if not guards.may_see(person, resident):
        raise named.KeptApart(guards.PERSON_KEPT)
    # A merged record has no cases any more: those of the record that stayed decide.
    nearest = nearest_case(person, resident.merged_into or resident)
    if nearest is not None:
        case, link = nearest
        note_read(person, resident, what=what, link=link, case=case)
        return resident
    if named.is_manager(person):
        note_read(person, resident, what=what, link="manager")
        return resident
    newest = (resident.merged_into or resident).cases.order_by("-opened_at").first()
    if newest is None:
        raise named.KeptApart(guards.PERSON_KEPT)
    raise NeedsGlass(newest)
