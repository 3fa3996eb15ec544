"""How somebody may be reached, version by version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .. import ways
from .people import Resident


class SafeContact(models.Model):
    """One version of how a resident may be reached: who said so, when, and why.

    The newest is in force; it stands on the resident as well, for speed. Versions are numbered
    from 1; a resident without any was never asked. ``days`` holds figures, 1 is Monday ("12345"),
    "" every day; ``start`` and ``end`` are local times, empty for midnight.
    """

    class Source(models.TextChoices):
        CARRIED = "carried", "Carried over"
        INTAKE = "intake", "Said when they got in touch"
        CHANGED = "changed", "Changed on their page"
        MERGED = "merged", "Two records became one"
        PARTED = "parted", "One record became two again"
        PARTNER = "partner", "Said by a partner"

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="safe_contacts")
    number = models.PositiveIntegerField()
    contact = models.CharField(max_length=12)
    days = models.CharField(max_length=7, blank=True)
    start = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)
    note = EncryptedTextField(blank=True)
    word = EncryptedTextField(blank=True)
    because = EncryptedTextField(blank=True, help_text="Why it was loosened.")
    loosened = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    PERSONAL: ClassVar[tuple[str, ...]] = ("note", "word", "because")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "resident",
        "number",
        "contact",
        "days",
        "start",
        "end",
        *PERSONAL,
        "loosened",
        "source",
        "at",
        "by",
    }

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "number"], name="each_version_of_safe_contact_once"
            ),
            models.CheckConstraint(
                name="safe_hours_begin_before_they_end",
                condition=Q(start=None) | Q(end=None) | Q(start__lt=models.F("end")),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.resident_id}"

    @property
    def in_words(self) -> str:
        """Only by text message, Monday to Friday, between 10:00 and 14:00."""
        hours = ways.hours_in_words(ways.Rule(self.contact, self.days, self.start, self.end))
        return ", ".join(part for part in (Resident.Contact(self.contact).label, hours) if part)
