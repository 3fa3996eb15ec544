"""Signing before one's organisation is accepted: the signature is held, and counts from that day.

Nothing here is public, and no figure counts it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners import actions as partner_actions
from commonweal.partners import joining
from commonweal.partners.access import EDITORS, must_act
from commonweal.partners.models import Partner

from .actions import TERMS, refuse_old
from .models import CharterVersion, HeldSignature, Signature

COUNTS = "The signature of your organisation counts from today."


def held_by(partner: Partner) -> HeldSignature | None:
    """What an organisation signed while it waits; None where it did not, or waits no more."""
    if not partner.waits:
        return None
    return HeldSignature.objects.filter(partner=partner).select_related("version").first()


@transaction.atomic
def hold(
    *,
    partner: Partner,
    version: CharterVersion,
    name: str,
    capacity: str,
    show_name: bool,
    by: Person,
) -> HeldSignature:
    """An organisation that waits signs a version that is in force.

    Raises
    ------
    Refused
        It waits no more; the version is not in force; it has signed one that is. (One that is no
        longer in force gives way to the newest.)
    """
    _must_wait(partner)
    refuse_old(version)
    if partner.signatures.filter(version=version, ended_on=None).exists():
        raise Refused("Your organisation has signed this version already.")
    before = held_by(partner)
    if before is not None and before.stands:
        raise Refused(
            "Your organisation has signed already. The signature is held until it is accepted."
        )
    HeldSignature.objects.filter(partner=partner).delete()
    signed = HeldSignature.objects.create(
        partner=partner,
        version=version,
        capacity=capacity,
        terms_version=TERMS,
        signed_by=by,
        signed_name=name,
        show_name=show_name,
    )
    record("charter signed, held", about=partner, by=by, as_role="editor", version=version.number)
    return signed


@transaction.atomic
def take_back(*, partner: Partner, by: Person) -> None:
    """An organisation that waits takes back what it signed."""
    _must_wait(partner)
    deleted, _ = HeldSignature.objects.filter(partner=partner).delete()
    if not deleted:
        raise Refused("There is no signature that is held. It was taken back already.")
    record("held signature taken back", about=partner, by=by, as_role="editor")


def _must_wait(partner: Partner) -> None:
    """Only while nobody has accepted it, and nobody accepts it at the same moment."""
    now = Partner.objects.select_for_update().get(pk=partner.pk)
    if not now.waits:
        must_act(now)
        raise Refused(
            "Your organisation has been accepted meanwhile, so nothing is held any more. Look at "
            "its space, then sign or leave the charter there."
        )


def count(partner: Partner, by: Person) -> str:
    """What an organisation signed while it waited counts from the day it is accepted, or gives way
    to the newest version. What is written to its editors; "" where it signed nothing."""
    held = HeldSignature.objects.filter(partner=partner).select_related("version").first()
    if held is None:
        return ""
    HeldSignature.objects.filter(pk=held.pk).delete()
    because, words = _why_not(held)
    verb = "held signature dropped" if because else "held signature counts"
    detail = {"version": held.version.number} | ({"because": because} if because else {})
    record(verb, about=partner, by=by, as_role="charter_manager", **detail)
    if because == "signed":
        return words
    if because:
        newest = f"{settings.ADDRESS}{reverse('sign', args=[partner.code])}"
        return f"{words} Sign the newest one here:\n{newest}"
    Signature.objects.create(
        partner=partner,
        version=held.version,
        signed_on=timezone.localdate(),
        capacity=held.capacity,
        terms_version=held.terms_version,
        signed_by=held.signed_by,
        signed_name=held.signed_name,
        show_name=held.show_name,
    )
    return COUNTS


def _why_not(held: HeldSignature) -> tuple[str, str]:
    """Why it can't count, as a code and in words; both empty where it can."""
    if not held.stands:
        return "version", f"{held.version} of the charter, which was signed for it, has ended."
    if held.partner.signatures.filter(version=held.version_id, ended_on=None).exists():
        return "signed", "Your organisation has signed the charter."
    acting = held.partner.memberships.current().filter(role__in=EDITORS)
    if not acting.filter(person=held.signed_by).exists():
        return "signer", "Whoever signed the charter for it does not act for it any more."
    return "", ""


def after_joining(partner: Partner) -> str:
    """The page on which a new organisation signs; "" where there is nothing to sign yet."""
    if not CharterVersion.objects.in_force(timezone.localdate()).exists():
        return ""
    return reverse("sign", args=[partner.code])


partner_actions.ACCEPTED.append(count)
joining.LEADS_TO.append(after_joining)
