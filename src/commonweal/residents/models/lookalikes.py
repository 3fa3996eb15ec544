"""Pairs of records that look alike, for the desk manager to decide."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .people import Resident


class Lookalike(models.Model):
    """Two records that may be one person, as the machine last compared them. Nothing follows from
    it but that somebody is asked."""

    one = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    other = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    points = models.FloatField(help_text="How alike they are: `likeness.Likeness.points`.")
    compared_at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "one", "other", "points", "compared_at"}

    class Meta:
        ordering = ["-points", "id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="each_likeness_once"),
            models.CheckConstraint(name="likenesses_are_in_order", condition=Q(one__lt=F("other"))),
        ]
        indexes = [models.Index(fields=["-points", "id"], name="likest_first")]

    def __str__(self) -> str:
        return f"{self.one_id} is like {self.other_id}"
