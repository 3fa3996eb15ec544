"""Consent to share: to whom, to get which help, which fields, until when; and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.models import Membership, Partner
from commonweal.residents.models import Resident
from commonweal.residents.unwritten import refuse_codes
from commonweal.services.models import HelpType, Service

from . import access, next_actions
from .models import Case, Consent, Copy, Need, Notice, Referral

FIELDS = tuple(name for name, _ in access.SHARED)
Recipient = Consent.Recipient


@transaction.atomic
def give_consent(
    *,
    resident: Resident,
    help_type: HelpType,
    fields: list[str],
    words: str,
    by: Person | None,
    partner: Partner | None = None,
    purpose: str = "",
    given_by: str = "self",
    days: int | None = 180,
) -> Consent:
    """Write down what a resident agreed to share, in the words that were used.

    It is for one purpose: to get this kind of help; and for one recipient: this partner, or,
    where none is given, any organisation that gives this help. It ends after ``days``.
    ``purpose`` says in words what it is for.

    Raises
    ------
    Refused
        A field can't be shared; the words are missing.
    """
    fields = _shareable(fields)
    if not words.strip():
        raise Refused("Write the words in which consent was given.")
    refuse_codes(resident, words, purpose)
    expires = timezone.localdate() + timedelta(days=days) if days else None
    consent = Consent.objects.create(
        resident=resident,
        recipient=Recipient.PARTNER if partner else Recipient.HELP,
        partner=partner,
        help_type=help_type,
        purpose=purpose,
        fields=fields,
        words=words,
        taken_by=by,
        given_by=given_by,
        expires_on=expires,
        notice=Notice.in_force(),
    )
    _narrow(consent)
    record(
        "consent given",
        about=consent,
        by=by,
        fields=fields,
        help=help_type.code,
        partner=partner.code if partner else "",
    )
    return consent


def _shareable(fields: list[str]) -> list[str]:
    """What somebody agrees to share, each a field that can be shared."""
    # How it is safe to reach somebody goes with every number, and is nothing to agree to.
    fields = [name for name in fields if name != access.INSTRUCTION]
    unknown = [name for name in fields if name not in FIELDS]
    if unknown:
        raise Refused(f"{unknown[0]} is no field that can be shared.")
    if not fields:
        raise Refused("Choose what they agree to share.")
    return fields


def _narrow(consent: Consent) -> None:
    """What was said last holds: open referrals to the same recipient for the same help carry no
    more than this consent does."""
    open_ones = Referral.objects.filter(
        case__resident=consent.resident,
        need__help_type=consent.help_type,
        state__in=Referral.OPEN,
        consent__isnull=False,
    ).select_related("partner", "need__case", "need__help_type")
    for referral in open_ones:
        fields = [name for name in referral.fields if name in consent.fields]
        if fields != referral.fields and covers(
            consent, need=referral.need, partner=referral.partner
        ):
            Referral.objects.filter(pk=referral.pk).update(fields=fields)


def covers(consent: Consent, *, need: Need, partner: Partner) -> bool:
    """Whether a consent holds now, is this resident's, for this help and this recipient."""
    if not consent.holds or consent.resident_id != need.case.resident_id:
        return False
    if consent.help_type_id != need.help_type_id:
        return False
    if consent.recipient == Recipient.PARTNER:
        return consent.partner_id == partner.pk
    return consent.recipient == Recipient.HELP and gives_help(partner, need.help_type)


def gives_help(partner: Partner, help_type: HelpType) -> bool:
    return Service.objects.filter(organisation__partner=partner, help_types=help_type).exists()


def that_covers(need: Need, partner: Partner) -> Consent | None:
    """The newest consent for this help and this recipient: what was said last is what holds."""
    for consent in need.case.resident.consents.select_related("partner", "help_type"):
        if covers(consent, need=need, partner=partner):
            return consent
    return None


def why_none(need: Need, partner: Partner) -> str:
    """Why nothing may be shared, in a sentence for whoever wants to refer."""
    held = [consent for consent in need.case.resident.consents.all() if consent.holds]
    if not held:
        return "There is no consent that holds. Ask the resident, and write it down."
    return (
        f"There is no consent that holds for {partner.name} and for {need.help_type.name}. What "
        "was agreed to for somebody else, or for something else, does not count. Ask the "
        "resident, and write it down."
    )


def shared_with(consent: Consent, service: Service, wanted: Iterable[str]) -> list[str]:
    """What goes out: what is wanted, what the service asks for, and what was consented to, all
    three, in the order in which it is shown."""
    asked_for = set(service.asks_for) or set(FIELDS)
    return [
        name
        for name in FIELDS
        if name in set(wanted) and name in asked_for and name in consent.fields
    ]


# --- Withdrawing ------------------------------------------------------------------------------


def beside(consent: Consent) -> list[Consent]:
    """Other consents of the same resident that hold for the same recipient and purpose, and so
    could take over: those that meet it in both, and old ones of which nobody knows to whom."""
    others = consent.resident.consents.filter(withdrawn_at=None).exclude(pk=consent.pk)
    return [
        near
        for near in others.select_related("partner", "help_type")
        if near.holds and _meets(consent, near)
    ]


def _meets(consent: Consent, near: Consent) -> bool:
    if Recipient.UNKNOWN in (consent.recipient, near.recipient):
        return True
    if consent.help_type_id != near.help_type_id:
        return False
    if Recipient.HELP in (consent.recipient, near.recipient):
        return True
    return consent.partner_id == near.partner_id


@transaction.atomic
def withdraw_consent(
    *, consent: Consent, by: Person | None, others: Iterable[Consent] | None = None
) -> list[Copy]:
    """Nothing more is shared from this moment; who holds a copy is listed and told to delete it.

    Every consent for that recipient and purpose ends with it (`beside`), so that no older one
    takes over; ``others`` names those that end, where the resident says so otherwise. Open
    referrals that rest on any of them are taken back.

    Raises
    ------
    Refused
        It was withdrawn already.
    """
    now = timezone.now()
    done = Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=now)
    if not done:
        raise Refused("This consent was withdrawn already.")
    near = beside(consent)
    ending = (
        near if others is None else [overlapping for overlapping in others if overlapping in near]
    )
    Consent.objects.filter(
        pk__in=[overlapping.pk for overlapping in ending], withdrawn_at=None
    ).update(withdrawn_at=now)
    ended = [consent, *ending]
    copies = list(
        Copy.objects.filter(referral__consent__in=ended).select_related("partner", "person")
    )
    resting = Referral.objects.filter(consent__in=ended)
    resting.filter(state__in=Referral.OPEN).update(state=Referral.State.REVOKED, ended_at=now)
    taken_back = resting.filter(state=Referral.State.REVOKED, ended_at=now)
    for referral in taken_back.select_related("need", "case"):
        not_waiting(referral)
        next_actions.follow(referral.need, "consent", by=by)
    for referral in resting.select_related("partner"):
        tell_workers(
            referral,
            "consent",
            "Consent was withdrawn",
            f"The resident of referral {referral.code} has withdrawn consent. You can't read "
            "their details any more. Delete every copy that you have, on paper too.",
        )
    record("consent withdrawn", about=consent, by=by, copies=len(copies), also=len(ending))
    return copies


def not_waiting(referral: Referral) -> None:
    """The case waits for a partner only while one has a referral of it."""
    case = referral.case
    if not case.referrals.filter(state__in=Referral.OPEN).exists():
        Case.objects.filter(pk=case.pk, state="waiting").update(state="working")


def tell_workers(referral: Referral, cause: str, subject: str, body: str) -> None:
    """Mail to the partner's referral workers; never a name in it."""
    workers = (
        Membership.objects.current()
        .filter(partner=referral.partner, handles_referrals=True)
        .select_related("person")
    )
    for worker in workers:
        mail.write(
            key=f"referral-{referral.code}-{cause}-{worker.person_id}",
            subject=subject,
            body=body,
            person=worker.person,
        )
