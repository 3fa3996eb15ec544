"""What people write into a case, and its papers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .cases import Case


class Note(models.Model):
    """Words that somebody wrote into a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    kind = models.CharField(
        max_length=10,
        choices=[
            ("note", "Note"),
            ("handover", "Hand-over"),
            ("list", "From a list"),
            ("partner", "From a partner"),
            ("system", "By the system"),
            ("added", "Added by who wrote here before"),
        ],
        default="note",
    )
    words = EncryptedTextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "case", "kind", "words", "at", "by"}

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class CaseFile(models.Model):
    """A paper of a case. Its bytes lie encrypted on the disk, under a name that says nothing."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="files")
    name = EncryptedTextField()
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "case",
        "name",
        "content_type",
        "size_bytes",
        "added_at",
        "added_by",
    }

    def __str__(self) -> str:
        return str(self.code)
