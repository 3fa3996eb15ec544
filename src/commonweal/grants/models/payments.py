"""What is paid of grants, in runs."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from commonweal.accounts.models import Person

from .funds import MONEY, Fund
from .grants import Award


class PaymentRun(models.Model):
    """One file of payments: made from approved awards, sent to finance, reconciled, closed."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="runs")
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
