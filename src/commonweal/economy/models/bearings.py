"""What was tied to a series by hand: what was promised, done and asked for against it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Theme
from commonweal.pledges.models import Measure
from commonweal.programme.models import Action

from .exposure import EmployerGroup

KINDS = ("measure", "theme", "action", "group")


class Bearing(models.Model):
    """One thing that bears on what a series counts: a measure or a theme that partners promise by,
    an action of the programme, or a group that the town stands on. Who tied it says why."""

    counted = models.SlugField(max_length=80, db_index=True, help_text="What the series counts.")
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="bearings"
    )
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="bearings")
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="bearings"
    )
    group = models.ForeignKey(
        EmployerGroup, models.PROTECT, null=True, blank=True, related_name="bearings"
    )
    because = models.CharField(max_length=300)
    tied_on = models.DateField(default=timezone.localdate)
    tied_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # A group may be one that only staff know of: pages show it where it is public.
    PUBLIC: ClassVar[set[str]] = {"counted", "measure", "theme", "action", "because", "tied_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "group", "tied_by"}

    class Meta:
        ordering = ["counted", "id"]
        constraints = [
            models.CheckConstraint(
                name="bearings_are_of_one_thing",
                condition=Q(measure__isnull=False, theme=None, action=None, group=None)
                | Q(measure=None, theme__isnull=False, action=None, group=None)
                | Q(measure=None, theme=None, action__isnull=False, group=None)
                | Q(measure=None, theme=None, action=None, group__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    fields=["counted", kind], name=f"one_bearing_a_series_and_{kind}"
                )
                for kind in KINDS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counted}: {self.what}"

    @property
    def what(self) -> str:
        """What was tied, by its name."""
        for tied in (self.measure, self.theme, self.group):
            if tied is not None:
                return tied.name
        return self.action.title if self.action else ""
