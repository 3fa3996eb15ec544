"""What people do with partners: join, change the profile, invite, leave, accept, return."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import slugify

from commonweal.accounts import mail
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import naming
from .access import MERGED, must_act
from .models import MemberRole, Membership, Partner
from .naming import TAKEN
from .telling import tell_editors

PROFILE_FIELDS = (
    "name",
    "sector",
    "kind",
    "size",
    "company_number",
    "charity_number",
    "mutual_number",
    "covers",
    "area",
    "description",
    "website",
    "relation",
    "contact_name",
    "contact_phone",
)

# What the rooms above do when an organisation is accepted, within the transaction. Each answers
# what its editors read before the address of their space, "" where there is nothing to say.
ACCEPTED: list[Callable[[Partner, Person], str]] = []
# What they say of what it has promised already, "" where that is nothing.
PROMISED: list[Callable[[Partner], str]] = []


def free_code(name: str) -> str:
    base = slugify(name)[:60] or "partner"
    code, number = base, 1
    while Partner.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code


@transaction.atomic
def join(*, profile: dict[str, Any], job_title: str, by: Person) -> Partner:
    """Enter a new partner, with the person as its first editor. It waits to be accepted.

    Raises
    ------
    Refused
        The person has entered this name already, or another partner has one of its numbers.
    """
    mine = Membership.objects.current().filter(person=by, partner__name__iexact=profile["name"])
    if mine.exists():
        raise Refused("You have entered this organisation already; it is under “Your space”.")
    try:
        with transaction.atomic():
            partner = Partner.objects.create(code=free_code(profile["name"]), **profile)
    except IntegrityError:
        raise Refused(TAKEN) from None
    Membership.objects.create(
        partner=partner, person=by, role=MemberRole.EDITOR, job_title=job_title
    )
    record("partner joined", about=partner, by=by, as_role="editor", sector=partner.sector)
    return partner


@transaction.atomic
def change_profile(*, partner: Partner, profile: dict[str, Any], by: Person) -> Partner:
    """Change what a partner says of itself; only the fields given. Once it is in the register, a
    new name or number waits for the charter manager."""
    if partner.stopped_on is not None:
        must_act(partner)
    if partner.accepted_on is not None:
        profile = naming.hold_back(partner=partner, profile=profile, by=by)
    changed = [name for name, typed in profile.items() if getattr(partner, name) != typed]
    for name in changed:
        setattr(partner, name, profile[name])
    if changed:
        if partner.returned_because:
            partner.returned_because = ""
            changed.append("returned_because")
        try:
            with transaction.atomic():
                partner.save(update_fields=changed)
        except IntegrityError:
            raise Refused(TAKEN) from None
        record("profile changed", about=partner, by=by, as_role="editor", fields=sorted(changed))
    return partner


def mark_of(partner: Partner) -> str:
    """What a partner says of itself, as a mark that goes along with the manager's button."""
    text = json.dumps([str(getattr(partner, name)) for name in PROFILE_FIELDS])
    return salted_hmac("commonweal.shown", text, algorithm="sha256").hexdigest()[:40]


@transaction.atomic
def accept(
    *, partner: Partner, by: Person, on: date | None = None, shown: str | None = None
) -> None:
    """Let a partner into the public register.

    ``shown`` is the mark of what the manager's page said of it; None where nothing says it.

    Raises
    ------
    Refused
        It was accepted already; it changed its name, or anything else, after the page was opened.
    """
    now = Partner.objects.select_for_update().get(pk=partner.pk)
    if now.merged_into_id is not None:
        raise Refused(MERGED)
    if shown is not None and not constant_time_compare(shown, mark_of(now)):
        raise Refused(
            "It changed what it says of itself while you looked. Read it again, then accept it."
        )
    done = Partner.objects.filter(pk=partner.pk, accepted_on=None).update(
        accepted_on=on or timezone.localdate(), returned_because=""
    )
    if not done:
        raise Refused("Somebody else has accepted this partner already.")
    record("partner accepted", about=partner, by=by, as_role="charter_manager")
    sentences = [sentence for accepted in ACCEPTED if (sentence := accepted(now, by))]
    tell_editors(
        partner,
        f"accepted-{timezone.now():%Y%m%d%H%M%S}",
        "Your organisation is in the register",
        f"Your organisation is now in the public register:\n{settings.ADDRESS}/partners/"
        f"{partner.code}/\n\n{_onward(now, sentences)}\n{settings.ADDRESS}/space/{partner.code}/\n",
    )


def _onward(partner: Partner, sentences: list[str]) -> str:
    """What somebody does next whose organisation was accepted; the address of its space follows."""
    promised = next(filter(None, (words_of(partner) for words_of in PROMISED)), "")
    if sentences:
        return "\n\n".join([*sentences, promised or "Make your first pledge here:"])
    if promised:
        return f"Sign the charter in your space.\n\n{promised}"
    return "Sign the charter and make your first pledge here:"


@transaction.atomic
def stop(*, partner: Partner, because: str, by: Person) -> None:
    """Take acceptance back, or write down that an organisation left. From now on it does nothing
    that others see; its page and its promises stay, and say so."""
    if not because.strip():
        raise Refused("Say why. The organisation reads it.")
    done = Partner.objects.filter(pk=partner.pk, accepted_on__isnull=False, stopped_on=None).update(
        stopped_on=timezone.localdate(), stopped_because=because
    )
    if not done:
        raise Refused("This organisation is not accepted, or has been stopped already.")
    partner.invitations.filter(accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    record("partner stopped", about=partner, by=by, as_role="charter_manager")
    tell_editors(
        partner,
        f"stopped-{timezone.now():%Y%m%d%H%M%S}",
        "Your organisation's acceptance has ended",
        f"Nothing that others see can be done in your organisation's name from today:\n\n{because}"
        "\n\nWhat it promised stays in the register. Ask the charter manager if this is wrong.\n",
    )


@transaction.atomic
def take_up_again(*, partner: Partner, by: Person) -> None:
    """Let an organisation that was stopped act again."""
    done = Partner.objects.filter(pk=partner.pk, stopped_on__isnull=False).update(
        stopped_on=None, stopped_because=""
    )
    if not done:
        raise Refused("This organisation is not stopped.")
    record("partner taken up again", about=partner, by=by, as_role="charter_manager")
    tell_editors(
        partner,
        f"again-{timezone.now():%Y%m%d%H%M%S}",
        "Your organisation can act again",
        f"Your organisation is accepted again:\n{settings.ADDRESS}/space/{partner.code}/\n",
    )


@transaction.atomic
def send_back(*, partner: Partner, because: str, by: Person) -> None:
    """Return a partner's entry with the reason; its editors can mend it."""
    if not because.strip():
        raise Refused("Say what has to change. The organisation reads it.")
    waiting = Partner.objects.filter(pk=partner.pk, accepted_on=None, merged_into=None)
    done = waiting.update(returned_because=because)
    if not done:
        raise Refused("This partner has been accepted or merged; it can't be returned any more.")
    record("partner returned", about=partner, by=by, as_role="charter_manager")
    tell_editors(
        partner,
        f"returned-{timezone.now():%Y%m%d%H%M%S}",
        "Your organisation's entry needs a change",
        f"The charter manager asks for a change before your entry is made public:\n\n{because}\n\n"
        f"{settings.ADDRESS}/space/{partner.code}/profile/\n",
    )


@transaction.atomic
def end_membership(*, membership: Membership, by: Person, as_role: str = "editor") -> None:
    """Somebody leaves a partner, or the charter manager ends that they act for it.

    Raises
    ------
    Refused
        They are its last editor, and it is not the charter manager who ends it. (Pledges go to a
        colleague first, by `hand_over` of `pledges.handing_over`.)
    """
    # Two editors who end each other go one after the other: the second finds who is left.
    partner = Partner.objects.select_for_update().get(pk=membership.partner_id)
    others = partner.memberships.current().filter(role=MemberRole.EDITOR).exclude(pk=membership.pk)
    is_last = membership.role == MemberRole.EDITOR and not others.exists()
    # The manager may: whoever took a partner over is often the only one there.
    if is_last and as_role != Role.CHARTER_MANAGER:
        raise Refused(
            "This is the last editor. Invite another editor first, so that somebody can go on."
        )
    ended = Membership.objects.filter(pk=membership.pk, left_on=None).update(
        left_on=timezone.localdate()
    )
    if not ended:
        raise Refused("This person has left already.")
    record("member left", about=membership.partner, by=by, as_role=as_role)
    if by != membership.person:
        mail.write(
            key=f"membership:{membership.pk}:ended",
            person=membership.person,
            subject=f"You no longer act for {membership.partner.name}",
            body=f"{_who_ended(as_role)} ended that you act for {membership.partner.name}.\n\n"
            f"For whom you still act: {settings.ADDRESS}/space/\n\n"
            "If you did not expect it, ask an editor there, or the town's charter manager.\n",
        )


def _who_ended(as_role: str) -> str:
    return "The charter manager" if as_role == Role.CHARTER_MANAGER else "A colleague"
