"""Colleagues are invited to act for an organisation, by e-mail."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from commonweal.accounts import limits, mail
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.places.models import the_town

from .access import MERGED, must_act
from .models import Invitation, Membership, Partner

INVITATIONS = limits.Limit(
    "invitations",
    10,
    timedelta(days=1),
    "Your organisation has sent ten invitations today. Send more tomorrow, or ring the charter "
    "manager if many colleagues are to help.",
)

# So many letters at one press.
AGAIN_MOST = 200


@transaction.atomic
def invite(
    *, partner: Partner, email: str, role: str, by: Person, as_role: str = "editor"
) -> Invitation:
    """Ask somebody by e-mail to act for the partner. The link works for two weeks, once. An editor
    of it invites, or the charter manager, who first brings somebody in where nobody acts for it.

    Raises
    ------
    Refused
        Nobody has accepted the organisation; it has sent as many as it may today; the person
        acts for it already or has an open invitation.
    """
    must_act(partner)
    email = email.strip().lower()
    if partner.memberships.current().filter(person__email__iexact=email).exists():
        raise Refused("This person acts for your organisation already.")
    limits.spend(INVITATIONS, f"partner {partner.pk}")
    partner.invitations.filter(
        email_hash=keyed_hash(email), accepted_at=None, expires_on__lt=timezone.localdate()
    ).update(withdrawn_at=timezone.now())
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                partner=partner,
                email=email,
                email_hash=keyed_hash(email),
                role=role,
                invited_by=by,
            )
    except IntegrityError:
        raise Refused("This address has an open invitation already.") from None
    record("member invited", about=partner, by=by, as_role=as_role, role=role)
    mail.write(
        key=f"invitation-{invitation.pk}",
        to_email=email,
        subject=f"You are invited to act for {partner.name}",
        body=f"{_asked_by(partner, as_role)}\n\nOpen this within two weeks, "
        f"signed in with this e-mail address:\n{settings.ADDRESS}/invitations/"
        f"{invitation.token}/\n\nIf you did not expect this, do nothing.\n",
    )
    return invitation


def out_of_date() -> QuerySet[Invitation]:
    """The last invitation of each partner for which nobody acts, where nobody came in time."""
    newest = Invitation.objects.filter(partner=OuterRef("partner")).order_by("-pk").values("pk")[:1]
    acting = Membership.objects.current().filter(partner=OuterRef("partner"))
    return Invitation.objects.filter(
        ~Exists(acting),
        pk=Subquery(newest),
        accepted_at=None,
        withdrawn_at=None,
        expires_on__lt=timezone.localdate(),
        partner__in=Partner.objects.acting(),
    ).order_by("pk")


@transaction.atomic
def invite_again(*, by: Person) -> int:
    """Write again to whoever did not come in time, where still nobody acts; return to how many."""
    late = list(out_of_date().select_related("partner")[:AGAIN_MOST])
    for invitation in late:
        invite(
            partner=invitation.partner,
            email=invitation.email,
            role=invitation.role,
            by=by,
            as_role=Role.CHARTER_MANAGER,
        )
    return len(late)


def _asked_by(partner: Partner, as_role: str) -> str:
    if as_role == "editor":
        return f"{partner.name} asks you to help with its pledges."
    return (
        f"{the_town().name} keeps a public register of what organisations promise the town. "
        f"{partner.name} is in it, and you are asked to act for it: to report, to answer "
        "questions, to promise more."
    )


def open_invitation(token: str, person: Person | None) -> Invitation:
    """The invitation behind a link, for a person; None where nobody is signed in yet.

    Raises
    ------
    Refused
        It is used, out of date, withdrawn, or was sent to another address.
    """
    invitation = Invitation.objects.select_related("partner").filter(token=token).first()
    if invitation is None or invitation.withdrawn_at:
        raise Refused("This invitation does not exist or was taken back. Ask for a new one.")
    if invitation.accepted_at:
        raise Refused("This invitation has been used already.")
    if invitation.partner.merged_into_id is not None:
        raise Refused(MERGED)
    if invitation.expires_on < timezone.localdate():
        raise Refused("This invitation is out of date. Ask the organisation for a new one.")
    if person is not None and invitation.email_hash != keyed_hash(person.email):
        raise Refused(
            "This invitation was sent to another e-mail address. Sign in with that address, or "
            "ask the organisation to invite the one that you use here."
        )
    return invitation


def came_by(token: str, person: Person | None) -> Partner | None:
    """For whom a person acts who came by this invitation before, and opens its letter again."""
    used = Invitation.objects.filter(token=token, accepted_at__isnull=False)
    acting = Membership.objects.current().filter(partner__in=used.values("partner"), person=person)
    membership = acting.select_related("partner").first()
    return membership.partner if membership else None


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, by: Person, name: str = "", job_title: str = ""
) -> Membership:
    """Act for the organisation from now on. ``name`` is that of somebody who never said one."""
    used = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, partner__merged_into=None
    ).update(accepted_at=timezone.now())
    if not used:
        raise Refused("This invitation has been used already.")
    membership = Membership.objects.create(
        partner=invitation.partner, person=by, role=invitation.role, job_title=job_title
    )
    if name and not by.name:
        by.name = name
        by.save(update_fields=["name"])
    record("invitation accepted", about=invitation.partner, by=by, as_role=invitation.role)
    return membership


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Person, as_role: str = "editor") -> None:
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        withdrawn_at=timezone.now()
    )
    record("invitation withdrawn", about=invitation.partner, by=by, as_role=as_role)
