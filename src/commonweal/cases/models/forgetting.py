"""Erasing takes two people; the nightly job stops and asks when it would erase too much."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person


class RetentionRun(models.Model):
    """One run of the nightly job: what it erased, or what it would have and why it stopped.

    Holds counts by purpose, no names and no references.
    """

    class State(models.TextChoices):
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped: two people have to look"
        CONFIRMED = "confirmed", "Done after two people had looked"
        DROPPED = "dropped", "Nothing was erased"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    on = models.DateField(help_text="The day that it took for today.")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices)
    counts = models.JSONField(default=dict, help_text="Purpose: how many, erased or to erase.")
    why = models.JSONField(default=list, help_text="Why it stopped: sentences of the system.")
    first_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "on",
        "at",
        "state",
        "counts",
        "why",
        "first_by",
        "first_at",
        "ended_by",
        "ended_at",
    }

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="an_unusual_run_takes_two_people",
                condition=~Q(state="confirmed")
                | (
                    Q(first_by__isnull=False)
                    & Q(ended_by__isnull=False)
                    & ~Q(first_by=F("ended_by"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} on {self.on}"
