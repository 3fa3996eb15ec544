"""The plan: actions with their milestones, and what was changed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision
from commonweal.partners.models import Partner

from .metrics import Metric
from .pillars import Pillar, Workstream


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
    off_list_on = models.DateField(
        null=True, help_text="Stopped as a file no longer listed it, or as its file was undone."
    )

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
    PRIVATE: ClassVar[set[str]] = {"id", "owner", "made_by", "off_list_on"}

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


class Kept(models.Manager["Milestone"]):
    """Milestones without those whose file was undone."""

    def get_queryset(self) -> models.QuerySet[Milestone]:
        return super().get_queryset().filter(taken_back_on=None)


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
    taken_back_on = models.DateField(
        null=True, help_text="The file that added it was undone: its history keeps it."
    )

    objects = Kept()
    ever = models.Manager["Milestone"]()

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
    PRIVATE: ClassVar[set[str]] = {"id", "taken_back_on"}

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
