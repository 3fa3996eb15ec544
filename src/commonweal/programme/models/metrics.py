"""Metrics, and where their series should be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision, Theme
from commonweal.design.bars import written
from commonweal.partners.models import Partner
from commonweal.pledges.models import FIGURE, Direction

from .pillars import Pillar


class MetricQuerySet(models.QuerySet["Metric"]):
    def current(self) -> MetricQuerySet:
        """Those that the town watches: not those that have ended."""
        return self.filter(ended_on=None)


class Metric(models.Model):
    """Something that the town watches: what it asks, its unit, who answers for its figures.

    What exactly is counted stands in its series; when that changes, a new series begins.
    """

    # What it is
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    question = models.CharField(max_length=300, help_text="What it lets one see.")
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="metrics")
    pillars = models.ManyToManyField(Pillar, blank=True, related_name="metrics")
    kind = models.CharField(
        max_length=8,
        choices=[
            ("count", "A count"),
            ("hours", "Hours"),
            ("money", "Pounds"),
            ("share", "Per cent"),
            ("days", "Days"),
            ("rate", "A rate or a score"),
        ],
    )
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    method = models.SlugField(
        max_length=60, blank=True, help_text="Its page on method; empty for the town's own."
    )

    # Where it comes from
    source = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(blank=True, max_length=500)
    computed = models.SlugField(
        max_length=60, blank=True, help_text="The registered function; empty when people report."
    )
    every_months = models.PositiveSmallIntegerField(default=3)
    release_days = models.PositiveSmallIntegerField(
        default=30, help_text="So many days after a period ends its figure is expected."
    )

    # Who answers for it
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="metrics"
    )
    owner_title = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    # That it is watched no more
    ended_on = models.DateField(
        null=True, blank=True, help_text="From this day on it is watched no more."
    )
    ended_because = models.CharField(max_length=1000, blank=True)

    objects = MetricQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "question",
        "theme",
        "kind",
        "direction",
        "method",
        "source",
        "source_url",
        "computed",
        "every_months",
        "release_days",
        "partner",
        "owner_title",
        "order",
        "ended_on",
        "ended_because",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "owner"}

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                name="metrics_have_a_rhythm", condition=Q(every_months__in=[1, 3, 6, 12])
            ),
            models.CheckConstraint(
                name="ended_metrics_say_why", condition=Q(ended_on=None) | ~Q(ended_because="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/metrics/{self.code}/"

    def has_ended(self, on: date) -> bool:
        """Whether the town watches it no more on a day."""
        return self.ended_on is not None and self.ended_on <= on

    def better(self, figure: Decimal, against: Decimal) -> bool:
        """Whether the first figure is better than the second."""
        return figure < against if self.direction == Direction.DOWN else figure > against


class Series(models.Model):
    """Figures of a metric under one definition. No chart and no sum joins two."""

    metric = models.ForeignKey(Metric, models.PROTECT, related_name="series")
    number = models.PositiveSmallIntegerField()
    definition = models.TextField(help_text="What exactly is counted, from what, of whom.")
    unit = models.CharField(max_length=60)
    starts_on = models.DateField()
    because = models.TextField(blank=True, help_text="Why the definition changed.")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="series"
    )
    baseline = models.DecimalField(**FIGURE, null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    entered_on = models.DateField(
        null=True, blank=True, help_text="Before this day nobody could give its figures."
    )

    PUBLIC: ClassVar[set[str]] = {
        "metric",
        "number",
        "definition",
        "unit",
        "starts_on",
        "because",
        "decision",
        "baseline",
        "baseline_on",
        "entered_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["metric", "number"]
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["metric", "number"], name="series_are_numbered"),
            models.CheckConstraint(
                name="later_series_say_why", condition=Q(number=1) | ~Q(because="")
            ),
            models.CheckConstraint(
                name="baselines_have_their_day",
                condition=Q(baseline=None) | Q(baseline_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}, series {self.number}"

    def write(self, figure: Decimal | None) -> str:
        """A figure of this series as people read it, with its unit."""
        return written(figure, self.unit, self.metric.kind)


class TargetPoint(models.Model):
    """Where a series should be on a day. Between two points the path is a straight line."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="targets")
    on = models.DateField()
    value = models.DecimalField(**FIGURE)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="targets"
    )

    PUBLIC: ClassVar[set[str]] = {"series", "on", "value", "decision"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["series", "on"], name="one_target_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.value} by {self.on}"


class Comparator(models.Model):
    """The same figure elsewhere, with its source and day; without a value it is a known gap."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="comparators")
    place = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = models.DecimalField(**FIGURE, null=True, blank=True)
    source = models.CharField(max_length=200)
    published_on = models.DateField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "series",
        "place",
        "starts_on",
        "ends_on",
        "value",
        "source",
        "published_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["-ends_on", "place"]

    def __str__(self) -> str:
        return f"{self.place}: {self.value}"
