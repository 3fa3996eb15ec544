"""Funds with rules, and what each returned to whoever gave the money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}


def by_transfer() -> list[str]:
    """The ways of a fund that says nothing of them."""
    return ["transfer"]


class Fund(models.Model):
    """Money for hardship: how much, until when, by which rules."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    budget = models.DecimalField(**MONEY)
    starts_on = models.DateField()
    ends_on = models.DateField()
    carries_over = models.BooleanField(default=False)
    window_days = models.PositiveSmallIntegerField(
        default=180, help_text="A second award within so many days is held."
    )
    most = models.DecimalField(**MONEY, default=Decimal(500))
    categories = models.JSONField(default=list, help_text="Codes; empty: all.")
    methods = models.JSONField(
        default=by_transfer,
        help_text="Codes: transfer, voucher, topup, supplier, goods, cash.",
    )
    approvals = models.JSONField(
        default=list, help_text="List of {up_to, approvals}, smallest first."
    )
    ask_review_days = models.PositiveSmallIntegerField(default=28)
    review_days = models.PositiveSmallIntegerField(default=15)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "description",
        "budget",
        "starts_on",
        "ends_on",
        "carries_over",
        "window_days",
        "most",
        "categories",
        "methods",
        "approvals",
        "ask_review_days",
        "review_days",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="funds_end_after_they_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="funds_have_money", condition=Q(budget__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def approvals_for(self, amount: Decimal) -> int:
        """How many approvals an amount takes; never fewer than one."""
        for step in self.approvals:
            if amount <= Decimal(str(step["up_to"])):
                return int(step["approvals"])
        return max([1, *(int(step["approvals"]) for step in self.approvals)])


class FundBefore(models.Model):
    """What a fund's rules were before somebody changed them, by which decision; never changed."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="before")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    because = EncryptedTextField(
        help_text="The decision: whose, of which day, where it is minuted."
    )
    was = models.JSONField(help_text="Each rule that changed, by its column, as it was.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "fund", "changed_at", "changed_by", "because", "was"}

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "funds before"

    def __str__(self) -> str:
        return f"{self.fund} before {self.changed_at:%Y-%m-%d}"


class FundReturn(models.Model):
    """What a fund spent by a day, signed by the finance officer; never changed after."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="returns")
    upto = models.DateField()
    figures = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "fund",
        "upto",
        "figures",
        "sha256",
        "made_by",
        "signed_by",
        "signed_on",
    }

    class Meta:
        ordering = ["-upto"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "upto"], name="one_return_a_day"),
            models.CheckConstraint(
                name="somebody_else_signs_the_return",
                condition=Q(signed_by=None) | ~Q(signed_by=F("made_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund} to {self.upto}"
