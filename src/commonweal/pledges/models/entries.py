"""The ledger of all promises, and what was given as evidence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person

from .promises import Pledge


class EntryQuerySet(models.QuerySet["Entry"]):
    def public(self) -> EntryQuerySet:
        return self.filter(pledge__accepted_on__isnull=False)


class Entry(models.Model):
    """One line of a pledge's ledger.

    Entries are numbered over the whole register without gaps and chained: ``hash`` is the
    SHA-256 of the previous entry's hash and of everything that this entry says. Triggers in the
    database refuse to change or delete one; the one thing they let through is striking out
    ``words`` (with their salt) for a legal reason, which leaves their digest, and so the
    chain, whole.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16)
    happened_on = models.DateField()
    written_at = models.DateTimeField()
    body = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    words_salt = models.CharField(max_length=32, blank=True)
    words_digest = models.CharField(max_length=64, blank=True)
    by_code = models.UUIDField(null=True)
    by_role = models.CharField(max_length=60)
    by_organisation = models.CharField(max_length=200, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "seq",
        "pledge",
        "kind",
        "happened_on",
        "written_at",
        "body",
        "words",
        "words_salt",
        "words_digest",
        "by_role",
        "by_organisation",
        "previous",
        "hash",
    }
    # The code of a person is published as part of what is hashed only as its own digest.
    PRIVATE: ClassVar[set[str]] = {"by_code"}

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["pledge", "seq"], name="entries_of_a_pledge")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class LedgerHead(models.Model):
    """The last entry's number and hash. Its one row is what writers queue for."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    PUBLIC: ClassVar[set[str]] = {"seq", "hash"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_head", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class EvidenceFile(models.Model):
    """A file that proves something, kept once under the SHA-256 of its bytes."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="files")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    is_cleaned = models.BooleanField(
        default=False, help_text="What it told beside what it shows was taken out before it came."
    )

    PUBLIC: ClassVar[set[str]] = {
        "sha256",
        "name",
        "content_type",
        "size_bytes",
        "pledge",
        "added_at",
        "is_cleaned",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "added_by"}

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type in ("image/jpeg", "image/png")

    @property
    def is_document(self) -> bool:
        """A PDF, of which the first page can be drawn."""
        return self.content_type == "application/pdf"


class EvidenceLink(models.Model):
    """A web address that proves something, with what the last checks of it found."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="link")
    url = models.URLField(max_length=1000)
    checked_at = models.DateTimeField(null=True)
    is_dead = models.BooleanField(default=False)
    found = models.CharField(max_length=100, blank=True, help_text="What the check met.")
    failed_on = models.JSONField(
        default=list, help_text="The last days on which it failed, since it last answered."
    )

    PUBLIC: ClassVar[set[str]] = {"entry", "url", "checked_at", "is_dead", "found", "failed_on"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    def __str__(self) -> str:
        return self.url
