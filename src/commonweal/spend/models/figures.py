"""What the pages read, and the runs that bring it up to date."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person

from .releases import Route


class Run(models.Model):
    """One pass of bringing the figures up to date: how far it has come, and whether to stop."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped; can be taken up again"
        DONE = "done", "Done"
        FAILED = "failed", "Failed; can be taken up again"

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=60, blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    why = models.CharField(max_length=300, blank=True)
    is_to_stop = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(default=timezone.now, help_text="When it last said so.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "state",
        "step",
        "done",
        "total",
        "why",
        "is_to_stop",
        "asked_at",
        "asked_by",
        "heard_at",
    }

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="one_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.done} of {self.total}"


class Prepared(models.Model):
    """The tables that pages read, made at one go from all that stood on that moment. One counts."""

    version = models.CharField(max_length=64, unique=True)
    format = models.CharField(
        max_length=10, blank=True, help_text="What its tables look like; older ones are not read."
    )
    made_at = models.DateTimeField(default=timezone.now)
    is_current = models.BooleanField(default=False)
    releases = models.IntegerField()
    lines = models.IntegerField()
    registers = models.JSONField(default=list, help_text="Files that the registers were made of.")

    PUBLIC: ClassVar[set[str]] = {
        "version",
        "format",
        "made_at",
        "is_current",
        "releases",
        "lines",
        "registers",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        verbose_name_plural = "prepared"
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_prepared_counts"
            )
        ]

    def __str__(self) -> str:
        return self.version


class Figures(models.Model):
    """All measures of one scope: a route, an anchor and a financial year; "" for all."""

    prepared = models.ForeignKey(Prepared, models.CASCADE, related_name="figures")
    route = models.CharField(max_length=10, choices=Route.choices)
    anchor = models.SlugField(max_length=80, blank=True)
    year = models.CharField(max_length=7, blank=True)
    content = models.JSONField()

    PUBLIC: ClassVar[set[str]] = {"prepared", "route", "anchor", "year", "content"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        verbose_name_plural = "figures"
        constraints = [
            models.UniqueConstraint(
                fields=["prepared", "route", "anchor", "year"], name="one_set_of_figures_a_scope"
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.anchor} {self.year}"
