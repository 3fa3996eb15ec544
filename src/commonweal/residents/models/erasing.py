"""That somebody is to be erased: asked for by one person, done by another."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .people import Resident


class Erasure(models.Model):
    """Somebody asked that a person be erased; another one looked and did it, or did not."""

    class State(models.TextChoices):
        ASKED = "asked", "Waits for a second person"
        DONE = "done", "Erased"
        DROPPED = "dropped", "Not erased after all"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="erasures")
    because = EncryptedTextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_because = EncryptedTextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "resident",
        "because",
        "state",
        "asked_at",
        "asked_by",
        "ended_at",
        "ended_by",
        "ended_because",
    }

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(state="asked"), name="one_erasure_waits"
            ),
            models.CheckConstraint(
                name="erasing_takes_two_people",
                condition=~Q(state="done")
                | (Q(ended_by__isnull=False) & ~Q(ended_by=F("asked_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.resident_id}"
