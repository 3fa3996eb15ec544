"""Subject access: what is held about somebody, reviewed entry by entry before it is given out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.residents.models.people import Resident


class SubjectAccess(models.Model):
    """Somebody asked what is held about them: prepared, reviewed, given out, each by whom."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="accesses")
    asked_on = models.DateField(default=timezone.localdate)
    prepared_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    alone = models.BooleanField(
        default=False, help_text="Reviewed by the one who prepared it, the only officer there was."
    )
    seen_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the entries as they were reviewed."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the archive given out.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "resident",
        "asked_on",
        "prepared_at",
        "prepared_by",
        "given_at",
        "given_by",
        "alone",
        "seen_sha256",
        "sha256",
    }

    class Meta:
        ordering = ["-asked_on", "-id"]

    def __str__(self) -> str:
        return f"asked on {self.asked_on}"


class AccessEntry(models.Model):
    """One entry of what is held, as it was when it was prepared, and what was struck out of it."""

    access = models.ForeignKey(SubjectAccess, models.CASCADE, related_name="entries")
    order = models.PositiveIntegerField()
    key = models.CharField(max_length=80, help_text="Kind and number of the row it was made of.")
    content = EncryptedTextField(help_text="JSON: title, moment and lines of [label, words].")
    # Struck out before it goes out
    is_struck = models.BooleanField(default=False, help_text="The whole entry is left out.")
    passages = EncryptedTextField(blank=True, help_text="JSON: passages that are left out.")
    struck_because = EncryptedTextField(blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "access",
        "order",
        "key",
        "content",
        "is_struck",
        "passages",
        "struck_because",
        "struck_at",
        "struck_by",
    }

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["access", "key"], name="each_entry_once"),
            models.CheckConstraint(
                name="what_is_struck_out_names_its_person",
                condition=(Q(is_struck=False) & Q(passages="")) | Q(struck_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key
