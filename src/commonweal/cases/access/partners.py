"""What a partner sees of a case that was referred to it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from commonweal.accounts.access import holder
from commonweal.accounts.models import Person
from commonweal.design.days import known_day
from commonweal.partners.models import Membership, Partner
from commonweal.residents import reaching
from commonweal.residents.models import Resident

from .. import named
from ..models import (
    Copy,
    Referral,
)


@holder
def _reads_for_a_partner(person: Person) -> bool:
    return Membership.objects.current().filter(person=person, handles_referrals=True).exists()


# --- Partners and volunteers ------------------------------------------------------------------


def get_partner_for_referrals(person: Person, code: str) -> Partner:
    """The partner, for its referral workers only."""
    membership = (
        Membership.objects.current()
        .select_related("partner")
        .filter(partner__code=code, person=person)
        .first()
    )
    if membership is None:
        raise Http404
    if not membership.handles_referrals or not membership.partner.may_act:
        raise PermissionDenied
    return membership.partner


def get_referral_for(person: Person, partner_code: str, code: str) -> Referral:
    partner = get_partner_for_referrals(person, partner_code)
    referral = (
        Referral.objects.select_related("case__resident", "service", "consent", "need__help_type")
        .filter(partner=partner, code=code)
        .first()
    )
    if referral is None:
        raise Http404
    return referral


def shown_to_partner(referral: Referral, person: Person) -> dict[str, str]:
    """What the partner may read of the resident right now, by field; that they read is kept.

    Nothing once the consent is withdrawn or over, or the referral has ended.
    """
    if not referral.is_readable:
        return {}
    resident = referral.case.resident
    if resident.is_dead or resident.state in (Resident.State.ERASED, Resident.State.MERGED):
        return {}
    if not referral.case.is_restricted and named.is_restricted(resident):
        # What is known of the person came with a case that this partner has no part in.
        Copy.objects.create(
            referral=referral, partner=referral.partner, person=person, fields=["safe contact"]
        )
        return {"safe contact": THROUGH_THE_DESK}
    shared = _agreed(referral)
    shown = {
        name: content
        for name, content in fields_of(resident).items()
        if content and (name in shared or name == INSTRUCTION)
    }
    Copy.objects.create(
        referral=referral, partner=referral.partner, person=person, fields=list(shown)
    )
    return shown


def _agreed(referral: Referral) -> set[str]:
    """The fields that were handed over; of before consent was compared, cut to what was agreed."""
    shared = set(referral.fields)
    return shared & set(referral.consent.fields) if referral.consent is not None else shared


THROUGH_THE_DESK = "Get in touch through the help desk only; quote the referral."
# What goes with every number and address, always; no field that somebody agrees to.
INSTRUCTION = "safe contact"
# Fields that a referral may carry, in the order in which they are shown.
SHARED = (
    ("first name", "First name"),
    ("last name", "Last name"),
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("address", "Address"),
    ("born", "Date of birth"),
    ("language", "Language"),
    ("household", "Who lives with them"),
    ("words", "What they said"),
)


def fields_of(resident: Resident) -> dict[str, str]:
    """A resident by the fields that a referral may carry, after how it is safe to reach them.

    A number or an address whose way is closed is not there; a refuge's never is.
    """
    reach = reaching.of(resident, inside=False)
    return {
        INSTRUCTION: reach.instruction,
        "first name": resident.first_name,
        "last name": resident.last_name,
        "phone": ", ".join(reach.numbers),
        "email": reach.mail_to,
        "address": reach.place,
        "born": known_day(resident.born),
        "language": resident.language,
        "household": str(resident.household.members.count()) if resident.household else "",
        "words": "",
    }
