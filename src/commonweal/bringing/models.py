"""Files that wait to be brought in, and what their columns were told to mean."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField


class HeldFile(models.Model):
    """A file that somebody chose and has not brought in yet, with all that they said about it.

    Its content lies encrypted in a folder (`holding`), and goes when the file was brought in, was
    thrown away, or has waited too long.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What it is brought into: "pledges".
    place = models.CharField(max_length=30)
    file_name = EncryptedTextField()
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=60)
    sender = models.CharField(max_length=60, blank=True)
    as_at = models.DateField()

    # What else was said as it was chosen, that only its room reads.
    told = models.JSONField(default=dict)
    # What was said about it: where its table stands and what its columns mean (`reading.Choice`),
    # the answers to what was asked, and how many rows no longer listed are to go.
    choice = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    removes = models.PositiveIntegerField(null=True)

    held_by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    held_at = models.DateTimeField(default=timezone.now, editable=False)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "place",
        "file_name",
        "sha256",
        "layout",
        "sender",
        "as_at",
        "told",
        "choice",
        "answers",
        "removes",
        "held_by",
        "held_at",
    }

    def __str__(self) -> str:
        return str(self.code)


class Mapping(models.Model):
    """What the columns of one sender's files mean: told once, remembered for files headed alike."""

    place = models.CharField(max_length=30)
    sender = models.CharField(max_length=60, blank=True)
    signature = models.CharField(max_length=64, help_text="Digest of the headings.")
    choice = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    told_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(auto_now=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "place",
        "sender",
        "signature",
        "choice",
        "answers",
        "told_by",
        "told_at",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "sender", "signature"], name="one_mapping_a_layout_of_a_sender"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} of {self.sender or 'the town'}"
