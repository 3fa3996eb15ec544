"""Who may read which grant, by which link, and the row that says that they did."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.cases import named
from commonweal.cases.access import HANDLERS, NeedsGlass, link_to, note_read
from commonweal.cases.models import Case
from commonweal.residents import guards

from .models import Award

GRANTS = (Role.GRANTS_ASSESSOR, Role.GRANTS_APPROVER, Role.FINANCE_OFFICER)


def get_award_for(person: Person, code: str, *, roles: tuple[Role, ...] = GRANTS) -> Award:
    """An award, for who works on grants; what they see of the resident is what paying takes."""
    grant = Award.objects.select_related("fund", "resident", "case").filter(code=code).first()
    if grant is None:
        raise Http404
    if not roles_of(person) & set(roles):
        raise PermissionDenied
    note_read(person, grant.resident, what="award", link="grants", case=grant.case)
    return grant


DECIDES = (Role.GRANTS_ASSESSOR, Role.GRANTS_APPROVER)
KEPT = (
    "This case is with a named colleague of the desk. Ask the desk manager for what you need to "
    "know to decide."
)


def get_case_of_grant_for(person: Person, code: str, *, read_kind: str) -> tuple[Award, Case]:
    """A grant with its case, for whoever decides on it, as long as there is something to decide:
    what was said, what is needed, who lives with them, their papers. The read is recorded.

    Raises
    ------
    Http404
        There is no such grant, or it has no case.
    PermissionDenied
        The person decides on no grants; it is decided; another case keeps the person from them.
    """
    award = Award.objects.select_related("fund", "resident", "case").filter(code=code).first()
    if award is None or award.case is None:
        raise Http404
    if not roles_of(person) & set(DECIDES):
        raise PermissionDenied
    if not is_to_decide(award):
        raise PermissionDenied("This grant is decided. What its case says is not needed any more.")
    if is_kept(person, award.case):
        raise PermissionDenied(KEPT)
    note_read(person, award.resident, what=read_kind, link="grants", case=award.case)
    return award, award.case


def may_read_case(person: Person, award: Award) -> bool:
    """Whether the page of a grant leads on to what its case says."""
    decides = roles_of(person) & set(DECIDES) and is_to_decide(award)
    return bool(decides) and award.case is not None and not is_kept(person, award.case)


def is_kept(person: Person, case: Case) -> bool:
    """Whether this case, or another one of its person, is kept from somebody."""
    return named.is_kept_apart(person, case.resident) or named.is_closed_to(person, case)


def is_to_decide(award: Award) -> bool:
    """Whether somebody has a decision to take: on the application, or on its review."""
    is_open = award.state in (Award.State.ASKED, Award.State.ASSESSED, Award.State.HELD)
    return is_open or award.reviews.filter(decided_on=None).exists()


def get_grant_for(person: Person, code: str, *, read_kind: str = "grant") -> tuple[Award, str]:
    """(a grant, by which link), for a handler: the link to its case, or "reference" where there
    is none and they typed the reference that the letter gives. The read is recorded.

    By the reference alone they may see where it stands and write a review down, no more; so too
    where another case keeps its person from them.

    Raises
    ------
    Http404
        There is none, or its case is kept from them.
    PermissionDenied
        The person is no handler.
    """
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    grants = Award.objects.select_related("fund", "resident", "case__assigned_to")
    award = grants.filter(code=code).first()
    if award is None:
        raise Http404
    cases = [award.case] if award.case else list(award.resident.cases.all())
    link = _link_of(person, award, cases)
    if not link and any(named.is_closed_to(person, case) for case in cases):
        raise Http404
    note_read(person, award.resident, what=read_kind, link=link or "reference", case=award.case)
    return award, link or "reference"


def _link_of(person: Person, award: Award, cases: list[Case]) -> str:
    """The first link to any of these cases; "" where there is none, or they are kept apart."""
    if named.is_kept_apart(person, award.resident):
        return ""
    return next(filter(None, (link_to(person, case) for case in cases)), "")


def get_grant_with_person_for(person: Person, code: str, *, read_kind: str = "grant") -> Award:
    """A grant, for what is done with its person: by a link to its case, never by the reference
    alone; where the person is kept from the reader, a refusal that says what to do instead."""
    award, link = get_grant_for(person, code, read_kind=read_kind)
    if link != "reference":
        return award
    if named.is_kept_apart(person, award.resident):
        raise PermissionDenied(guards.PERSON_KEPT)
    if award.case is None:
        raise PermissionDenied
    raise NeedsGlass(award.case)


def get_letter_for(person: Person, code: str) -> Award:
    """A grant for its letter: for grants officers, and for handlers with a link to its case."""
    if roles_of(person) & set(GRANTS):
        return get_award_for(person, code)
    return get_grant_with_person_for(person, code, read_kind="grant letter")
