"""The respend survey."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person


class Survey(models.Model):
    """Asks suppliers in the town what they spend there again: one page each, until a day."""

    title = models.CharField(max_length=120)
    opened_on = models.DateField(default=timezone.localdate)
    closes_on = models.DateField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"title", "opened_on", "closes_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "opened_by"}

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


def new_token() -> str:
    return secrets.token_urlsafe(18)


class Answer(models.Model):
    """One supplier's page of a survey, and what it answered. Single answers are never shown."""

    class Basis(models.TextChoices):
        ACCOUNTS = "accounts", "From our accounts"
        ESTIMATE = "estimate", "An estimate"

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    supplier = models.CharField(max_length=60, help_text="Org-id, or code of the payee.")
    name = models.TextField()
    again = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="Pounds of £100, 0 to 100."
    )
    basis = models.CharField(max_length=8, choices=Basis.choices, blank=True)
    answered_at = models.DateTimeField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "survey",
        "token",
        "supplier",
        "name",
        "again",
        "basis",
        "answered_at",
    }

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "supplier"], name="one_page_a_supplier"),
            models.CheckConstraint(
                name="answers_are_pounds_of_a_hundred",
                condition=Q(again=None) | Q(again__range=(0, 100)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey}: {self.supplier}"
