"""Kinds of help, and the organisations that give it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner


class HelpType(models.Model):
    """A kind of help that the town gives: its words, its own questions, what is promised."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=300, help_text="What it is, in a resident's words.")
    questions = models.JSONField(
        default=list, blank=True, help_text="List of {code, label, kind, choices}."
    )
    hours_promised = models.PositiveSmallIntegerField(default=72)
    second_call_days = models.PositiveSmallIntegerField(default=7)
    # Points that the need has by itself, 0 to 100: see docs/methods/triage.md.
    weight = models.PositiveSmallIntegerField(default=10)
    first_script = models.TextField(blank=True)
    second_script = models.TextField(blank=True)
    is_public = models.BooleanField(default=True, help_text="Offered on the public form.")
    is_active = models.BooleanField(default=True)
    # Empty: every handler may see it. Otherwise only these people, and desk managers.
    only_for = models.ManyToManyField(Person, blank=True, related_name="+")
    is_restricted = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "words",
        "questions",
        "hours_promised",
        "is_public",
        "is_active",
        "order",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "second_call_days",
        "first_script",
        "second_script",
        "is_restricted",
        "weight",
    }

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Its questions that have not ended."""
        return [question for question in self.questions if not question.get("ended")]


class Organisation(models.Model):
    """Who runs services. One that has joined here is a partner and owns its own entries."""

    code = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    website = models.URLField(blank=True, max_length=500)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=200, blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "description",
        "website",
        "partner",
        "source",
        "source_key",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="one_organisation_a_source_key",
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(partner__isnull=False),
                name="one_directory_entry_a_partner",
            ),
        ]

    def __str__(self) -> str:
        return self.name
