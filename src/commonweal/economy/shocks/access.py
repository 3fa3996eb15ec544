"""Who may know of a shock, and who may tell of one: fetch-and-check."""

from __future__ import annotations

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from commonweal.accounts.models import Person, Role
from commonweal.economy.models import Level, Shock
from commonweal.partners.access import EDITORS, get_partner_for
from commonweal.partners.models import Partner

DESK = (Role.ANALYST, Role.PROGRAMME_LEAD, Role.CHARTER_MANAGER)


def told(on: date, *levels: str) -> QuerySet[Shock]:
    """Shocks that were told by a day; with levels, those of which just these could know on it."""
    shocks = Shock.objects.exclude(state=Shock.State.DRAFT).filter(told_on__lte=on)
    if not levels:
        return shocks
    newest = Level.objects.filter(shock=OuterRef("pk"), from_on__lte=on).order_by("-id")
    return shocks.alias(level=Subquery(newest.values("who")[:1])).filter(level__in=levels)


def known_to_all(on: date) -> QuerySet[Shock]:
    return told(on, Level.Who.PUBLIC)


def known_to_partners(on: date) -> QuerySet[Shock]:
    return told(on, Level.Who.PUBLIC, Level.Who.PARTNERS)


def get_own(person: Person, partner_code: str, shock_code: str) -> tuple[Partner, Shock]:
    """A partner's own, draft or sent, for its editors. Another partner's is not there."""
    partner = get_partner_for(person, partner_code, roles=EDITORS)
    drafts = Shock.objects.filter(partner=partner, by_staff=False)
    return partner, get_object_or_404(drafts, code=shock_code)


def get_told_by(person: Person, partner_code: str, shock_code: str) -> tuple[Partner, Shock]:
    """What a partner told, for its editors."""
    partner = get_partner_for(person, partner_code, roles=EDITORS)
    sent = Shock.objects.filter(partner=partner, by_staff=False).exclude(state=Shock.State.DRAFT)
    return partner, get_object_or_404(sent, code=shock_code)


def may_be_named(shock: Shock) -> bool:
    """Whether a public page may say whose jobs they are: it agreed itself, or a decision stands."""
    return shock.may_be_named or shock.named_by_id is not None
