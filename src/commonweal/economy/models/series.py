"""Series: what is published about the town and places like it, as first given and as revised."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design.words import many

# Counts of jobs of the whole country fit, and six places of a share.
NUMBER: dict[str, Any] = {"max_digits": 18, "decimal_places": 6}


class Kind(models.TextChoices):
    """What a figure of a series is. Series of two kinds are never drawn on one line."""

    STOCK = "stock", "how many there were on the day"
    FLOW = "flow", "how many came in the period"
    CUMULATIVE = "cumulative", "how many there had ever been until the day"


class Series(models.Model):
    """One measure of one area, perhaps of one industry or band of size (``group``).

    Another unit, denominator or kind is another measure. ``area_year`` is the year of the
    boundaries, None where the source doesn't say.
    """

    # What it is
    code = models.SlugField(max_length=250, unique=True)
    measure = models.SlugField(max_length=80, db_index=True)
    title = models.CharField(max_length=80)
    unit = models.CharField(max_length=60, help_text="One and many; percent; pounds a week.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    of = models.CharField(max_length=100, blank=True, help_text="What a share is a share of.")
    group = models.CharField(max_length=100, blank=True)
    area_code = models.CharField(max_length=60, db_index=True)
    area_name = models.CharField(max_length=120)
    area_year = models.PositiveSmallIntegerField(null=True)
    rounded_to = models.PositiveIntegerField(default=1)

    # Where it comes from, and when the next is due
    source = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    every_months = models.PositiveSmallIntegerField(default=1)
    lag_days = models.PositiveSmallIntegerField(default=60)
    ended_on = models.DateField(null=True, help_text="Nothing is due after this day.")

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "measure",
        "title",
        "unit",
        "kind",
        "of",
        "group",
        "area_code",
        "area_name",
        "area_year",
        "rounded_to",
        "source",
        "source_url",
        "every_months",
        "lag_days",
        "ended_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["title", "group", "area_name"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"{self.title}, {self.area_name}"

    def get_absolute_url(self) -> str:
        return f"/economy/series/{self.code}/"

    @property
    def is_share(self) -> bool:
        return self.unit == "percent"

    @property
    def counts(self) -> bool:
        """Whether its figures are counts of something, and not shares or pounds."""
        return self.unit != "percent" and not self.unit.startswith("pounds")

    def write(self, number: object) -> str:
        """A figure with its unit, as it stands in a sentence."""
        if number is None:
            return "no figure"
        if self.is_share:
            return f"{float(str(number)):,.1f}%".replace(".0%", "%")
        if self.unit.startswith("pounds"):
            return f"£{float(str(number)):,.2f}".removesuffix(".00") + self.unit[len("pounds") :]
        return many(number, self.unit)

    def due_on(self, last: date) -> date:
        """When the release after that of a period is due: the next period's end and the lag."""
        months = last.year * 12 + last.month - 1 + self.every_months
        after = date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)
        return after + timedelta(days=self.lag_days)

    def stale_since(self, last: date, on: date) -> date | None:
        """Since which day a newer figure should be here; None where none is owed yet."""
        if self.ended_on and on > self.ended_on + timedelta(days=self.lag_days):
            # Nothing more will ever come.
            return None
        due = self.due_on(last)
        return due if due < on else None


class SeriesRelease(models.Model):
    """One file of figures as it was brought in. Undone, its figures count no more; they stay."""

    code = models.SlugField(max_length=90, unique=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    title = models.TextField(blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    published_on = models.DateField(help_text="When its publisher gave it out.")
    received_on = models.DateField(default=timezone.localdate)
    received_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    figure_count = models.IntegerField(default=0)
    left_out = models.JSONField(default=list, help_text="Lines without a figure, and why.")
    footnotes = models.JSONField(default=list)
    notes = models.JSONField(default=list, help_text="What was done to read it.")
    undone_on = models.DateField(null=True)
    undone_because = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "file_name",
        "sha256",
        "title",
        "source_url",
        "published_on",
        "received_on",
        "figure_count",
        "left_out",
        "footnotes",
        "notes",
        "undone_on",
        "undone_because",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "received_by"}

    class Meta:
        ordering = ["-published_on", "-id"]

    def __str__(self) -> str:
        return self.file_name


class SeriesFigure(models.Model):
    """One figure of a series as a release gives it. A later release stands beside the first and
    never over it. ``number`` is null where the file gives none, and ``mark`` says why."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="figures")
    release = models.ForeignKey(SeriesRelease, models.PROTECT, related_name="figures")
    first = models.DateField()
    last = models.DateField()
    number = models.DecimalField(**NUMBER, null=True)
    mark = models.CharField(max_length=20, blank=True)
    line = models.IntegerField(default=0)

    PUBLIC: ClassVar[set[str]] = {
        "series",
        "release",
        "first",
        "last",
        "number",
        "mark",
        "line",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["last", "release__published_on", "release_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "release", "first", "last"],
                name="one_figure_of_a_period_in_a_release",
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}: {self.number} until {self.last}"


class Comparator(models.Model):
    """A place of like kind beside which the town is shown: who chose it, when, by what source."""

    area_code = models.CharField(max_length=60, unique=True)
    area_name = models.CharField(max_length=120)
    because = models.CharField(max_length=300)
    source = models.CharField(max_length=300)
    chosen_on = models.DateField(default=timezone.localdate)
    chosen_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"area_code", "area_name", "because", "source", "chosen_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "chosen_by"}

    class Meta:
        ordering = ["area_name"]

    def __str__(self) -> str:
        return self.area_name


class WardShape(models.Model):
    """The outline of a ward: rings of points, as longitude and latitude, of one year's boundaries.

    Rows of one load replace those of the load before: a map is of one year."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    rings = models.JSONField(default=list)
    source = models.CharField(max_length=300)
    loaded_on = models.DateField(default=timezone.localdate)

    PUBLIC: ClassVar[set[str]] = {"code", "name", "year", "rings", "source", "loaded_on"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.year}"
