"""What people do with the charter: sign, leave, raise a tier, take one back."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act, organisations_of
from commonweal.partners.models import MemberRole, Partner, months_later
from commonweal.places.models import the_town

from .facts import criteria_of
from .models import CharterVersion, Signature, Tier, TierAward

TERMS = "2026-11"


@transaction.atomic
def sign(
    *,
    partner: Partner,
    version: CharterVersion,
    name: str,
    capacity: str,
    show_name: bool,
    by: Person,
) -> Signature:
    """A partner signs a version that is in force."""
    today = timezone.localdate()
    must_act(partner)
    refuse_old(version)
    try:
        with transaction.atomic():
            signature = Signature.objects.create(
                partner=partner,
                version=version,
                signed_on=today,
                capacity=capacity,
                terms_version=TERMS,
                signed_by=by,
                signed_name=name,
                show_name=show_name,
            )
    except IntegrityError:
        raise Refused("Your organisation has signed this version already.") from None
    record("charter signed", about=partner, by=by, as_role="editor", version=version.number)
    return signature


def refuse_old(version: CharterVersion) -> None:
    """Only what is in force is signed."""
    if not CharterVersion.objects.in_force(timezone.localdate()).filter(pk=version.pk).exists():
        raise Refused("This version is no longer in force. Sign the newest one.")


@transaction.atomic
def end_signature(*, signature: Signature, because: str, by: Person) -> None:
    """A partner leaves the charter, and says why."""
    if not because.strip():
        raise Refused("Say why. It is public.")
    must_act(signature.partner)
    done = Signature.objects.filter(pk=signature.pk, ended_on=None).update(
        ended_on=timezone.localdate(), ended_because=because
    )
    if not done:
        raise Refused("This signature has ended already.")
    record("signature ended", about=signature.partner, by=by, as_role="editor")


def refuse_own(partner: Partner, by: Person) -> None:
    if partner in organisations_of(by):
        raise Refused(
            f"You belong to {partner.name}. Somebody of another organisation must decide this."
        )


@transaction.atomic
def propose_tier(
    *, partner: Partner, tier: Tier, reasons: str, minute: str, by: Person
) -> TierAward:
    """The first of two people proposes that a partner holds a tier."""
    refuse_own(partner, by)
    if not partner.may_act:
        raise Refused(f"{partner.name} is not accepted, so it can hold no tier.")
    if not partner.signatures.filter(ended_on=None).exists():
        raise Refused("Only a partner that has signed the charter can hold a tier.")
    try:
        with transaction.atomic():
            award = TierAward.objects.create(
                partner=partner,
                tier=tier,
                reasons=reasons,
                minute=minute,
                proposed_by=by,
                proposed_on=timezone.localdate(),
            )
    except IntegrityError:
        raise Refused("This tier has been proposed already and waits for a second name.") from None
    record("tier proposed", about=award, by=by, partner=partner.code, tier=tier.code)
    return award


@transaction.atomic
def confirm_tier(*, award: TierAward, by: Person) -> None:
    """The second of two people confirms; the tier holds until its review date.

    Raises
    ------
    Refused
        It is their own organisation, they proposed it themselves, what can be counted of the
        criteria is not there, or it is decided already.
    """
    refuse_own(award.partner, by)
    if award.proposed_by_id == by.pk:
        raise Refused("Two people decide a tier. You proposed it; somebody else must confirm it.")
    today = timezone.localdate()
    criteria = criteria_of(award.tier, award.partner, today)
    lacking = "; ".join(
        f"{criterion.fact.title}: {criterion.fact.words}, it takes {criterion.takes}"
        for criterion in criteria
        if not criterion.is_met
    )
    if lacking:
        raise Refused(f"{award.partner.name} does not meet what this tier takes. {lacking}.")
    done = TierAward.objects.filter(pk=award.pk, confirmed_on=None, withdrawn_on=None).update(
        confirmed_by=by, confirmed_on=today, review_on=months_later(today, award.tier.review_months)
    )
    if not done:
        raise Refused("Somebody else has decided this already.")
    record("tier confirmed", about=award, by=by, partner=award.partner.code, tier=award.tier.code)


@transaction.atomic
def refuse_tier(*, award: TierAward, because: str, by: Person) -> None:
    """The second person says no, with the reason; the first reads it and may propose again.

    Raises
    ------
    Refused
        It is their own organisation, they proposed it themselves, or it is decided already.
    """
    if not because.strip():
        raise Refused("Say why. Whoever proposed it reads it.")
    refuse_own(award.partner, by)
    if award.proposed_by_id == by.pk:
        raise Refused("You proposed it; somebody else must decide it.")
    done = TierAward.objects.filter(pk=award.pk, confirmed_on=None, withdrawn_on=None).update(
        withdrawal_because=because, withdrawn_by=by, withdrawn_on=timezone.localdate()
    )
    if not done:
        raise Refused("Somebody else has decided this already.")
    record("tier refused", about=award, by=by, partner=award.partner.code, tier=award.tier.code)
    mail.write(
        key=f"tier-refused-{award.pk}",
        person=award.proposed_by,
        subject=f"Not confirmed: {award.tier.name} for {award.partner.name}",
        body=f"The tier {award.tier.name} that you proposed for {award.partner.name} was not "
        f"confirmed:\n\n{because}\n\nYou can propose it again:\n"
        f"{settings.ADDRESS}/desk/tiers/propose/{award.partner.code}/\n",
    )


@transaction.atomic
def propose_withdrawal(*, award: TierAward, because: str, by: Person) -> None:
    """Propose to take a tier back. The partner may reply first."""
    if not because.strip():
        raise Refused("Say why. The partner reads it.")
    refuse_own(award.partner, by)
    today = timezone.localdate()
    if not award.is_held(today):
        raise Refused("This tier is not held any more.")
    until = today + timedelta(days=the_town().reply_days)
    done = TierAward.objects.filter(pk=award.pk, withdrawal_because="").update(
        withdrawal_because=because, withdrawal_by=by, reply_until=until
    )
    if not done:
        raise Refused("A withdrawal has been proposed already.")
    record("tier withdrawal proposed", about=award, by=by, partner=award.partner.code)
    editors = award.partner.memberships.current().filter(role=MemberRole.EDITOR)
    for membership in editors.select_related("person"):
        mail.write(
            key=f"withdrawal-{award.pk}-{membership.person_id}",
            person=membership.person,
            subject=f"A tier of {award.partner.name} may be withdrawn",
            body=f"The panel proposes to withdraw the tier {award.tier.name} of "
            f"{award.partner.name}:\n\n{because}\n\n"
            f"You can reply until {until:%-d %B %Y}:\n"
            f"{settings.ADDRESS}/space/{award.partner.code}/tiers/\n",
        )


@transaction.atomic
def reply_to_withdrawal(*, award: TierAward, reply: str, by: Person) -> None:
    must_act(award.partner)
    done = TierAward.objects.filter(
        pk=award.pk, reply="", withdrawn_on=None, reply_until__gte=timezone.localdate()
    ).update(reply=reply)
    if not done:
        raise Refused("There is nothing to reply to, or the time for it has passed.")
    record("tier withdrawal replied", about=award, by=by, partner=award.partner.code)


@transaction.atomic
def decide_withdrawal(*, award: TierAward, withdraw: bool, by: Person) -> None:
    """A second person decides, after the reply or when its time is over."""
    refuse_own(award.partner, by)
    today = timezone.localdate()
    if not award.withdrawal_because:
        raise Refused("No withdrawal is proposed.")
    if award.withdrawal_by_id == by.pk:
        raise Refused("You proposed this. Somebody else must decide it.")
    if not award.reply and award.reply_until and today <= award.reply_until:
        raise Refused(
            f"The partner may reply until {award.reply_until:%-d %B %Y}. Decide after that."
        )
    if withdraw:
        changes = {"withdrawn_by": by, "withdrawn_on": today}
    else:
        changes = {
            "withdrawal_because": "",
            "withdrawal_by": None,
            "reply_until": None,
            "reply": "",
        }
    done = (
        TierAward.objects.filter(pk=award.pk, withdrawn_on=None)
        .exclude(withdrawal_because="")
        .update(**changes)
    )
    if not done:
        raise Refused("Somebody else has decided this already.")
    verb = "tier withdrawn" if withdraw else "tier kept"
    record(verb, about=award, by=by, partner=award.partner.code)
