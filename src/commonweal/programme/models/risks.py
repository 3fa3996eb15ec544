"""What may go wrong."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonweal.partners.models import Partner
from commonweal.pledges.models import Pledge

from .actions import Action

CHOICES_OF_FIVE = [(n, str(n)) for n in range(1, 6)]


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
