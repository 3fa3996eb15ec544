"""Files of services: what each was, and what it did to each service, so that it can be undone."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .services import Service


class ServicesFile(models.Model):
    """One file read into the directory: what it was and what became of its records."""

    source = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_at = models.DateField()
    run_at = models.DateTimeField(default=timezone.now, editable=False)
    run_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # It is written in pieces; empty while some of them are still to come.
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    rejected = models.JSONField(default=list, help_text="List of {row, because, said}.")
    refused = EncryptedTextField(blank=True, help_text="Refused rows with their cells.")

    # Since when each service was not listed before this file, by its code, where that changed.
    marks = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone = models.JSONField(default=dict, help_text="What its undoing did, counted.")
    undone_because = EncryptedTextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "source",
        "file_name",
        "sha256",
        "as_at",
        "run_at",
        "run_by",
        "finished_at",
        "counts",
        "rejected",
        "refused",
        "marks",
        "undone_at",
        "undone_by",
        "undone",
        "undone_because",
    }

    class Meta:
        ordering = ["-as_at", "-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.as_at}"


class BroughtService(models.Model):
    """One service as one file made it, changed it or ended it."""

    class What(models.TextChoices):
        NEW = "new"
        CHANGED = "changed"
        ENDED = "ended"

    file = models.ForeignKey(ServicesFile, models.CASCADE, related_name="brought")
    service = models.ForeignKey(Service, models.CASCADE, related_name="brought")
    what = models.CharField(max_length=10, choices=What.choices)
    # How it stood before, whole; and a digest of how it stood after.
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.CharField(max_length=64)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "file", "service", "what", "before", "after"}

    class Meta:
        ordering = ["service__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["file", "service"], name="a_file_brings_a_service_once")
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.what}"
