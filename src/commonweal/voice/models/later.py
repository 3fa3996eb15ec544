"""Later last days of consultations, each with the notice that everybody reads."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person

from .consultations import Consultation


class LaterClose(models.Model):
    """That a public consultation was given a later last day, and why."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="later_closes")
    closed_on = models.DateField(help_text="The last day as it was before.")
    closes_on = models.DateField(help_text="The last day from then on.")
    because = models.TextField(help_text="As everybody reads it.")
    moved_on = models.DateField(default=timezone.localdate)
    moved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"consultation", "closed_on", "closes_on", "because", "moved_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "moved_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="last_days_are_moved_later_and_with_a_reason",
                condition=Q(closes_on__gt=F("closed_on")) & ~Q(because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closed_on} to {self.closes_on}"
