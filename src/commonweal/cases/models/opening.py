"""Whether the help desk takes requests from the public, and when somebody is there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person


class Opening(models.Model):
    """Whether the town's help desk is open to the public: one row. Without it the desk is closed.

    ``hours`` are those in which it is staffed: a list of {day, opens, closes}, day as iCalendar's
    letters (MO to SU), times as 09:00.
    """

    is_open = models.BooleanField(default=False)
    because = models.TextField(blank=True, help_text="Why it is closed; visitors read it.")
    hours = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    # Empty: it closed by itself, or was never opened.
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"is_open", "because", "hours"}
    PRIVATE: ClassVar[set[str]] = {"id", "changed_at", "changed_by"}

    class Meta:
        constraints = [models.CheckConstraint(name="one_desk_opens", condition=Q(id=1))]

    def __str__(self) -> str:
        return "open" if self.is_open else "closed"
