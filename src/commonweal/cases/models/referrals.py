"""Referrals: who was asked to help, with which of somebody's details, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.residents.models.people import new_reference
from commonweal.services.models import Service

from .cases import Case, Need
from .consents import Consent


def new_referral_code() -> str:
    return new_reference("X")


class Referral(models.Model):
    """One need handed to one partner's service.

    What the partner reads of the resident is `fields`, and only while the consent holds. With
    `minimum` they get a first name and one way to reach somebody; with `nothing`, for groups
    that must not hold names, only the reference, which the resident tells them.
    """

    class Hand(models.TextChoices):
        CONSENTED = "consented", "The details that were consented to"
        MINIMUM = "minimum", "The least: first name and one way to reach them"
        NOTHING = "nothing", "No personal data: the resident gets in touch with the reference"

    class State(models.TextChoices):
        SENT = "sent", "Sent"
        RECEIVED = "received", "Received"
        ACCEPTED = "accepted", "Accepted"
        CONTACTED = "contacted", "In touch with the resident"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"
        RETURNED = "returned", "Returned: not answered in time"
        REVOKED = "revoked", "Taken back"

    OPEN = (State.SENT, State.RECEIVED, State.ACCEPTED, State.CONTACTED)
    UNANSWERED = (State.SENT, State.RECEIVED)

    code = models.CharField(max_length=20, unique=True, default=new_referral_code)
    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    need = models.ForeignKey(Need, models.PROTECT, related_name="referrals")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="referrals")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="referrals")
    hand = models.CharField(max_length=10, choices=Hand.choices)
    fields = models.JSONField(default=list)
    consent = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    words = EncryptedTextField(blank=True, help_text="What the partner needs to know.")

    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer_by = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_because = models.CharField(
        max_length=20,
        blank=True,
        choices=[
            ("no_capacity", "No place is free"),
            ("not_eligible", "Does not meet criteria"),
            ("wrong_service", "Not what we do"),
            ("too_little", "Too little is known"),
            ("other", "Another reason"),
        ],
    )
    contacted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=12,
        blank=True,
        choices=[
            ("helped", "Helped"),
            ("partly", "Helped in part"),
            ("not_reached", "Not reached"),
            ("declined", "The resident declined"),
            ("unable", "We could not help"),
        ],
    )
    outcome_words = EncryptedTextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "case",
        "need",
        "service",
        "partner",
        "hand",
        "fields",
        "consent",
        "words",
        "state",
        "sent_at",
        "sent_by",
        "answer_by",
        "received_at",
        "answered_at",
        "declined_because",
        "contacted_at",
        "outcome",
        "outcome_words",
        "ended_at",
    }

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                name="declined_referrals_say_why",
                condition=~Q(state="declined") | ~Q(declined_because=""),
            ),
            models.CheckConstraint(
                name="details_go_only_with_consent",
                condition=~Q(hand="consented") | Q(consent__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["need", "partner"],
                condition=Q(state__in=["sent", "received", "accepted", "contacted"]),
                name="one_open_referral_a_partner",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_by"],
                condition=Q(state__in=["sent", "received"]),
                name="referrals_unanswered",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_readable(self) -> bool:
        """Whether the partner may read any of the resident's details at this moment."""
        if not self.is_open or self.hand == self.Hand.NOTHING:
            return False
        if self.consent is None:
            return True
        # Two records that were parted: the consent of one serves the other no more.
        return self.consent.holds and self.consent.resident_id == self.case.resident_id
