"""Other ways to vote than online: places with staff, the telephone, and paper.

None of them keeps a tie of a ballot and a code. A ballot on paper is entered after the close, when
the slip with its code was cut off; what is kept of a way is how many ballots came by it.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .rounds import Round


class Place(models.Model):
    """Where people vote at a table with staff, on some days.

    ``ballots`` counts those put in there first; who put in which stands nowhere.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="places")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    first_on = models.DateField()
    last_on = models.DateField()
    ballots = models.PositiveIntegerField(default=0)

    # Where and when one can vote is public; how many did is told by the desk after the close.
    PUBLIC: ClassVar[set[str]] = {"round", "number", "name", "first_on", "last_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "ballots"}

    class Meta:
        ordering = ["first_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_place_a_number"),
            models.CheckConstraint(
                name="places_close_after_they_open", condition=Q(last_on__gte=F("first_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A day at a place, opened by somebody of the staff in one browser, which votes for many."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="visits")
    opened_on = models.DateField(default=timezone.localdate)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_ended = models.BooleanField(default=False)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "place", "opened_on", "opened_by", "is_ended"}

    class Meta:
        ordering = ["opened_on", "id"]


class WayCount(models.Model):
    """How many ballots of a round first came by the telephone, or by a slip of a paper ballot."""

    class Way(models.TextChoices):
        TELEPHONE = "telephone", "By telephone"
        PAPER = "paper", "On paper"

    round = models.ForeignKey(Round, models.PROTECT, related_name="way_counts")
    way = models.CharField(max_length=10, choices=Way.choices)
    ballots = models.PositiveIntegerField(default=0)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "round", "way", "ballots"}

    class Meta:
        ordering = ["way"]
        constraints = [
            models.UniqueConstraint(fields=["round", "way"], name="one_count_a_way"),
        ]


class PaperBallot(models.Model):
    """A ballot on paper as two people entered it after the close, by the number written on it.

    ``first``, ``second`` and ``choices`` (what stands in the end) are text as in `OpenBallot`;
    "null" is a ballot that can't be counted, "" that nobody said yet. All rows go at the count.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="paper_ballots")
    number = models.PositiveIntegerField()
    first = EncryptedTextField()
    first_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second = EncryptedTextField(blank=True)
    second_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    choices = EncryptedTextField(blank=True)
    is_settled = models.BooleanField(default=False)
    is_mended = models.BooleanField(default=False)
    is_drawn = models.BooleanField(default=False)
    is_checked = models.BooleanField(default=False)
    is_wrong = models.BooleanField(default=False)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "round",
        "number",
        "first",
        "first_by",
        "second",
        "second_by",
        "choices",
        "is_settled",
        "is_mended",
        "is_drawn",
        "is_checked",
        "is_wrong",
    }

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_paper_a_number"),
            models.CheckConstraint(
                name="two_people_enter_a_paper",
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")),
            ),
        ]


class PaperCheck(models.Model):
    """The sample of a round's paper ballots that is compared with the paper, and what came of it.

    Which numbers are drawn follows from ``seed``: whoever knows it can draw them again.
    """

    round = models.OneToOneField(Round, models.PROTECT, related_name="paper_check")
    seed = models.CharField(max_length=40)
    papers = models.PositiveIntegerField(help_text="All that were entered.")
    drawn = models.PositiveIntegerField(help_text="How many were drawn first.")
    wrong = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(help_text="Of which the two entries differed.")
    spoilt = models.PositiveIntegerField(default=0, help_text="Which could not be counted.")
    drawn_on = models.DateField(default=timezone.localdate)
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "round",
        "seed",
        "papers",
        "drawn",
        "wrong",
        "mended",
        "spoilt",
        "drawn_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "drawn_by"}

    @property
    def in_words(self) -> str:
        """What was compared with the paper and what that says, as sentences; nothing of how many
        came on paper, as that may be few."""
        if self.wrong or self.drawn == self.papers:
            return "Every entry was compared with its paper before the count."
        share = "1%" if self.drawn >= 299 else "5%"
        return (
            f"{self.drawn:,} of them, drawn from “{self.seed}”, were compared with the paper; none "
            f"was wrong. At 95% confidence the share of wrong ones is under {share}."
        )


class EnterpriseBallot(models.Model):
    """A ballot of enterprises beside that of residents: a round with codes, money and count of its
    own. ``percent`` is its part of the money of both, where it has a part."""

    residents = models.OneToOneField(Round, models.PROTECT, related_name="enterprise_ballot")
    enterprises = models.OneToOneField(Round, models.PROTECT, related_name="resident_ballot")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = {"residents", "enterprises", "percent"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_part_is_some_and_not_all",
                condition=Q(percent=None) | Q(percent__gte=1, percent__lte=99),
            ),
            models.CheckConstraint(
                name="two_ballots_are_two_rounds", condition=~Q(residents=F("enterprises"))
            ),
        ]

    @classmethod
    def of(cls, budget_round: Round) -> EnterpriseBallot | None:
        """The two ballots of which a round is one; None where it stands alone."""
        pairs = cls.objects.filter(Q(residents=budget_round) | Q(enterprises=budget_round))
        return pairs.select_related("residents", "enterprises").first()

    @staticmethod
    def part_of(budget: Decimal, percent: int) -> Decimal:
        """A part of a sum, to the penny."""
        return (budget * percent / 100).quantize(Decimal("0.01"))

    @property
    def is_split_as_said(self) -> bool:
        """Whether enterprises have the part of the money of both that was said."""
        budget = self.residents.budget + self.enterprises.budget
        return not self.percent or self.enterprises.budget == self.part_of(budget, self.percent)

    def counterpart(self, budget_round: Round) -> Round:
        return self.enterprises if budget_round == self.residents else self.residents

    def as_sheet(self, budget_round: Round) -> dict[str, Any]:
        """What the rule sheet of one of the two says of the other."""
        counterpart = self.counterpart(budget_round)
        return {
            "whose": "enterprises" if counterpart == self.enterprises else "residents",
            "round": counterpart.code,
            "budget": f"{counterpart.budget:.2f}",
            "percent_of_both_for_enterprises": self.percent,
            "counted": "each by itself; their ballots and figures are never added",
        }
