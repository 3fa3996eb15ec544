"""The programme: pillars, workstreams, actions with milestones, risks; and its metrics."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision, Theme
from commonweal.design.bars import written
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.pledges.models import FIGURE, Direction, Pledge

CHOICES_OF_FIVE = [(n, str(n)) for n in range(1, 6)]


class Pillar(models.Model):
    """A part of what community wealth building means to this town."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    PUBLIC: ClassVar[set[str]] = {"code", "name", "description", "order"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Workstream(models.Model):
    """A group of actions that one person leads."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    lead_title = models.CharField(max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=60, blank=True)

    PUBLIC: ClassVar[set[str]] = {"code", "name", "description", "lead_title", "order", "source"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


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
    }
    PRIVATE: ClassVar[set[str]] = {"id", "owner"}

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                name="metrics_have_a_rhythm", condition=Q(every_months__in=[1, 3, 6, 12])
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/metrics/{self.code}/"

    def better(self, figure: Decimal, against: Decimal) -> bool:
        """Whether the first figure is better than the second."""
        return figure < against if self.direction == Direction.DOWN else figure > against


class Action(models.Model):
    """Something that the programme does: who does it, by when, and how one will know.

    How far it has come is never typed: it follows from its milestones.
    """

    # What it is
    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    workstream = models.ForeignKey(
        Workstream, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    pillars = models.ManyToManyField(Pillar, blank=True, related_name="actions")
    metric = models.ForeignKey(
        Metric,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        help_text="How one will know that it helped.",
    )
    weight = models.PositiveSmallIntegerField(null=True, blank=True)
    needs = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="needed_by")

    # Who does it
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    owner_title = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # When
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)

    # How it came here
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=120, blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "title",
        "description",
        "workstream",
        "metric",
        "weight",
        "partner",
        "owner_title",
        "starts_on",
        "due_on",
        "stopped_on",
        "decision",
        "made_on",
        "source",
        "source_key",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "owner", "made_by"}

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="actions_end_after_they_start",
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="one_action_a_source_key",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/programme/actions/{self.code}/"


class Milestone(models.Model):
    """A step of an action that is done or not."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=200)
    due_on = models.DateField(null=True, blank=True)
    weight = models.PositiveSmallIntegerField(null=True, blank=True)
    is_done = models.BooleanField(default=False)
    done_on = models.DateField(null=True, blank=True, help_text="Empty when the source is silent.")
    done_words = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    PUBLIC: ClassVar[set[str]] = {
        "action",
        "title",
        "due_on",
        "weight",
        "is_done",
        "done_on",
        "done_words",
        "order",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["order", "due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="only_done_milestones_have_a_day",
                condition=Q(done_on=None) | Q(is_done=True),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Acceleration(models.Model):
    """A decision that pulled actions forward: one act, with all that it moved."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="accelerations")
    because = models.TextField()
    made_on = models.DateField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"code", "decision", "because", "made_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "made_by"}

    class Meta:
        ordering = ["-made_on", "-id"]

    def __str__(self) -> str:
        return f"{self.decision}"


class Change(models.Model):
    """What was changed in the plan: from what to what, why, by whose decision. Never rewritten."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="changes")
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    field = models.CharField(max_length=20)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    because = models.TextField()
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    acceleration = models.ForeignKey(
        Acceleration, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    changed_on = models.DateField()
    by_role = models.CharField(max_length=60)
    by_organisation = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "action",
        "milestone",
        "field",
        "old",
        "new",
        "because",
        "decision",
        "acceleration",
        "changed_on",
        "by_role",
        "by_organisation",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "changed_by"}

    class Meta:
        ordering = ["-changed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.field}: {self.old} to {self.new}"


class Risk(models.Model):
    """Something that may go wrong, how bad that would be, who watches it, what it endangers."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    likelihood = models.PositiveSmallIntegerField(choices=CHOICES_OF_FIVE)
    impact = models.PositiveSmallIntegerField(choices=CHOICES_OF_FIVE)
    owner_title = models.CharField(max_length=100)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="risks"
    )
    mitigation = models.TextField(blank=True)
    raised_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    actions = models.ManyToManyField(Action, blank=True, related_name="risks")
    pledges = models.ManyToManyField(Pledge, blank=True, related_name="risks")

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "title",
        "description",
        "likelihood",
        "impact",
        "owner_title",
        "partner",
        "mitigation",
        "raised_on",
        "closed_on",
        "closed_because",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["-likelihood", "-impact", "title"]
        constraints = [
            models.CheckConstraint(
                name="risks_are_scored_one_to_five",
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="closed_risks_say_why",
                condition=Q(closed_on=None) | ~Q(closed_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact


class RiskBefore(models.Model):
    """What a risk was before somebody looked at it again, so that an earlier day can be read.
    Never rewritten."""

    SCORED: ClassVar[tuple[str, ...]] = (
        "title",
        "description",
        "likelihood",
        "impact",
        "owner_title",
        "partner_id",
        "mitigation",
    )

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="before")
    changed_on = models.DateField()
    was = models.JSONField(
        help_text="Each of SCORED by its name; the codes of the actions and pledges it endangered."
    )

    PUBLIC: ClassVar[set[str]] = {"risk", "changed_on", "was"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "risks before"

    def __str__(self) -> str:
        return f"{self.risk} until {self.changed_on}"


# --- Metrics ----------------------------------------------------------------------------------


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
