"""Who reviews what, who may not, and what a reviewer still wants."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .entries import Entry


class ReviewAssignment(models.Model):
    """The charter manager gave a claim to a reviewer. Others may still take it; the queue says."""

    claim = models.OneToOneField(Entry, models.PROTECT, related_name="assignment")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now, editable=False)
    batch = models.UUIDField(null=True, help_text="Given out together with others, if it was.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "claim",
        "reviewer",
        "assigned_by",
        "assigned_at",
        "batch",
    }

    def __str__(self) -> str:
        return f"claim {self.claim_id}"


class Recusal(models.Model):
    """A reviewer knows the partner of a claim, and checks nothing of that partner.

    It holds for all claims of whoever the claim's pledge belongs to, until it is taken back.
    """

    claim = models.ForeignKey(Entry, models.PROTECT, related_name="recusals")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    because = EncryptedTextField()
    said_on = models.DateField()
    taken_back_on = models.DateField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "claim",
        "reviewer",
        "because",
        "said_on",
        "taken_back_on",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "reviewer"],
                condition=Q(taken_back_on=None),
                name="a_reviewer_stands_back_once",
            )
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id}"


class MoreAsked(models.Model):
    """A reviewer asked a partner for more evidence of a claim. Until it comes, or the last day
    for it is over, the claim waits for the partner; after that for a review again."""

    claim = models.ForeignKey(Entry, models.PROTECT, related_name="more_asked")
    wanted = models.TextField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    until = models.DateField()
    ended_on = models.DateField(null=True, help_text="More came, or they have nothing more.")
    has_come = models.BooleanField(default=False)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "claim",
        "wanted",
        "asked_by",
        "asked_on",
        "until",
        "ended_on",
        "has_come",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(ended_on=None),
                name="more_is_asked_for_one_thing_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id}"

    @property
    def outcome(self) -> str:
        """What came of it, once it is over."""
        if self.ended_on is None or self.ended_on > self.until:
            return f"Nothing came by {self.until:%-d %B %Y}."
        if self.has_come:
            return f"More came on {self.ended_on:%-d %B %Y}."
        return "The partner has nothing more to show."
