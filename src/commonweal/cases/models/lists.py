"""Lists of people, as they were carried out."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design.words import day
from commonweal.office.fields import EncryptedTextField
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .cases import Case


class ListRun(models.Model):
    """A list of people that the desk received: which kind, how far it was read."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    layout = models.CharField(max_length=40)
    sender = models.CharField(max_length=120, blank=True, help_text="The organisation it is from.")
    sheet = models.CharField(max_length=200, blank=True)
    line = models.PositiveIntegerField(null=True, help_text="The line of its headings.")
    meanings = models.JSONField(default=list, help_text="What each column was taken for.")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, help_text="Rows carried out so far.")
    counts = models.JSONField(default=dict)
    rejected = models.JSONField(default=list, help_text="List of [row, why]; no personal data.")
    refused = EncryptedTextField(blank=True, help_text="Refused rows with their cells, 30 days.")
    marked = models.JSONField(
        default=list, help_text="List of [row, what was not taken]; no personal data."
    )
    left = models.JSONField(
        default=dict, help_text="Numbers of the rows that it left elsewhere, for undoing."
    )
    help_type = models.ForeignKey(HelpType, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Undone: from this moment nothing more of it is carried out.
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_whole_at = models.DateTimeField(null=True, blank=True)
    stayed = models.JSONField(default=list, help_text="List of [row, why it stayed].")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "layout",
        "sender",
        "sheet",
        "line",
        "meanings",
        "sha256",
        "rows",
        "done",
        "counts",
        "rejected",
        "refused",
        "marked",
        "left",
        "help_type",
        "started_at",
        "finished_at",
        "started_by",
        "undone_at",
        "undone_by",
        "undone_whole_at",
        "stayed",
    }

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "sha256"],
                condition=models.Q(undone_at=None),
                name="each_list_once_until_undone",
            )
        ]

    # As its publisher calls it; a list of any other is by its layout's own code.
    NAMES: ClassVar[dict[str, str]] = {
        "nsss": "National shielding service form",
        "spl": "Shielded patient list",
        "self-isolation": "Self-isolation list",
        "generic": "List of people",
    }

    def __str__(self) -> str:
        return f"{self.layout} {self.started_at:%Y-%m-%d}"

    @property
    def layout_name(self) -> str:
        """What kind of list it is, in words."""
        return self.NAMES.get(self.layout, self.layout)

    @property
    def file_name(self) -> str:
        """As its pages call it; what its file was called may name somebody, and is not kept."""
        of = f" of {self.sender}" if self.sender else ""
        return f"{self.layout_name}{of}, {day(self.as_at)}"

    @property
    def source(self) -> str:
        """Who sent it, or what kind of list it is."""
        return self.sender or self.layout_name

    @property
    def as_at(self) -> date:
        return timezone.localdate(self.started_at)

    @property
    def run_at(self) -> datetime:
        return self.started_at

    @property
    def undone(self) -> dict[str, int]:
        """What its undoing has done so far, counted."""
        return {
            outcome: self.counts[outcome]
            for outcome in ("undone", "ended", "stayed")
            if outcome in self.counts
        }

    @property
    def ended(self) -> list[tuple[int, str, str]]:
        """Of an undone list each row whose case was closed since somebody had looked: the row,
        the case's reference, and how it was looked at."""
        return [(row, code, why) for row, code, why in self.left.get("ended", ())]

    @property
    def is_under_way(self) -> bool:
        """Whether it is being carried out, or undone, or stopped in the middle of it."""
        if self.undone_at is not None:
            return self.undone_whole_at is None
        return self.finished_at is None


class ListRow(models.Model):
    """A row of a list that was carried out: so that no list is ever loaded twice."""

    layout = models.CharField(max_length=40)
    key_hash = models.CharField(max_length=64, help_text="Keyed hash of the list's own id.")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="list_rows")
    run = models.ForeignKey(ListRun, models.PROTECT, related_name="kept_rows")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12)
    content_hash = models.CharField(max_length=64)
    # What this row made, so that it can be undone: its case is new, and so is this person.
    is_case_new = models.BooleanField(default=False)
    resident = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+")

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
        "is_case_new",
        "resident",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layout", "key_hash"], name="each_list_id_once")
        ]

    def __str__(self) -> str:
        return f"row {self.row}"


class ListLayout(models.Model):
    """What somebody said that the columns of a sender's list mean: the next of its layout needs
    no saying. The headings are kept as a hash."""

    sender = models.CharField(max_length=120, blank=True, help_text="In small letters.")
    signature = models.CharField(max_length=64)
    meanings = models.JSONField(default=list)
    said_at = models.DateTimeField(default=timezone.now)
    said_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "sender", "signature", "meanings", "said_at", "said_by"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "signature"], name="a_layout_is_said_once")
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.signature[:8]}"
