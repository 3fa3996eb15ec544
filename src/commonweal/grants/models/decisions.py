"""What was done about a grant, act by act; and payments that came back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .. import state as grant_state
from .funds import MONEY
from .grants import Award, AwardReview
from .payments import Payment


class GrantDecision(models.Model):
    """One act about one grant: who, when, how much, in which words. Rows come and never change;
    only their words can be emptied, when the person is erased.

    A grant's state and amount follow from its rows by ``grant_state.standing``.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked for"
        ASSESSED = "assessed", "Assessed"
        HELD = "held", "Held"
        RELEASED = "released", "Let go on"
        APPROVED = "approved", "Yes"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CANCELLED = "cancelled", "Cancelled"
        REVIEW_ASKED = "review_asked", "A review asked for"
        REVIEWED = "reviewed", "Reviewed"
        ACCOUNT = "account", "Account given"
        ACCOUNT_SEEN = "account_seen", "Account looked at"
        RETURNED = "returned", "The payment came back"

    award = models.ForeignKey(Award, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount = models.DecimalField(**MONEY, null=True, blank=True)
    words = EncryptedTextField(blank=True)
    # Nobody: the rules themselves, or what is not known of a time before these rows.
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    needed = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many have to say the same amount, for it to stand."
    )
    review = models.ForeignKey(AwardReview, models.PROTECT, null=True, related_name="decisions")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="decisions")

    PERSONAL: ClassVar[tuple[str, ...]] = ("words",)
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "award",
        "kind",
        "amount",
        "words",
        "by",
        "at",
        "needed",
        "review",
        "payment",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "by"], condition=Q(kind="approved"), name="one_yes_to_a_grant"
            ),
            models.CheckConstraint(
                name="whoever_decides_is_named",
                condition=~Q(kind__in=["approved", "reviewed"])
                | Q(by__isnull=False, amount__isnull=False, needed__gte=1),
            ),
            models.CheckConstraint(
                name="decisions_are_of_something", condition=Q(amount=None) | Q(amount__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.award_id}"

    @property
    def act(self) -> grant_state.Act:
        return grant_state.Act(
            self.kind, by=self.by_id, amount=self.amount, at=self.at, needed=self.needed or 1
        )


class ReturnedPayment(models.Model):
    """A payment that was paid and came back: one officer says so, another agrees or says no.
    Once agreed it counts as not paid, from that day on; the payment's own row stays as it was."""

    class State(models.TextChoices):
        ASKED = "asked", "Waits for a second officer"
        AGREED = "agreed", "Came back"
        DECLINED = "declined", "Did not come back"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="returns")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    because = EncryptedTextField(blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    PERSONAL: ClassVar[tuple[str, ...]] = ("because",)
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "payment",
        "state",
        "because",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state__in=["asked", "agreed"]),
                name="a_payment_comes_back_once",
            ),
            models.CheckConstraint(
                name="paid_is_undone_by_two",
                condition=~Q(state="agreed")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"return of payment {self.payment_id}"
