"""What is paid of grants, in runs."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .funds import MONEY, Fund
from .grants import Award


class PaymentRun(models.Model):
    """One file of payments by one way: made from approved awards, sent to whoever pays by it,
    reconciled, closed."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="runs")
    # Nothing: a transfer, of before there were other ways. (With a default, SQLite would make the
    # table anew and lose its triggers.)
    method = models.CharField(max_length=10, null=True, editable=False)
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    total = models.DecimalField(**MONEY)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "fund",
        "method",
        "made_on",
        "made_by",
        "total",
        "closed_on",
        "closed_by",
    }

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.code)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def settled(self) -> PaymentQuerySet:
        """Paid, and it did not come back."""
        return self.filter(state="paid").exclude(returns__state="agreed")

    def live(self) -> PaymentQuerySet:
        """Under way, or settled: money that is not owed any more."""
        came_back = Q(state="paid", returns__state="agreed")
        return self.filter(state__in=["sent", "paid"]).exclude(
            pk__in=Payment.objects.filter(came_back).values("pk")
        )

    def total(self) -> Decimal:
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)


class Payment(models.Model):
    """One payment of a grant; a review that finds more adds a second one. Paid, it never changes:
    if it comes back, that is a row of its own (ReturnedPayment)."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="payments")
    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="payments")
    amount = models.DecimalField(**MONEY)
    state = models.CharField(
        max_length=10,
        choices=[("sent", "Sent"), ("paid", "Paid"), ("cancelled", "Cancelled")],
        default="sent",
    )
    paid_on = models.DateField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "award", "run", "amount", "state", "paid_on"}

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["award", "run"], name="once_in_a_run")]

    def __str__(self) -> str:
        return f"{self.amount} for {self.award_id}"

    @property
    def may_come_back(self) -> bool:
        """Whether it can be said that it came back: paid, and nobody has said so and waits."""
        states = {back.state for back in self.returns.all()}
        return self.state == "paid" and not states & {"asked", "agreed"}


class IssuedCodeQuerySet(models.QuerySet["IssuedCode"]):
    def waiting(self) -> IssuedCodeQuerySet:
        """To be handed over: kept, its payment did not come back, nobody was reported dead."""
        kept = self.filter(handed_at=None, payment__award__resident__is_dead=False)
        return kept.exclude(code="").filter(payment__in=Payment.objects.settled().values("pk"))


class IssuedCode(models.Model):
    """The code of a voucher, or for cash, that an issuer gave for one payment: until it is handed
    over and forgotten. It stands on one page, for whoever hands it over, and nowhere else."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="issued")
    code = EncryptedTextField(blank=True)
    # A keyed hash: no code is given to two
    code_key = models.CharField(max_length=64, unique=True)
    came_at = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = IssuedCodeQuerySet.as_manager()

    PERSONAL: ClassVar[tuple[str, ...]] = ("code",)
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "payment",
        *PERSONAL,
        "code_key",
        "came_at",
        "handed_at",
        "handed_by",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="whoever_hands_a_code_over_is_named",
                condition=Q(handed_at=None) | Q(handed_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"code for payment {self.payment_id}"
