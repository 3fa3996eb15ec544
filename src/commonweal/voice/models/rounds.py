"""Budget rounds: money that people share out by voting, its rule sheet, and its projects."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.places.models import Area
from commonweal.programme.models import Action


class Round(models.Model):
    """A sum of money, the projects that ask for it, and everything that decides who gets it.

    Sealing keeps the draft of a sheet as text with its SHA-256; then a trigger refuses a change.
    """

    class State(models.TextChoices):
        IDEAS = "ideas", "Ideas are collected"
        CHECKING = "checking", "Ideas are checked"
        SEALED = "sealed", "The rule sheet is published"
        CLOSED = "closed", "Voting is over"
        COUNTED = "counted", "Counted"
        STOPPED = "stopped", "Stopped"

    class Form(models.TextChoices):
        APPROVAL = "approval", "Tick the projects you want"
        KNAPSACK = "knapsack", "Tick projects until the money is spent"
        RANKING = "ranking", "Put projects in order: 1 is the first"
        POINTS = "points", "Share out points among projects"

    class Rule(models.TextChoices):
        SHARES = "equal-shares", "Equal Shares"
        PHRAGMEN = "phragmen", "Phragmén's rule"
        GREEDY = "greedy", "By votes; what does not fit is skipped"
        NO_SKIP = "greedy-no-skip", "By votes; stop at the first that does not fit"
        THRESHOLD = "greedy-threshold", "By votes; too few votes are left out"

    class Satisfaction(models.TextChoices):
        COST = "cost", "What it costs"
        CARDINALITY = "cardinality", "Each project alike"
        POINTS = "points", "The points given"
        BORDA = "borda", "Its place in the ranking"

    class Completion(models.TextChoices):
        NONE = "none", "Nothing: it is left"
        ADD1 = "add1", "Everybody gets a step more, until the next step would spend too much"
        EXHAUSTIVE = "add1-exhaustive", "The same, but stop once nothing left out would fit"
        BY_VOTES = "by-votes", "It is spent by votes"

    # In words the stage that no state names: it begins and ends by the clock.
    OPEN = "Voting is open"

    # What it is
    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    words = models.TextField()
    budget = models.DecimalField(max_digits=14, decimal_places=2, help_text="In pounds.")

    # How it is voted and counted
    ballot_form = models.CharField(max_length=10, choices=Form.choices, default=Form.APPROVAL)
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    rule = models.CharField(max_length=20, choices=Rule.choices, default=Rule.SHARES)
    satisfaction = models.CharField(
        max_length=12, choices=Satisfaction.choices, default=Satisfaction.COST
    )
    completion = models.CharField(
        max_length=16, choices=Completion.choices, default=Completion.ADD1
    )
    step = models.DecimalField(max_digits=8, decimal_places=2, default=1)
    compares = models.BooleanField(default=False)
    threshold = models.PositiveIntegerField(default=0)
    ties = models.CharField(max_length=100, default="cheaper,votes,lot:1")

    # Who decides, and who may vote
    who_decides = models.TextField(blank=True)
    is_binding = models.BooleanField(default=False)
    who_may_vote = models.TextField(blank=True)
    addresses_from = models.TextField(blank=True)
    addresses_ground = models.TextField(blank=True)
    tells_receipts = models.BooleanField(default=False)
    takes_paper = models.BooleanField(null=True, blank=True)  # empty: published before it was asked
    takes_telephone = models.BooleanField(null=True, blank=True)

    # When; an emergency change may move ``closes_at`` later
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    election = models.TextField(blank=True)
    quiet_from_on = models.DateField(null=True, blank=True)
    quiet_to_on = models.DateField(null=True, blank=True)

    # Where it stands
    state = models.CharField(max_length=10, choices=State.choices, default=State.IDEAS)
    sheet = models.TextField(blank=True)
    sheet_sha256 = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    ballot_file = models.TextField(blank=True, help_text="Every ballot, in Pabulib's format.")
    count = models.JSONField(null=True, blank=True)
    counted_on = models.DateField(null=True, blank=True)
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # What the rule sheet holds, and a draft may change.
    SHEET = (
        "title",
        "words",
        "budget",
        "ballot_form",
        "least",
        "most",
        "points",
        "rule",
        "satisfaction",
        "completion",
        "step",
        "compares",
        "threshold",
        "ties",
        "who_decides",
        "is_binding",
        "who_may_vote",
        "addresses_from",
        "addresses_ground",
        "tells_receipts",
        "takes_paper",
        "takes_telephone",
        "opens_at",
        "closes_at",
        "election",
        "quiet_from_on",
        "quiet_to_on",
    )
    PUBLIC: ClassVar[set[str]] = {
        "code",
        *SHEET,
        "state",
        "sheet",
        "sheet_sha256",
        "sealed_at",
        "ballot_file",
        "count",
        "counted_on",
        "made_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "made_by"}

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="rounds_share_out_money", condition=Q(budget__gt=0) & Q(step__gt=0)
            ),
            models.CheckConstraint(
                name="rounds_close_after_they_open",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="sealed_rounds_have_a_sheet",
                condition=Q(state__in=["ideas", "checking"])
                | (~Q(sheet="") & ~Q(sheet_sha256="") & Q(closes_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="counted_rounds_have_a_count",
                condition=~Q(state="counted") | (Q(count__isnull=False) & ~Q(ballot_file="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/have-your-say/budgets/{self.code}/"

    @property
    def is_draft(self) -> bool:
        return self.state in (self.State.IDEAS, self.State.CHECKING)

    @property
    def is_counted(self) -> bool:
        return self.state == self.State.COUNTED

    def is_open(self, now: datetime) -> bool:
        """Whether ballots are taken at a moment; the database decides it."""
        if self.state != self.State.SEALED or not (self.opens_at and self.closes_at):
            return False
        return self.opens_at <= now < self.closes_at

    def has_closed(self, now: datetime) -> bool:
        return bool(self.state == self.State.SEALED and self.closes_at and now >= self.closes_at)

    def is_over(self, now: datetime) -> bool:
        """Whether nobody can vote any more, whatever became of the ballots."""
        ended = (self.State.CLOSED, self.State.COUNTED, self.State.STOPPED)
        return self.has_closed(now) or self.state in ended

    def stage(self, now: datetime) -> str:
        """In words where it stands at a moment."""
        if self.is_open(now):
            return self.OPEN
        if self.has_closed(now):
            return str(self.State.CLOSED.label)
        return str(self.get_state_display())

    @property
    def winners(self) -> list[str]:
        """Codes of the projects that won, in the order in which they did."""
        return list((self.count or {}).get("winners", ()))


class Project(models.Model):
    """What somebody wants the round's money for. An idea is public once it was checked."""

    class State(models.TextChoices):
        IDEA = "idea", "Not checked yet"
        ON = "on", "On the ballot"
        OFF = "off", "Not on the ballot"

    class From(models.TextChoices):
        RESIDENT = "resident", "Somebody who lives here"
        ENTERPRISE = "enterprise", "A local enterprise"
        COUNCIL = "council", "The council"

    round = models.ForeignKey(Round, models.PROTECT, related_name="projects")
    number = models.PositiveSmallIntegerField(help_text="Also its code in files.")
    title = models.CharField(max_length=120)
    words = models.TextField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_by = models.CharField(max_length=10, choices=From.choices, default=From.RESIDENT)

    # What came of checking it
    state = models.CharField(max_length=4, choices=State.choices, default=State.IDEA)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    cost_words = models.TextField(blank=True)
    is_feasible = models.BooleanField(null=True, blank=True)
    feasible_words = models.TextField(blank=True)
    is_lawful = models.BooleanField(null=True, blank=True)
    lawful_words = models.TextField(blank=True)
    group = models.CharField(
        max_length=40, blank=True, help_text="Of projects in one group, one can win."
    )
    lesser_sums = models.JSONField(
        null=True,
        blank=True,
        help_text="Sums in pounds that it may get instead of its cost, as text, falling.",
    )

    # Since
    withdrawn_on = models.DateField(null=True, blank=True)
    action = models.OneToOneField(
        Action, models.PROTECT, null=True, blank=True, related_name="won_project"
    )

    CHECKED = (
        "cost",
        "cost_words",
        "is_feasible",
        "feasible_words",
        "is_lawful",
        "lawful_words",
        "group",
        "lesser_sums",
    )
    PUBLIC: ClassVar[set[str]] = {
        "round",
        "number",
        "title",
        "words",
        "area",
        "proposed_by",
        "state",
        *CHECKED,
        "withdrawn_on",
        "action",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_project_a_number"),
            models.CheckConstraint(
                name="projects_on_a_ballot_cost_money_and_can_be_done",
                condition=~Q(state="on") | Q(cost__gt=0, is_feasible=True, is_lawful=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sums(self) -> list[Decimal]:
        """The lesser sums that it may get, the fullest first; mostly none."""
        return [Decimal(text) for text in self.lesser_sums or ()]

    @property
    def code_in_files(self) -> str:
        """What sheet, file of ballots and count call it."""
        return str(self.number)
