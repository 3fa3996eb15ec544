"""What people asked for first, and which actions answer it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person

from .actions import Action


class Priority(models.Model):
    """Something that people ranked, taken up into the plan from what came of it.

    Its places are those of the day on which it was counted; None where they are held back, or
    nobody of that voice answered.
    """

    # What it is
    title = models.TextField()
    question = models.TextField(help_text="What was asked.")
    resident_place = models.PositiveSmallIntegerField(null=True, blank=True)
    enterprise_place = models.PositiveSmallIntegerField(null=True, blank=True)
    out_of = models.PositiveSmallIntegerField(help_text="So many answers were offered.")
    counted_on = models.DateField()

    # Where it came from
    source_key = models.CharField(max_length=60, unique=True)
    address = models.CharField(max_length=200, help_text="The page with the whole result.")
    taken_up_on = models.DateField(default=timezone.localdate)
    taken_up_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "title",
        "question",
        "resident_place",
        "enterprise_place",
        "out_of",
        "counted_on",
        "source_key",
        "address",
        "taken_up_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "taken_up_by"}

    class Meta:
        ordering = ["-counted_on", "question", "resident_place", "enterprise_place", "id"]

    def __str__(self) -> str:
        return self.title


class Citation(models.Model):
    """An action answers a priority, and why whoever does it says so."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="citations")
    priority = models.ForeignKey(Priority, models.PROTECT, related_name="citations")
    because = models.TextField()
    cited_on = models.DateField(default=timezone.localdate)
    cited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"action", "priority", "because", "cited_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "cited_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "priority"], name="an_action_cites_a_priority_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action_id} answers {self.priority_id}"
