"""Anchors, and the files of their payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner

# Pounds with four decimals, as some files have tenths of a penny; sums of a county fit.
MONEY: dict[str, Any] = {"max_digits": 20, "decimal_places": 4}


class Route(models.TextChoices):
    """Where payments come from. Figures of the two are never mixed."""

    PUBLISHED = "published", "Published file: what the body publishes for everybody"
    LEDGER = "ledger", "Own ledger: all payments, with payees' postcodes, not for everybody"


ROUTE_WORDS = {"published": "published files", "ledger": "own ledgers"}


class Bands(models.Model):
    """What *town*, *county* and *region* are here: ONS codes and names. One row."""

    district = models.CharField(max_length=12, blank=True)
    county = models.CharField(max_length=12, blank=True)
    county_name = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=12, blank=True)
    region_name = models.CharField(max_length=100, blank=True)

    PUBLIC: ClassVar[set[str]] = {"district", "county", "county_name", "region", "region_name"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        verbose_name_plural = "bands"
        constraints = [models.CheckConstraint(name="one_row_of_bands", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.district


class Anchor(models.Model):
    """A partner whose payments are analysed."""

    partner = models.OneToOneField(Partner, models.PROTECT, related_name="anchor")
    ids = models.JSONField(
        default=list, blank=True, help_text="Its own org-ids: payments to it are between anchors."
    )
    since = models.DateField(default=timezone.localdate)

    PUBLIC: ClassVar[set[str]] = {"partner", "ids", "since"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["partner__name"]

    def __str__(self) -> str:
        return self.partner.name


class Layout(models.Model):
    """What people said of a publisher's layout, remembered for its next file."""

    anchor = models.ForeignKey(Anchor, models.CASCADE, related_name="layouts")
    route = models.CharField(max_length=10, choices=Route.choices)
    headings = models.TextField(help_text="The headings by which the layout is known again.")
    said = models.JSONField(default=dict)
    said_on = models.DateField(default=timezone.localdate)
    said_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"anchor", "route", "headings", "said", "said_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "said_by"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["anchor", "route", "headings"], name="one_layout_of_these_headings"
            )
        ]

    def __str__(self) -> str:
        return f"{self.anchor}: {self.headings[:60]}"


class ReleaseQuerySet(models.QuerySet["Release"]):
    def taken(self) -> ReleaseQuerySet:
        """What the figures are made of."""
        return self.filter(state=Release.State.TAKEN)

    def waiting(self) -> ReleaseQuerySet:
        """What somebody must look at before it counts."""
        return self.filter(state__in=[Release.State.READ, Release.State.REFUSED])


class Release(models.Model):
    """One file of payments, read; it counts once somebody has taken it, and can be undone."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits to be read"
        READ = "read", "Read; waits to be looked at"
        REFUSED = "refused", "Can't be taken"
        TAKEN = "taken", "Taken"
        UNDONE = "undone", "Undone"

    # What it is
    code = models.SlugField(max_length=90, unique=True)
    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="releases")
    route = models.CharField(max_length=10, choices=Route.choices)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.BigIntegerField()
    source_url = models.URLField(blank=True, max_length=500)

    # What came of reading it
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.TextField(blank=True, help_text="Why it can't be taken.")
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0)
    total_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    accepted_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    rejected_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    duplicate_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    unnamed = models.IntegerField(default=0, help_text="Lines whose payee may not be named.")
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, help_text="Role: its column's place and the reason.")
    order = models.CharField(max_length=200, blank=True)
    questions = models.JSONField(default=list)
    notes = models.JSONField(default=list, help_text="What was done to read it.")
    stated = models.JSONField(default=list, help_text="Totals that the file prints.")
    reasons = models.JSONField(default=dict, help_text="Why lines were left out: reason, count.")
    said = models.JSONField(default=dict, help_text="What people said of how to read it.")
    lines_sha256 = models.CharField(max_length=64, blank=True)

    # What became of it
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    difference = models.JSONField(default=dict, help_text="From what it replaces.")
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_on = models.DateField(null=True)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_on = models.DateField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_because = models.TextField(blank=True)

    objects = ReleaseQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "anchor",
        "route",
        "file_name",
        "sha256",
        "size_bytes",
        "source_url",
        "state",
        "rows",
        "accepted",
        "rejected",
        "duplicates",
        "total_gbp",
        "accepted_gbp",
        "rejected_gbp",
        "duplicate_gbp",
        "starts_on",
        "ends_on",
        "unnamed",
        "headings",
        "mapping",
        "order",
        "questions",
        "notes",
        "stated",
        "reasons",
        "said",
        "lines_sha256",
        "replaces",
        "difference",
        "taken_on",
        "undone_on",
        "undone_because",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "why",
        "uploaded_at",
        "uploaded_by",
        "taken_by",
        "undone_by",
    }

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["anchor", "route", "sha256"],
                condition=~Q(state="undone"),
                name="the_same_file_once",
            ),
            models.CheckConstraint(
                name="taken_files_reconcile",
                condition=~Q(state="taken")
                | Q(rows=models.F("accepted") + models.F("rejected") + models.F("duplicates")),
            ),
            models.CheckConstraint(
                name="undone_releases_say_why", condition=~Q(state="undone") | ~Q(undone_because="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} of {self.anchor}"

    def get_absolute_url(self) -> str:
        return f"/spend/releases/{self.code}/"

    @property
    def reconciles(self) -> bool:
        return self.rows == self.accepted + self.rejected + self.duplicates and (
            self.total_gbp == self.accepted_gbp + self.rejected_gbp + self.duplicate_gbp
        )
