"""Lists of people, as they were carried out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.services.models import HelpType

from .cases import Case


class ListRun(models.Model):
    """A list of people that the desk received: which kind, how far it was read."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    layout = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, help_text="Rows carried out so far.")
    counts = models.JSONField(default=dict)
    rejected = models.JSONField(default=list, help_text="List of [row, why]; no personal data.")
    help_type = models.ForeignKey(HelpType, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "layout",
        "sha256",
        "rows",
        "done",
        "counts",
        "rejected",
        "help_type",
        "started_at",
        "finished_at",
        "started_by",
    }

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["layout", "sha256"], name="each_list_once")]

    def __str__(self) -> str:
        return f"{self.layout} {self.started_at:%Y-%m-%d}"


class ListRow(models.Model):
    """A row of a list that was carried out: so that no list is ever loaded twice."""

    layout = models.CharField(max_length=40)
    key_hash = models.CharField(max_length=64, help_text="Keyed hash of the list's own id.")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="list_rows")
    run = models.ForeignKey(ListRun, models.PROTECT, related_name="kept_rows")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12)
    content_hash = models.CharField(max_length=64)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "layout",
        "key_hash",
        "case",
        "run",
        "row",
        "outcome",
        "content_hash",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layout", "key_hash"], name="each_list_id_once")
        ]

    def __str__(self) -> str:
        return f"row {self.row}"
