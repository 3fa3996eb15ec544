"""Proposals of residents and enterprises, comments on them, who supports them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.pledges.models import new_code

from .consultations import Consultation
from .voices import Channel, Voice


class Visibility(models.TextChoices):
    """Whether others see what somebody sent. Staff read it first."""

    WAITING = "waiting", "Waits to be read"
    SHOWN = "shown", "Shown"
    KEPT_OUT = "kept_out", "Kept out"


class Sent(models.Model):
    """Something that somebody sent to stand in public: read first, by a named rule, with an appeal.

    ``own_key`` is the secret of the page on which its author follows it.
    """

    # Who sent it
    voice = models.CharField(max_length=10, choices=Voice.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="+")
    email = EncryptedTextField(blank=True)
    own_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_on = models.DateField(default=timezone.localdate)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Whether it is shown
    visibility = models.CharField(
        max_length=8, choices=Visibility.choices, default=Visibility.WAITING
    )
    because = EncryptedTextField(blank=True, help_text="Why it is kept out; its author reads it.")
    looked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    looked_on = models.DateField(null=True, blank=True)

    # The author's appeal, once
    appeal = EncryptedTextField(blank=True)
    appealed_on = models.DateField(null=True, blank=True)
    appeal_answer = EncryptedTextField(blank=True)
    appeal_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    appeal_on = models.DateField(null=True, blank=True)

    KEPT_PRIVATE: ClassVar[set[str]] = {
        "id",
        "person",
        "email",
        "own_key",
        "entered_by",
        "visibility",
        "because",
        "looked_by",
        "looked_on",
        "appeal",
        "appealed_on",
        "appeal_answer",
        "appeal_by",
        "appeal_on",
    }

    class Meta:
        abstract = True

    @property
    def waits_for_appeal(self) -> bool:
        return self.appealed_on is not None and self.appeal_on is None


class Proposal(Sent):
    """What a resident or an enterprise proposes to a consultation; only shown ones are public.

    It ends accepted, merged into another or declined, with a written answer.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        MERGED = "merged", "Merged with another"
        DECLINED = "declined", "Declined"

    code = models.CharField(max_length=12, unique=True, default=new_code)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="proposals")
    title = models.CharField(max_length=120)
    words = models.TextField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="proposals")

    # How it ended
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "consultation",
        "title",
        "words",
        "area",
        "voice",
        "channel",
        "partner",
        "made_on",
        "outcome",
        "answer",
        "answered_on",
        "merged_into",
    }
    PRIVATE: ClassVar[set[str]] = {*Sent.KEPT_PRIVATE, "answered_by"}

    class Meta:
        ordering = ["made_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_proposal_ends_with_a_written_answer",
                condition=Q(outcome="", answered_on=None)
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="only_merged_proposals_lead_to_another",
                condition=Q(outcome="merged", merged_into__isnull=False)
                | (~Q(outcome="merged") & Q(merged_into=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/have-your-say/proposals/{self.code}/"


class Comment(Sent):
    """What somebody says to a proposal of another."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="comments")
    words = models.TextField()

    PUBLIC: ClassVar[set[str]] = {"proposal", "words", "voice", "channel", "partner", "made_on"}
    PRIVATE: ClassVar[set[str]] = Sent.KEPT_PRIVATE

    class Meta:
        ordering = ["made_on", "id"]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.proposal_id}"


class Support(models.Model):
    """A person or an enterprise supports a proposal; or so many did, at a meeting or on paper."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="supports")
    voice = models.CharField(max_length=10, choices=Voice.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    count = models.PositiveIntegerField(default=1)
    given_on = models.DateField(default=timezone.localdate)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "proposal",
        "voice",
        "channel",
        "count",
        "given_on",
        "person",
        "partner",
        "entered_by",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "person"],
                condition=Q(person__isnull=False, voice="resident"),
                name="a_resident_supports_once",
            ),
            models.UniqueConstraint(
                fields=["proposal", "partner"],
                condition=Q(partner__isnull=False),
                name="an_enterprise_supports_once",
            ),
            models.CheckConstraint(
                name="only_what_was_entered_counts_for_several",
                condition=Q(count=1) | Q(entered_by__isnull=False, count__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"support of {self.proposal_id}"
