"""Who may act for a partner: fetch-and-check."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from commonweal.accounts.models import Person
from commonweal.office.errors import Refused

from .models import MemberRole, Membership, Partner

ANY_MEMBER = {MemberRole.EDITOR, MemberRole.READER}
EDITORS = {MemberRole.EDITOR}

WAITS = (
    "Your organisation's entry waits for the charter manager. Until it is accepted nothing that "
    "others would see can be done in its name; what you write is kept."
)
STOPPED = (
    "Your organisation's acceptance has ended, so nothing that others would see can be done in "
    "its name. Ask the charter manager."
)

MERGED = (
    "This entry was merged into another one of the same organisation. Go on there; ask the charter "
    "manager if this is wrong."
)


def must_act(partner: Partner) -> None:
    """The one check in front of everything that an organisation does where others see it. Each
    such action calls it.

    Raises
    ------
    Refused
        Nobody has accepted the organisation, its acceptance has ended, or another entry stands
        for it.
    """
    now = Partner.objects.only("accepted_on", "stopped_on", "merged_into").get(pk=partner.pk)
    if now.merged_into_id is not None:
        raise Refused(MERGED)
    if now.accepted_on is None:
        raise Refused(WAITS)
    if now.stopped_on is not None:
        raise Refused(STOPPED)


def acts_for_somebody(person: Person) -> bool:
    """Whether a person may act for any partner; such people see a town that is being prepared."""
    return person.memberships.current().exists()


def membership_in(person: Person, partner: Partner) -> Membership | None:
    return partner.memberships.current().filter(person=person).first()


def get_partner_for(person: Person, code: str, *, roles: set[MemberRole]) -> Partner:
    """Return the partner if the person holds one of the roles there.

    Raises
    ------
    Http404
        There is no such partner, or the person does not belong to it: the two look the same
        from outside, so that a code can't be tested for existence.
    PermissionDenied
        The person belongs to the partner, in another role.
    """
    membership = (
        Membership.objects.current()
        .select_related("partner", "partner__area")
        .filter(partner__code=code, person=person)
        .first()
    )
    if membership is None:
        raise Http404
    if membership.role not in roles:
        raise PermissionDenied
    membership.partner.my_role = membership.role  # type: ignore[attr-defined]
    return membership.partner


def organisations_of(person: Person) -> list[Partner]:
    """Every organisation that a person belongs to: what makes a reviewer *another's*."""
    return [
        membership.partner
        for membership in Membership.objects.current()
        .filter(person=person)
        .select_related("partner")
        .order_by("partner__name")
    ]


def edited_by(person: Person) -> list[Partner]:
    """The organisations in whose name a person may write, by name."""
    memberships = Membership.objects.current().filter(person=person, role__in=EDITORS)
    return list(Partner.objects.filter(memberships__in=memberships).order_by("name"))
