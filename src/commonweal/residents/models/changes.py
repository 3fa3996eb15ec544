"""What stood in a field before it was changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .people import Resident


class FieldChange(models.Model):
    """One field was changed: what stood there, who changed it, when and why.

    What stands there now is in the field itself, so each row holds only what was superseded, and
    is forgotten by the moment from which it was wrong.
    """

    field = models.CharField(max_length=30)
    was = EncryptedTextField(blank=True, help_text="In words, as people read it; empty: nothing.")
    withheld = models.BooleanField(
        default=False, help_text="What stood there is not kept: it would show where they are safe."
    )
    because = EncryptedTextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    PERSONAL: ClassVar[tuple[str, ...]] = ("was", "because")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "field", *PERSONAL, "withheld", "at", "by"}

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.field} on {self.at:%Y-%m-%d}"


class ResidentChange(FieldChange):
    """A field of a person was changed."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="changes")

    PRIVATE: ClassVar[set[str]] = {*FieldChange.PRIVATE, "resident"}

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["at"], name="changes_of_people_by_moment")]
