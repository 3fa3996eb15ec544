"""Organisations that join the charter, and the people who may act for them."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.places.models import Area


class Sector(models.TextChoices):
    PUBLIC = "public", "Public"
    PRIVATE = "private", "Private"
    VOLUNTARY = "voluntary", "Voluntary"


class Kind(models.TextChoices):
    COMPANY = "company", "Company"
    SOLE_TRADER = "sole_trader", "Sole trader or partnership"
    SOCIAL_ENTERPRISE = "social_enterprise", "Community interest company or social enterprise"
    COOPERATIVE = "cooperative", "Co-operative or mutual"
    CHARITY = "charity", "Charity"
    CLUB = "club", "Club, group or association without a number"
    COUNCIL = "council", "Council"
    SCHOOL = "school", "School, college or university"
    HEALTH = "health", "Health body"
    PUBLIC_BODY = "public_body", "Other public body"


class Size(models.TextChoices):
    VOLUNTEERS = "volunteers", "Volunteers only"
    MICRO = "micro", "1 to 9 people"
    SMALL = "small", "10 to 49 people"
    MEDIUM = "medium", "50 to 249 people"
    LARGE = "large", "250 people or more"


class Relation(models.TextChoices):
    NONE = "none", "None"
    SUPPLIER = "supplier", "Supplier of the council"
    BIDDER = "bidder", "Bidding for the council's contracts"
    GRANT = "grant", "Receives a grant from the council"


class PartnerQuerySet(models.QuerySet["Partner"]):
    def public(self) -> PartnerQuerySet:
        """Partners that the charter manager has accepted. Nothing takes one out again: one that
        may not act any more keeps its page and its promises. An entry that was merged into another
        counts there."""
        return self.filter(accepted_on__isnull=False, merged_into=None)

    def reached(self, on: date) -> PartnerQuerySet:
        """The town's partners that were in the register on a day, as two entries until they were
        merged."""
        still_one = Q(merged_on=None) | Q(merged_on__gt=on)
        return self.filter(still_one, accepted_on__lte=on).of_the_town(on)

    def of_the_town(self, on: date) -> PartnerQuerySet:
        """Without those that only a register of another body names. Such a one is the town's from
        the day on which it signs, promises the town something, or somebody acts for it."""
        named = Partner.objects.filter(is_of_others=True)
        came = Q()
        for acts in (
            {"signatures__signed_on__lte": on},
            {"pledges__accepted_on__lte": on, "pledges__is_of_others": False},
            {"memberships__joined_at__date__lte": on},
        ):
            came |= Q(pk__in=named.filter(**acts).values("pk"))
        return self.filter(Q(is_of_others=False) | came)

    def acting(self) -> PartnerQuerySet:
        """Partners that may act where others see it: accepted, and not taken back since."""
        return self.public().filter(stopped_on=None)


class Partner(models.Model):
    """An organisation of the public, private or voluntary sector that has joined."""

    # What it is
    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    sector = models.CharField(max_length=10, choices=Sector.choices)
    # Empty where it was read from another register that does not say.
    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True)
    size = models.CharField(max_length=12, choices=Size.choices, blank=True)
    company_number = models.CharField(max_length=8, blank=True)
    charity_number = models.CharField(max_length=12, blank=True)
    mutual_number = models.CharField(max_length=8, blank=True)
    covers = models.CharField(
        max_length=200, blank=True, help_text="The whole organisation, or which site."
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="partners")
    description = models.TextField(blank=True)
    website = models.URLField(blank=True)
    relation = models.CharField(max_length=10, choices=Relation.choices, default=Relation.NONE)
    is_council = models.BooleanField(default=False)
    source = models.CharField(
        max_length=60, blank=True, help_text="The import that made it; empty when it joined here."
    )
    is_of_others = models.BooleanField(
        default=False, help_text="It is here because a register of another body names it."
    )

    # Whom to reach; private
    contact_name = EncryptedTextField(blank=True)
    contact_phone = EncryptedTextField(blank=True)

    # How it came here
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    accepted_on = models.DateField(null=True, blank=True)
    returned_because = models.TextField(blank=True)
    # The organisation left, or its acceptance was taken back: from that day it does nothing that
    # others see. What it promised stays in the register.
    stopped_on = models.DateField(null=True, blank=True)
    stopped_because = models.TextField(blank=True)
    # It was found to be the same organisation as another entry, which stands for both from that
    # day: its address leads there (see `merging`).
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    merged_on = models.DateField(null=True, blank=True)

    # Where it stands: the last day on which it reported anything, from the ledger
    last_update_on = models.DateField(null=True, blank=True)

    objects = PartnerQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
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
        "is_council",
        "source",
        "is_of_others",
        "accepted_on",
        "last_update_on",
        "stopped_on",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "contact_name",
        "contact_phone",
        "joined_at",
        "returned_because",
        "stopped_because",
        "merged_into",
        "merged_on",
    }

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_council"], condition=Q(is_council=True), name="one_council"
            ),
            models.UniqueConstraint(
                fields=["company_number"],
                condition=~Q(company_number="") & Q(covers=""),
                name="one_partner_a_company",
            ),
            models.UniqueConstraint(
                fields=["charity_number"],
                condition=~Q(charity_number="") & Q(covers=""),
                name="one_partner_a_charity",
            ),
            models.CheckConstraint(
                name="merged_partners_say_since_when",
                condition=Q(merged_into=None, merged_on=None)
                | Q(merged_into__isnull=False, merged_on__isnull=False),
            ),
        ]
        indexes = [models.Index(Lower("name"), name="partners_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/partners/{self.code}/"

    @property
    def waits(self) -> bool:
        """Whether nobody has accepted it yet, and no other entry stands for it."""
        return self.accepted_on is None and self.merged_into_id is None

    @property
    def dealings(self) -> str:
        """Its dealings with the council, in words; "" where nobody was asked. Whoever is asked says
        of which kind the organisation is as well; a list or a register says neither."""
        was_asked = bool(self.kind) or self.relation != Relation.NONE
        return str(self.get_relation_display()) if was_asked else ""

    @property
    def may_act(self) -> bool:
        """Whether it may do what others see."""
        return (
            self.accepted_on is not None and self.stopped_on is None and self.merged_into_id is None
        )

    def inactive_from(self, cycle_months: int) -> date | None:
        """The day from which it is inactive if nothing more comes: two missed cycles.

        None while it has nothing to report on (`last_update_on` is set when the first pledge
        is accepted).
        """
        if self.last_update_on is None:
            return None
        return months_later(self.last_update_on, 2 * cycle_months) + timedelta(days=1)

    def is_inactive(self, *, on: date, cycle_months: int) -> bool:
        starts = self.inactive_from(cycle_months)
        return starts is not None and on >= starts


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


class NameChange(models.Model):
    """A partner in the register wants to be called otherwise, or to stand under another number.

    ``wanted`` and ``was`` are by field. What it was stays public until the charter manager has
    looked at it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for the charter manager"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"
        WITHDRAWN = "withdrawn", "Taken back"

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="name_changes")
    wanted = models.JSONField()
    was = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    because = models.TextField(blank=True, help_text="Why it was returned.")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "partner",
        "wanted",
        "was",
        "state",
        "because",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
    }

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(state="waiting"), name="one_name_waits_a_partner"
            )
        ]

    def __str__(self) -> str:
        return f"name of {self.partner_id}, {self.state}"


class MemberRole(models.TextChoices):
    EDITOR = "editor", "Editor: may pledge, report and invite"
    READER = "reader", "Reader: sees everything, changes nothing"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(left_on=None)


class Membership(models.Model):
    """A person may act for a partner, until they leave."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    job_title = models.CharField(max_length=100, blank=True)
    handles_referrals = models.BooleanField(
        default=False, help_text="Referral worker: reads what residents agreed to share."
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "partner",
        "person",
        "role",
        "job_title",
        "handles_referrals",
        "joined_at",
        "left_on",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "person"],
                condition=Q(left_on=None),
                name="one_membership_a_partner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.partner_id}"


def new_token() -> str:
    return secrets.token_urlsafe(24)


def in_two_weeks() -> date:
    return timezone.localdate() + timedelta(days=14)


class Invitation(models.Model):
    """Somebody asked another person, by e-mail, to act for a partner."""

    token = models.CharField(max_length=48, unique=True, default=new_token, editable=False)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="invitations")
    email = EncryptedTextField()
    email_hash = models.CharField(max_length=64)
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_on = models.DateField(default=in_two_weeks)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "token",
        "partner",
        "email",
        "email_hash",
        "role",
        "invited_by",
        "invited_at",
        "expires_on",
        "accepted_at",
        "withdrawn_at",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "email_hash"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"invitation to {self.partner_id}"


class ActingRequest(models.Model):
    """Somebody who is signed in says “this is us” of a partner for which nobody acts: one that an
    import or the town's own file made.

    ``proved_by`` says what spoke for it: an e-mail address of the partner's own website, which
    lets the person in at once, or the charter manager.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for the charter manager"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"

    class Proof(models.TextChoices):
        DOMAIN = "domain", "An e-mail address of its website"
        MANAGER = "manager", "The charter manager"

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="acting_requests")
    person = models.ForeignKey(Person, models.PROTECT, related_name="acting_requests")
    job_title = models.CharField(max_length=100)
    words = models.TextField(blank=True, help_text="How the charter manager can check it.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proved_by = models.CharField(max_length=10, choices=Proof.choices, blank=True)
    because = models.TextField(blank=True, help_text="Why it was returned.")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "partner",
        "person",
        "job_title",
        "words",
        "state",
        "proved_by",
        "because",
        "asked_at",
        "decided_by",
        "decided_at",
    }

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "person"],
                condition=Q(state="waiting"),
                name="one_acting_request_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"acting for {self.partner_id}, {self.state}"
