"""Files of actions that were brought in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField


class ImportRun(models.Model):
    """One file read into the programme: what it was and what became of its rows."""

    source = models.CharField(max_length=60)
    layout = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_at = models.DateField()
    run_at = models.DateTimeField(default=timezone.now, editable=False)
    run_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    counts = models.JSONField(default=dict)
    rejected = models.JSONField(default=list, help_text="List of {row, because}.")

    # For its undoing: how each action that it made or changed stood after it (a digest by code),
    # and what it changed of those that were there (what it was, by code). The cells of refused
    # rows, to be sent back.
    after = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    refused = EncryptedTextField(blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone = models.JSONField(default=dict, help_text="What its undoing did, counted.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "source",
        "layout",
        "file_name",
        "sha256",
        "as_at",
        "run_at",
        "run_by",
        "counts",
        "rejected",
        "after",
        "before",
        "refused",
        "undone_at",
        "undone_by",
        "undone",
    }

    class Meta:
        ordering = ["-as_at", "-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.as_at}"
