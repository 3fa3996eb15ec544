"""Payees, what people decided of them, and the samples that people checked."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person

from .releases import MONEY


class PayeeQuerySet(models.QuerySet["Payee"]):
    def paid(self) -> PayeeQuerySet:
        """Those that a taken release pays."""
        return self.filter(lines__gt=0)

    def matched(self) -> PayeeQuerySet:
        return self.exclude(entry="")


class Payee(models.Model):
    """One name that payments give, over all anchors, and the register entry that it is.

    Spellings that differ in capitals, spaces and signs only are one payee, under the commonest.
    """

    code = models.CharField(max_length=16, unique=True, help_text="Of the name's letters.")
    name = models.TextField()
    in_public = models.BooleanField(default=False, help_text="It stands in a published file.")

    # What is paid to it, in all taken releases
    lines = models.IntegerField(default=0)
    amount_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    last_paid = models.DateField(null=True)
    postcode = models.CharField(max_length=10, blank=True, help_text="As its own payments give it.")
    number = models.CharField(max_length=40, blank=True, help_text="As the publisher gives it.")
    vat = models.CharField(max_length=9, blank=True, help_text="VAT number without a branch's.")

    # What it is: of the matcher, or of a person, whose decision goes before
    entry = models.CharField(max_length=60, blank=True, help_text="Org-id; empty for no match.")
    register_name = models.TextField(blank=True)
    probability = models.FloatField(default=0)
    method = models.CharField(max_length=60, blank=True)
    reasons = models.TextField(blank=True)
    likeliest = models.CharField(max_length=60, blank=True)
    likeliest_name = models.TextField(blank=True)
    matched_with = models.CharField(
        max_length=64, blank=True, help_text="Digest of the registers and of what was asked."
    )
    decided = models.ForeignKey("Decided", models.PROTECT, null=True, blank=True, related_name="+")

    objects = PayeeQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "in_public",
        "entry",
        "register_name",
        "probability",
        "method",
        "reasons",
        "likeliest",
        "likeliest_name",
        "decided",
    }
    # What is paid to it takes own ledgers in, which are not for everybody.
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "postcode",
        "number",
        "vat",
        "matched_with",
        "lines",
        "amount_gbp",
        "last_paid",
    }

    class Meta:
        ordering = ["-amount_gbp", "name"]
        indexes = [
            models.Index(fields=["decided", "-amount_gbp"], name="payees_by_money"),
            models.Index(fields=["entry"], name="payees_by_entry"),
        ]

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    ENTRY = "entry", "It is this entry"
    NONE = "none", "It is an organisation that stands in no register here"
    PERSON = "person", "It is a person: never to be named"


class Decided(models.Model):
    """What a person decided that a payee is: for all anchors, until it is taken back."""

    payee = models.ForeignKey(Payee, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    entry = models.CharField(max_length=60, blank=True)
    register_name = models.TextField(blank=True)
    because = models.TextField()
    decided_on = models.DateField(default=timezone.localdate)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_role = models.CharField(max_length=60)
    undone_on = models.DateField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_because = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "payee",
        "verdict",
        "entry",
        "register_name",
        "because",
        "decided_on",
        "by_role",
        "undone_on",
        "undone_because",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "decided_by", "undone_by"}

    class Meta:
        ordering = ["-decided_on", "-id"]
        verbose_name_plural = "decided"
        constraints = [
            models.UniqueConstraint(
                fields=["payee"], condition=Q(undone_on=None), name="one_decision_stands"
            ),
            models.CheckConstraint(
                name="a_decided_entry_is_named",
                condition=(Q(verdict="entry") & ~Q(entry="")) | (~Q(verdict="entry") & Q(entry="")),
            ),
            models.CheckConstraint(
                name="undone_decisions_say_why",
                condition=Q(undone_on=None) | ~Q(undone_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee_id}: {self.verdict}"


class Drawing(models.Model):
    """A random sample of matches for people to check, from which precision is estimated."""

    drawn_on = models.DateField(default=timezone.localdate)
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seed = models.IntegerField()
    of = models.IntegerField(help_text="How many matches there were on that day.")

    PUBLIC: ClassVar[set[str]] = {"drawn_on", "seed", "of"}
    PRIVATE: ClassVar[set[str]] = {"id", "drawn_by"}

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.drawn_on}"


class Check(models.Model):
    """One match of a sample: right or wrong, once a person has said so."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="checks")
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="checks")
    entry = models.CharField(max_length=60)
    register_name = models.TextField()
    is_right = models.BooleanField(null=True)
    checked_on = models.DateField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "drawing",
        "payee",
        "entry",
        "register_name",
        "is_right",
        "checked_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "checked_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "payee"], name="one_check_a_match")
        ]

    def __str__(self) -> str:
        return f"{self.payee_id}: {self.is_right}"
