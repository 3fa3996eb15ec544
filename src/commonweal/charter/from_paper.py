"""Signatures that were given on paper: the desk enters what the paper says, and that it did so."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.design.words import day
from commonweal.office.errors import Refused
from commonweal.partners import signatories
from commonweal.partners.access import must_act
from commonweal.partners.models import Partner

from .models import CharterVersion, Signature


def version_of(signed_on: date) -> CharterVersion:
    """The version that whoever signed on a day signed.

    Raises
    ------
    Refused
        The day is to come, or no version was in force on it.
    """
    if signed_on > timezone.localdate():
        raise Refused("This day is still to come. Give the day that stands on the paper.")
    version = CharterVersion.objects.in_force(signed_on).order_by("-number").first()
    if version is None:
        raise Refused(
            f"No version of the charter that is entered here was in force on {day(signed_on)}. "
            "Enter that version first, or leave the day empty: then no signature is entered."
        )
    return version


@transaction.atomic
def enter(*, partner: Partner, signed_on: date, by: Person) -> bool:
    """Enter the signature that a partner gave on paper; False where it has signed that version.

    Raises
    ------
    Refused
        It may not act, or the day is none on which something could be signed.
    """
    must_act(partner)
    version = version_of(signed_on)
    if partner.signatures.filter(version=version).exists():
        return False
    Signature.objects.create(
        partner=partner,
        version=version,
        signed_on=signed_on,
        entered_on=timezone.localdate(),
        entered_by=by,
    )
    record(
        "charter signature entered from paper",
        about=partner,
        by=by,
        as_role=Role.CHARTER_MANAGER,
        version=version.number,
    )
    return True


signatories.PAPERS.append(signatories.Papers(check=version_of, enter=enter))
