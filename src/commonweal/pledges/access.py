"""Which pledge, entry or file somebody may have."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Event, Person, Role
from commonweal.accounts.record import kinds_of
from commonweal.partners.access import get_partner_for
from commonweal.partners.models import MemberRole, Partner

from .history import shown_files
from .models import Draft, Entry, EvidenceFile, Pledge
from .standing import Kind

WHOLE = ("partner", "measure", "theme", "area", "clause__version", "decision")


def get_public_pledge(code: str) -> Pledge:
    """A pledge in the register; one that was not accepted does not exist from outside."""
    return get_object_or_404(Pledge.objects.public().select_related(*WHOLE), code=code)


def get_pledge_for(
    person: Person, partner_code: str, code: str, *, roles: set[MemberRole]
) -> tuple[Partner, Pledge]:
    """A pledge of a partner for which the person may act."""
    partner = get_partner_for(person, partner_code, roles=roles)
    return partner, get_object_or_404(partner.pledges.select_related(*WHOLE), code=code)


class DraftGone(Http404):
    """A draft that was sent or deleted meanwhile, asked for by somebody who may write for it."""


def get_draft_for(
    person: Person, partner_code: str, code: UUID, *, roles: set[MemberRole]
) -> tuple[Partner, Draft]:
    """A draft of a partner for which the person may act."""
    partner = get_partner_for(person, partner_code, roles=roles)
    draft = partner.drafts.select_related("partner").filter(code=code).first()
    if draft is None:
        raise DraftGone
    return partner, draft


def sent_from(partner: Partner, draft_code: UUID) -> Pledge | None:
    """The pledge that a draft became, by the record of its sending."""
    codes = partner.pledges.values_list("code", flat=True)
    sending = Event.objects.filter(
        verb="pledge proposed",
        about_kind__in=kinds_of(Pledge),
        about_code__in=list(codes),
        detail__draft=str(draft_code),
    ).first()
    return partner.pledges.filter(code=sending.about_code).first() if sending else None


def get_claim(seq: int) -> Entry:
    claims = Entry.objects.public().filter(kind=Kind.CLAIM)
    return get_object_or_404(
        claims.select_related("pledge__partner", "pledge__measure", "pledge__theme"), seq=seq
    )


def get_file_for(person: object, sha256: str, pledge_code: str) -> EvidenceFile:
    """An evidence file, if it is attached to this pledge and this person may see it.

    The public sees those that a reviewer has looked at and not held back, on accepted pledges;
    the partner's people, reviewers and the charter manager see all.
    """
    file = get_object_or_404(EvidenceFile, sha256=sha256)
    pledge = get_object_or_404(Pledge.objects.select_related("partner"), code=pledge_code)
    entries = list(pledge.entries.all())
    attached = [
        entry
        for entry in entries
        if entry.kind == Kind.EVIDENCE and entry.body.get("file") == sha256
    ]
    shown = shown_files(entries, timezone.localdate())
    if attached and pledge.accepted_on and any(entry.seq in shown for entry in attached):
        return file
    if attached and may_see_files(person, pledge):
        return file
    raise Http404


def may_see_files(person: object, pledge: Pledge) -> bool:
    """Whether somebody sees a pledge's files before they are public."""
    if not isinstance(person, Person):
        return False
    if roles_of(person) & {Role.REVIEWER, Role.CHARTER_MANAGER, Role.VALIDATOR}:
        return True
    return pledge.partner.memberships.current().filter(person=person).exists()
