"""Files of promises that were taken in, or wait for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.bringing.models import HeldFile
from commonweal.office.fields import EncryptedTextField


class ImportRun(models.Model):
    """One file read into the register: what it was and what became of its rows."""

    source = models.CharField(max_length=60)
    layout = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_at = models.DateField()
    run_at = models.DateTimeField(default=timezone.now, editable=False)
    run_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    counts = models.JSONField(default=dict)
    rejected = models.JSONField(default=list, help_text="List of {row, because}.")

    # For its undoing: its entries lie after one and up to another of the ledger; what was kept
    # beside the pledges that it changed, and the names of partners; and the cells of refused rows,
    # to be sent back.
    after_seq = models.PositiveBigIntegerField(null=True)
    upto_seq = models.PositiveBigIntegerField(null=True)
    before = models.JSONField(default=dict)
    refused = EncryptedTextField(blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone = models.JSONField(default=dict, help_text="What its undoing did, counted.")

    PUBLIC: ClassVar[set[str]] = {
        "source",
        "layout",
        "file_name",
        "sha256",
        "as_at",
        "run_at",
        "counts",
        "rejected",
        "undone_at",
        "undone",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "run_by",
        "after_seq",
        "upto_seq",
        "before",
        "refused",
        "undone_by",
    }

    class Meta:
        ordering = ["-as_at", "-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.as_at}"


class AskedImport(models.Model):
    """A long file that somebody asked to read in, seen and confirmed: on its way until it has a
    run, or a reason why not. Nothing of it is in the register before all of it is."""

    layout = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_at = models.DateField()
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    held = models.ForeignKey(HeldFile, models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="+")
    refused_because = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "layout",
        "file_name",
        "sha256",
        "as_at",
        "asked_at",
        "asked_by",
        "held",
        "run",
        "refused_because",
    }

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "layout", "as_at"],
                condition=Q(run=None, refused_because=""),
                name="a_file_is_on_its_way_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} as at {self.as_at}"
