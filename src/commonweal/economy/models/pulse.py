"""The pulse survey: waves of three questions, and answers that say nothing of who gave them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.places.models import Area


class Who(models.TextChoices):
    """For whom somebody answers. The two are never added up."""

    RESIDENT = "resident", "Residents"
    ENTERPRISE = "enterprise", "Businesses and organisations"


class Feeling(models.TextChoices):
    BETTER = "better", "Better"
    SAME = "same", "About the same"
    WORSE = "worse", "Worse"
    UNKNOWN = "unknown", "I can’t say"


class HelpMost(models.TextChoices):
    """What would help most; which of them is asked of whom stands in `ASKED_OF`."""

    WORK = "work", "Work, or more hours"
    PAY = "pay", "Better pay"
    COSTS = "costs", "Lower costs: energy, rent, rates"
    DEBT = "debt", "Advice on money or debt"
    CARE = "care", "Care for children or others"
    TRANSPORT = "transport", "Better transport"
    TRAINING = "training", "Training or skills"
    HEALTH = "health", "Help with health"
    ORDERS = "orders", "More customers or orders"
    STAFF = "staff", "Finding or keeping staff"
    MONEY = "money", "Loans, grants or being paid in time"
    PREMISES = "premises", "Better or cheaper premises"
    ADVICE = "advice", "Advice for the business"
    OTHER = "other", "Something else"
    NOTHING = "nothing", "Nothing just now"


_H = HelpMost
ASKED_OF: dict[str, tuple[HelpMost, ...]] = {
    Who.RESIDENT: (
        _H.WORK,
        _H.PAY,
        _H.COSTS,
        _H.DEBT,
        _H.CARE,
        _H.TRANSPORT,
        _H.TRAINING,
        _H.HEALTH,
        _H.OTHER,
        _H.NOTHING,
    ),
    Who.ENTERPRISE: (
        _H.ORDERS,
        _H.STAFF,
        _H.COSTS,
        _H.MONEY,
        _H.PREMISES,
        _H.TRAINING,
        _H.TRANSPORT,
        _H.ADVICE,
        _H.OTHER,
        _H.NOTHING,
    ),
}


class PulseWave(models.Model):
    """One round of the survey: it is open from a day until a day, both included, and its results
    are public only afterwards."""

    code = models.SlugField(max_length=20, unique=True)
    opens_on = models.DateField()
    closes_on = models.DateField(help_text="The last day on which anybody can answer.")
    closed_on = models.DateField(null=True, blank=True, help_text="Where it was closed early.")
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"code", "opens_on", "closes_on", "closed_on", "made_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "made_by"}

    class Meta:
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="waves_close_after_they_open", condition=Q(closes_on__gte=F("opens_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens_on:%B %Y}"

    def get_absolute_url(self) -> str:
        return f"/economy/pulse/{self.code}/"

    def is_closed(self, on: date) -> bool:
        return on > self.closes_on or (self.closed_on is not None and on >= self.closed_on)

    def is_open(self, on: date) -> bool:
        return self.opens_on <= on and not self.is_closed(on)

    @property
    def ended_on(self) -> date:
        """The day on which it was closed, or the last on which it was open."""
        return self.closed_on or self.closes_on


class PulseAnswer(models.Model):
    """What one resident or enterprise said in a wave. Nothing tells who it was, or when."""

    class Way(models.TextChoices):
        WEB = "web", "On this site"
        PAPER = "paper", "On paper"
        PHONE = "phone", "By telephone"

    wave = models.ForeignKey(PulseWave, models.PROTECT, related_name="answers")
    who = models.CharField(max_length=10, choices=Who.choices)
    now = models.CharField(max_length=7, choices=Feeling.choices)
    ahead = models.CharField(max_length=7, choices=Feeling.choices)
    help_most = models.CharField(max_length=10, choices=HelpMost.choices)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.WEB)

    # Public are counts of them alone, with small ones held back.
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "wave",
        "who",
        "now",
        "ahead",
        "help_most",
        "area",
        "way",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="answers_are_to_what_was_asked",
                condition=Q(who="resident", help_most__in=ASKED_OF[Who.RESIDENT])
                | Q(who="enterprise", help_most__in=ASKED_OF[Who.ENTERPRISE]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave}, {self.who}"
