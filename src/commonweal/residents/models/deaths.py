"""Reports that somebody has died: who said so, when, why, and whether it was wrong."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .people import Resident


class DeathReport(models.Model):
    """One report that a resident has died, until somebody says that it was wrong.

    How somebody may be reached is not touched by it: death stands beside that, never over it.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="death_reports")
    because = EncryptedTextField(blank=True, help_text="The whole reason, as it was typed.")
    reported_at = models.DateTimeField(default=timezone.now)
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # What it stopped: model -> list of [row, what its columns were]. Emptied once it is wrong.
    stopped = EncryptedTextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_because = EncryptedTextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "resident",
        "because",
        "reported_at",
        "reported_by",
        "stopped",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawn_because",
    }

    class Meta:
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(withdrawn_at=None), name="one_report_stands"
            )
        ]

    def __str__(self) -> str:
        return f"report about {self.resident_id}"
