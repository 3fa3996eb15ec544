"""Needs for which the town has nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person

from .cases import Need


class Gap(models.Model):
    """A need for which no service was there on the day on which that was seen. What comes later
    does not change it: it says what was missing then."""

    class Why(models.TextChoices):
        NONE = "none", "There is no such service"
        FULL = "full", "None has room"
        FAR = "far", "None is near enough"
        TERMS = "terms", "They fit the terms of none"

    need = models.OneToOneField(Need, models.CASCADE, related_name="gap")
    why = models.CharField(max_length=8, choices=Why.choices)
    found_on = models.DateField(default=timezone.localdate)
    # Empty: the directory had none when the need came up.
    found_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "need", "why", "found_on", "found_by"}

    class Meta:
        ordering = ["-found_on", "-id"]
        indexes = [models.Index(fields=["found_on"], name="gaps_by_day")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.get_why_display()}"
