"""“This is us”: somebody comes to act for a partner that nobody acts for.

An import or the town's own file makes partners that nobody has joined with. Whoever belongs to one
says so here. A confirmed e-mail address of the partner's own website lets them in at once, and the
charter manager is told; else the manager decides. Where anybody acts for a partner already, only
they invite: nothing here can take one over.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .access import must_act
from .models import ActingRequest, MemberRole, Membership, Partner, PartnerQuerySet

State, Proof = ActingRequest.State, ActingRequest.Proof

# Hosts at which many organisations have their page or everybody has an address: there an address
# says nothing of whom somebody belongs to.
SHARED_HOSTS = frozenset(
    {
        "aol.com",
        "blogspot.com",
        "btinternet.com",
        "facebook.com",
        "fastmail.com",
        "gmail.com",
        "gmx.com",
        "google.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "instagram.com",
        "linkedin.com",
        "live.co.uk",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "weebly.com",
        "wix.com",
        "wordpress.com",
        "yahoo.co.uk",
        "yahoo.com",
    }
)
SOMEBODY_ACTS = (
    "Somebody acts for this organisation already. Ask a colleague there to invite you, or ask the "
    "charter manager."
)


def nobody_acts(partners: PartnerQuerySet) -> PartnerQuerySet:
    """Those of the partners for which nobody acts today."""
    acting = Membership.objects.current().filter(partner=OuterRef("pk"))
    return partners.filter(~Exists(acting))


def to_be_acted_for(on: date) -> PartnerQuerySet:
    """The town's partners for which somebody is wanted: none that only a register of another body
    names."""
    return nobody_acts(Partner.objects.acting().of_the_town(on))


def may_be_asked_for(partner: Partner) -> bool:
    """Whether its public page offers “this is us”."""
    return partner.may_act and not partner.memberships.current().exists()


def host_of(partner: Partner) -> str:
    """The host of its website, without ``www.``; empty where none is stated."""
    return (urlsplit(partner.website).hostname or "").lower().removeprefix("www.")


def is_of_its_website(person: Person, partner: Partner) -> bool:
    """Whether a confirmed address of the person is at the host of the partner's own website.

    The council's own never counts: hundreds have such an address, and its officers are few.
    """
    host = host_of(partner)
    if not host or host in SHARED_HOSTS or partner.is_council:
        return False
    addresses = EmailAddress.objects.filter(user=person, verified=True)
    return any(
        email.rpartition("@")[2].lower() == host
        for email in addresses.values_list("email", flat=True)
    )


@transaction.atomic
def ask(*, partner: Partner, job_title: str, words: str, by: Person) -> ActingRequest:
    """Say that one belongs to a partner for which nobody acts. Accepted at once where the address
    proves it; else it waits for the charter manager.

    Raises
    ------
    Refused
        Somebody acts for it, it may not act, or this person's own request waits already.
    """
    _must_be_nobodys(partner)
    try:
        with transaction.atomic():
            acting = ActingRequest.objects.create(
                partner=partner, person=by, job_title=job_title, words=words
            )
    except IntegrityError:
        raise Refused("You have asked already. The charter manager looks at it.") from None
    record("acting asked for", about=partner, by=by, as_role="person")
    if is_of_its_website(by, partner):
        _let_in(acting, Proof.DOMAIN, by=None)
    _tell_managers(acting)
    return acting


@transaction.atomic
def accept(*, acting: ActingRequest, by: Person) -> None:
    """Let the person act for the partner, as its editor.

    Raises
    ------
    Refused
        It is decided already; somebody acts for the partner by now; it is the manager's own.
    """
    if acting.person_id == by.pk:
        raise Refused("This is your own request. Another charter manager decides it.")
    _must_be_nobodys(acting.partner)
    _let_in(acting, Proof.MANAGER, by=by)
    _tell(
        acting,
        f"You act for {acting.partner.name} now",
        f"You now act for {acting.partner.name}:\n"
        f"{settings.ADDRESS}/space/{acting.partner.code}/\n",
    )


@transaction.atomic
def send_back(*, acting: ActingRequest, because: str, by: Person) -> None:
    """Say no, with the reason, which the person reads.

    Raises
    ------
    Refused
        It is decided already, or no reason is given.
    """
    if not because.strip():
        raise Refused("Say why. The person who asked reads it.")
    _decide(acting, State.RETURNED, by=by, because=because)
    record("acting refused", about=acting.partner, by=by, as_role=Role.CHARTER_MANAGER)
    _tell(
        acting,
        f"You asked to act for {acting.partner.name}",
        f"The charter manager could not accept that you act for {acting.partner.name}:\n\n"
        f"{because}\n\nIts page, where you can ask again:\n"
        f"{settings.ADDRESS}{acting.partner.get_absolute_url()}\n",
    )


def _must_be_nobodys(partner: Partner) -> None:
    """Two who ask at once do not both become the first."""
    must_act(partner)
    locked = Partner.objects.select_for_update().get(pk=partner.pk)
    if locked.memberships.current().exists():
        raise Refused(SOMEBODY_ACTS)


def _let_in(acting: ActingRequest, proof: ActingRequest.Proof, *, by: Person | None) -> None:
    _decide(acting, State.ACCEPTED, by=by, proved_by=proof)
    Membership.objects.create(
        partner=acting.partner,
        person=acting.person,
        role=MemberRole.EDITOR,
        job_title=acting.job_title,
    )
    role = Role.CHARTER_MANAGER if by else "system"
    record("acting accepted", about=acting.partner, by=by, as_role=role, proof=proof)


def _decide(
    acting: ActingRequest, state: ActingRequest.State, *, by: Person | None, **columns: str
) -> None:
    columns |= {"state": state}
    done = ActingRequest.objects.filter(pk=acting.pk, state=State.WAITING).update(
        decided_by=by, decided_at=timezone.now(), **columns
    )
    if not done:
        raise Refused("Somebody has decided this already.")
    acting.refresh_from_db()


def _tell(acting: ActingRequest, subject: str, body: str) -> None:
    mail.write(
        key=f"acting:{acting.pk}:{acting.state}", person=acting.person, subject=subject, body=body
    )


def _tell_managers(acting: ActingRequest) -> None:
    """The manager looks at each: at one that waits to decide it, at one that was let in to see
    that it is right."""
    today = timezone.localdate()
    managers = Appointment.objects.current(today).filter(role=Role.CHARTER_MANAGER)
    at_desk = f"{settings.ADDRESS}/desk/charter/partners/{acting.partner.code}/people/"
    what = (
        "Somebody with an e-mail address of its website acts for it now. Look whether that is "
        "right; you can end it there"
        if acting.state == State.ACCEPTED
        else "Somebody asks to act for it. Accept or return it there"
    )
    for appointment in managers.select_related("person"):
        mail.write(
            key=f"acting:{acting.pk}:manager:{appointment.person_id}",
            person=appointment.person,
            subject=f"Somebody says “this is us”: {acting.partner.name}",
            body=f"{acting.partner.name} is in the register, and nobody acted for it.\n\n"
            f"{what}:\n{at_desk}\n",
        )
