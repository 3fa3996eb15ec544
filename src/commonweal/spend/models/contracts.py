"""Contracts of anchors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .releases import MONEY, Anchor


class ContractsFile(models.Model):
    """One register of contracts that was read: what became of its lines, and what it changed."""

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="contracts_files")
    file_name = models.CharField(max_length=200)
    read_at = models.DateTimeField(default=timezone.now, editable=False)
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    counts = models.JSONField(default=dict)
    left_out = models.JSONField(default=list, help_text="List of [line, because].")
    doubtful = models.JSONField(
        default=list, help_text="Lines left out of which nobody knows which contract they are."
    )

    # The cells of its lines left out, to be sent back.
    refused = EncryptedTextField(blank=True)

    # For its undoing: contracts that came with it, what those that it changed and named were by
    # their number, and those that it took out.
    added = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    listed_before = models.JSONField(default=dict)
    removed = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "anchor",
        "file_name",
        "read_at",
        "read_by",
        "counts",
        "left_out",
        "doubtful",
        "refused",
        "added",
        "before",
        "listed_before",
        "removed",
        "undone_at",
        "undone_by",
    }

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def as_at(self) -> date:
        """The day on which it was read."""
        return timezone.localdate(self.read_at)

    @property
    def run_at(self) -> datetime:
        return self.read_at

    @property
    def source(self) -> str:
        """Whose register it is."""
        return self.anchor.partner.name

    @property
    def rejected(self) -> list[dict[str, Any]]:
        """Its lines left out, as the page of a file names them."""
        return [
            {"row": line, "because": because, "said": f"Line {line}: {because}"}
            for line, because in self.left_out
        ]


class Contract(models.Model):
    """One contract of an anchor's published register: with whom, for what, until when."""

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="contracts")
    reference = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    supplier = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    value_gbp = models.DecimalField(**MONEY, null=True)
    file_name = models.CharField(max_length=200)
    line = models.IntegerField()
    source_url = models.URLField(blank=True, max_length=500)
    read_on = models.DateField(default=timezone.localdate)
    # The newest file that names it.
    listed_in = models.ForeignKey(ContractsFile, models.SET_NULL, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "anchor",
        "reference",
        "title",
        "supplier",
        "starts_on",
        "ends_on",
        "value_gbp",
        "file_name",
        "line",
        "source_url",
        "read_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "listed_in"}

    class Meta:
        ordering = ["ends_on", "title"]

    def __str__(self) -> str:
        return self.title
