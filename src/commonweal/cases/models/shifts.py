"""Who is at the desk."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person


class Shift(models.Model):
    """A handler is at the desk, from when to when. Work is shared among those who are."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="shifts")
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "began_at", "ended_at"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="one_shift_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"shift of {self.person_id}"
