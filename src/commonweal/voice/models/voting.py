"""Codes that let somebody vote, ballots in the box, ballots counted, and emergency changes."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.places.models import Area

from .pots import Pot
from .rounds import Project, Round


class CodeBatch(models.Model):
    """Codes that were made together and given out once, as a file for the printer."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="batches")
    number = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    revoked_on = models.DateField(null=True, blank=True)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Where its letters go, in a round that areas share out.",
    )

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "round",
        "number",
        "size",
        "made_on",
        "made_by",
        "revoked_on",
        "area",
    }

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_batch_a_number"),
        ]


class VotingCode(models.Model):
    """A code on a letter, as a keyed hash. Which letter it is on is known to nobody here.

    ``receipt`` is there once a ballot was put in with it: it says that somebody voted, and never
    how; there is no moment beside it.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    batch = models.ForeignKey(CodeBatch, models.PROTECT, related_name="codes")
    round = models.ForeignKey(Round, models.PROTECT, related_name="codes")
    is_revoked = models.BooleanField(default=False)
    receipt = models.CharField(max_length=13, null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"digest", "batch", "round", "is_revoked", "receipt"}

    class Meta:
        ordering = ["digest"]
        constraints = [
            models.UniqueConstraint(fields=["round", "receipt"], name="one_code_a_receipt"),
        ]


class OpenBallot(models.Model):
    """A ballot while voting is open, tied to its code so that it can be changed.

    At the close all of them become `Ballot` rows and go, and the tie goes with them. No moment
    and no running number stands in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="open_ballots")
    code = models.OneToOneField(VotingCode, models.PROTECT, related_name="ballot")
    choices = EncryptedTextField()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "round", "code", "choices"}

    class Meta:
        ordering = ["id"]


class Ballot(models.Model):
    """A ballot as it is counted: what it names, tied to nobody.

    ``number`` goes by what ballots say, in the order of that text, so it tells nothing about when
    one came. ``choices`` are pairs of a project's number and what it is given: 1 where it was
    ticked, its points, or its place from 0 on. Where a voter shares out two pots, an area's and the
    town's, there are two ballots, and nothing says that they are one voter's.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="ballots")
    number = models.PositiveIntegerField()
    choices = models.JSONField()
    pot = models.ForeignKey(Pot, models.PROTECT, null=True, related_name="ballots")

    PUBLIC: ClassVar[set[str]] = {"round", "number", "choices", "pot"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_ballot_a_number"),
        ]


class Emergency(models.Model):
    """A change of a sealed round: asked for by one person, made by another, told to everybody."""

    class Kind(models.TextChoices):
        LATER = "later", "Voting closes later"
        WITHDRAW = "withdraw", "A project is taken off"
        STOP = "stop", "The round is stopped and no ballot is counted"

    round = models.ForeignKey(Round, models.PROTECT, related_name="emergencies")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    closes_at = models.DateTimeField(null=True, blank=True)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+")
    notice = models.TextField(help_text="Why, as everybody reads it.")
    asked_on = models.DateField(default=timezone.localdate)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Public from the moment the second person agrees.
    PUBLIC: ClassVar[set[str]] = {
        "round",
        "kind",
        "closes_at",
        "project",
        "notice",
        "asked_on",
        "agreed_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "asked_by", "agreed_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="two_people_make_an_emergency_change",
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="later_says_until_when_and_withdrawn_says_which",
                condition=(Q(kind="later") & Q(closes_at__isnull=False, project=None))
                | (Q(kind="withdraw") & Q(closes_at=None, project__isnull=False))
                | (Q(kind="stop") & Q(closes_at=None, project=None)),
            ),
        ]

    @property
    def last_on(self) -> date | None:
        """The last day of voting that it asks for; ``closes_at`` is the midnight after it."""
        return timezone.localdate(self.closes_at) - timedelta(days=1) if self.closes_at else None
