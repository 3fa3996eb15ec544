"""Figures of metrics, and the pledges that they measure."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from commonweal.accounts.models import Person
from commonweal.places.models import Area
from commonweal.pledges.models import FIGURE, Pledge

from .metrics import Metric, Series


class ObservationQuerySet(models.QuerySet["Observation"]):
    def released(self) -> ObservationQuerySet:
        """Figures that the programme lead has let out. Others are no business of the public."""
        return self.filter(released_on__isnull=False)


class Observation(models.Model):
    """One figure of a series for one period and area. A revision is a new row; the first stays."""

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        FINAL = "final", "Final"
        REVISED = "revised", "Revised"

    series = models.ForeignKey(Series, models.PROTECT, related_name="observations")
    starts_on = models.DateField()
    ends_on = models.DateField()
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="observations"
    )
    version = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=12, choices=Status.choices)
    value = models.DecimalField(
        **FIGURE, null=True, blank=True, help_text="Empty: it was looked for and not shown."
    )
    note = models.TextField(blank=True)
    of_what = models.JSONField(
        default=dict, help_text="For a computed figure: the counts that it was made of."
    )

    # Who or what gave it
    function = models.SlugField(max_length=60, blank=True)
    given_by_title = models.CharField(max_length=100, blank=True)
    given_by_organisation = models.CharField(max_length=200, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recorded_on = models.DateField()
    released_on = models.DateField(null=True, blank=True)

    objects = ObservationQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "series",
        "starts_on",
        "ends_on",
        "area",
        "version",
        "status",
        "value",
        "note",
        "of_what",
        "function",
        "given_by_title",
        "given_by_organisation",
        "recorded_on",
        "released_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "given_by"}

    class Meta:
        ordering = ["series", "ends_on", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "starts_on", "ends_on", "version"],
                condition=Q(area=None),
                name="one_figure_a_period_and_version",
            ),
            models.UniqueConstraint(
                fields=["series", "starts_on", "ends_on", "area", "version"],
                condition=Q(area__isnull=False),
                name="one_figure_a_period_area_and_version",
            ),
            models.CheckConstraint(
                name="observations_end_after_they_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="revisions_and_gaps_say_why",
                condition=(Q(version=1, value__isnull=False) | ~Q(note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.ends_on}"

    @property
    def is_provisional(self) -> bool:
        return self.status == Observation.Status.PROVISIONAL


class Binding(models.Model):
    """A pledge whose progress the system measures itself, by a computed metric.

    The partner's own figure stands beside it; a difference beyond the tolerance is shown.
    """

    pledge = models.OneToOneField(Pledge, models.PROTECT, related_name="binding")
    metric = models.ForeignKey(Metric, models.PROTECT, related_name="bindings")
    tolerance = models.DecimalField(**FIGURE, help_text="In the unit of the pledge.")
    because = models.TextField()
    bound_on = models.DateField()
    bound_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"pledge", "metric", "tolerance", "because", "bound_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "bound_by"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tolerances_are_not_negative", condition=Q(tolerance__gte=Decimal(0))
            )
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id} by {self.metric}"
