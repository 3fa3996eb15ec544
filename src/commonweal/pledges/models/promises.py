"""A promise: its terms, and where it stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonweal.accounts.models import Person
from commonweal.charter.models import Clause, Decision, Theme
from commonweal.partners.models import Partner
from commonweal.places.models import Area

from .. import standing as st
from .measures import FIGURE, Measure, new_code

# What is promised to the town, and what registers of other bodies list beside it: decision 0049.
TO_THE_TOWN = Q(accepted_on__isnull=False, is_of_others=False)
OF_OTHERS = Q(accepted_on__isnull=False, is_of_others=True)
# What such a register lists no longer, or came with a file that was undone, is withdrawn.
LISTED_BY_OTHERS = OF_OTHERS & ~Q(standing=st.Standing.WITHDRAWN)


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def public(self) -> PledgeQuerySet:
        """Pledges that were accepted, whoever lists them. Once here, nothing takes one out."""
        return self.filter(accepted_on__isnull=False)

    def to_the_town(self) -> PledgeQuerySet:
        """Public pledges that are the town's: every figure of the town counts these alone."""
        return self.filter(TO_THE_TOWN)

    def of_others(self) -> PledgeQuerySet:
        """Public pledges that a register of another body lists today: they stand apart."""
        return self.filter(LISTED_BY_OTHERS)

    def open(self) -> PledgeQuerySet:
        return self.filter(standing__in=st.OPEN)


class Pledge(models.Model):
    """A partner's promise on a measure.

    The promise and all that happens to it are entries in the ledger; what stands here is what
    they add up to today, written by `ledger.append` alone and checked by `ledger verify`.
    """

    # What is promised
    code = models.CharField(max_length=12, unique=True, default=new_code)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="pledges")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="pledges")
    statement = models.TextField(help_text="The promise in the partner's own words.")
    baseline = models.DecimalField(**FIGURE, null=True, blank=True)
    target = models.DecimalField(**FIGURE, null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="pledges")
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="pledges"
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="pledges"
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="pledges")
    who_benefits = models.CharField(max_length=200, blank=True)

    # Who answers for it
    owner_title = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="pledges_owned")

    # How it came here
    made_on = models.DateField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=400, blank=True)
    source_row = models.JSONField(default=dict, blank=True)
    is_of_others = models.BooleanField(
        default=False, help_text="A register of another body lists it: it is not the town's."
    )

    # Where it stands; from the ledger
    accepted_on = models.DateField(null=True, blank=True)
    returned_because = models.TextField(blank=True)
    standing = models.CharField(
        max_length=24, choices=tuple(st.WORDS.items()), default=st.Standing.PROPOSED
    )
    standing_until = models.DateField(
        null=True, help_text="From this day the standing is worked out anew before it is read."
    )
    standing_on = models.DateField(
        null=True, help_text="Day on which it was worked out; on an earlier day it is not trusted."
    )
    first_target = models.DecimalField(
        **FIGURE, null=True, blank=True, help_text="The target with which it was accepted."
    )
    claimed = models.DecimalField(**FIGURE, null=True, blank=True)
    claimed_on = models.DateField(null=True, blank=True)
    verified = models.DecimalField(**FIGURE, null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    measured = models.DecimalField(**FIGURE, null=True, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    offered = models.DecimalField(**FIGURE, default=Decimal(0))
    drawn = models.DecimalField(**FIGURE, default=Decimal(0))
    unanswered_since = models.DateField(null=True, blank=True)
    held_until = models.DateField(
        null=True, help_text="An adverse review waits for the partner's reply until this day."
    )
    entry_count = models.PositiveIntegerField(default=0)

    objects = PledgeQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "partner",
        "measure",
        "statement",
        "baseline",
        "target",
        "due_on",
        "theme",
        "clause",
        "decision",
        "area",
        "who_benefits",
        "owner_title",
        "made_on",
        "source",
        "source_key",
        "source_row",
        "is_of_others",
        "accepted_on",
        "standing",
        "standing_until",
        "standing_on",
        "first_target",
        "claimed",
        "claimed_on",
        "verified",
        "verified_on",
        "measured",
        "measured_on",
        "offered",
        "drawn",
        "unanswered_since",
        "entry_count",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "owner", "made_by", "returned_because", "held_until"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="one_pledge_a_source_key",
            ),
            models.CheckConstraint(
                name="accepted_pledges_have_target_and_date",
                condition=Q(accepted_on=None)
                | ~Q(source="")
                | Q(target__isnull=False, due_on__isnull=False, baseline__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["standing", "due_on"], name="pledges_by_standing"),
            models.Index(fields=["due_on", "id"], name="pledges_by_due"),
            models.Index(fields=["standing_until"], name="pledges_by_until"),
            models.Index(fields=["standing_on"], name="pledges_by_standing_day"),
            models.Index(fields=["held_until"], name="pledges_by_held"),
            models.Index(fields=["partner", "standing"], name="pledges_by_partner"),
            models.Index(fields=["theme", "standing"], name="pledges_by_theme"),
        ]

    def __str__(self) -> str:
        return self.statement[:80]

    def get_absolute_url(self) -> str:
        return f"/pledges/{self.code}/"

    @property
    def standing_words(self) -> str:
        return st.WORDS[self.standing]

    @property
    def is_open(self) -> bool:
        return self.standing in st.OPEN

    @property
    def is_lowered(self) -> bool:
        """Whether its target asks for less now than when it came into the register."""
        if self.first_target is None or self.target is None or self.target == self.first_target:
            return False
        return (self.target < self.first_target) == (self.measure.direction == "up")

    def is_question_unanswered(self, *, on: date, answer_days: int) -> bool:
        return self.unanswered_since is not None and (on - self.unanswered_since).days > answer_days
