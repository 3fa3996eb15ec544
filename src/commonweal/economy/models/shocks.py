"""Shocks told by partners, the plan of each, what was drawn against it, what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.asks.models import Ask, Draw
from commonweal.charter.models import Decision
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.pledges.models import new_code


class Shock(models.Model):
    """One thing that befalls jobs in the town, as one organisation told of it, and its case.

    Whatever could name an employer is encrypted. Who may know it stands in `Level`, a row for each
    change, so that a day of the past can be asked.
    """

    class Kind(models.TextChoices):
        CLOSURE = "closure", "A site closes"
        REDUNDANCIES = "redundancies", "Redundancies"
        SHORT_TIME = "short_time", "Short time"
        FLOOD = "flood", "A flood, a fire or the like"
        VACANCIES = "vacancies", "A round of vacancies"

    class Sure(models.TextChoices):
        DECIDED = "decided", "It is decided"
        LIKELY = "likely", "It is likely"
        POSSIBLE = "possible", "It is possible"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    # What it is
    code = models.CharField(max_length=12, unique=True, default=new_code)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    employer = EncryptedTextField(blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    workforce = models.PositiveIntegerField(null=True, blank=True)
    known_on = models.DateField(null=True, blank=True)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    sites = EncryptedTextField(blank=True)
    occupations = EncryptedTextField(blank=True)
    words = EncryptedTextField(blank=True)
    sure = models.CharField(max_length=10, choices=Sure.choices, blank=True)

    # Where it came from
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="shocks_told"
    )
    by_staff = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    # Who may know
    wanted_level = models.CharField(max_length=8, blank=True)
    may_be_named = models.BooleanField(default=False)
    named_by = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="shocks_named"
    )

    # Where it stands
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    told_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    # Only what `reads.public` lets through reaches a page: no export takes a column of its own.
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "kind",
        "employer",
        "people",
        "workforce",
        "known_on",
        "first_on",
        "last_on",
        "sites",
        "occupations",
        "words",
        "sure",
        "partner",
        "by_staff",
        "made_by",
        "saved_at",
        "wanted_level",
        "may_be_named",
        "named_by",
        "state",
        "told_on",
        "closed_on",
    }

    class Meta:
        ordering = ["-told_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="told_shocks_have_a_day", condition=Q(state="draft") | Q(told_on__isnull=False)
            ),
            models.CheckConstraint(
                name="closed_shocks_have_a_day",
                condition=~Q(state="closed") | Q(closed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        # Never the employer: this stands in logs and errors.
        return f"Shock {self.code}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Level(models.Model):
    """From a day, who may know of a shock. The newest row of a day holds."""

    class Who(models.TextChoices):
        PUBLIC = "public", "Everybody"
        PARTNERS = "partners", "The town's partners"
        STAFF = "staff", "The town's staff alone"

    shock = models.ForeignKey(Shock, models.CASCADE, related_name="levels")
    who = models.CharField(max_length=8, choices=Who.choices)
    from_on = models.DateField()
    because = EncryptedTextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "shock", "who", "from_on", "because", "by"}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.shock_id}: {self.who} from {self.from_on}"


class ShockTask(models.Model):
    """One step of the plan of a shock: by when, by whom, whether it was done.

    ``owner`` is somebody of the economy desk, whom the desk alone reads by name; without one,
    ``owner_title`` is a role that nobody holds alone, or an office outside.
    """

    shock = models.ForeignKey(Shock, models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    owner_title = models.CharField(max_length=100, blank=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    words = EncryptedTextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "shock",
        "title",
        "owner",
        "owner_title",
        "due_on",
        "done_on",
        "words",
    }

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.title


class ShockAsk(models.Model):
    """What partners were asked for because of a shock: an ask a unit."""

    shock = models.ForeignKey(Shock, models.CASCADE, related_name="asks")
    ask = models.OneToOneField(Ask, models.PROTECT, related_name="of_shock")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "shock", "ask"}

    def __str__(self) -> str:
        return f"{self.shock_id} asks {self.ask_id}"


class ShockDraw(models.Model):
    """What a pledge gives in answer to a shock, and who of its partner agreed."""

    shock = models.ForeignKey(Shock, models.CASCADE, related_name="draws")
    draw = models.OneToOneField(Draw, models.PROTECT, related_name="of_shock")
    agreed = EncryptedTextField()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "shock", "draw", "agreed"}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"draw {self.draw_id} for {self.shock_id}"


class Outcome(models.Model):
    """What came of a shock when its case was closed: of so many people, where they are."""

    shock = models.OneToOneField(Shock, models.CASCADE, related_name="outcome")
    told_of = models.PositiveIntegerField()
    placed = models.PositiveIntegerField()
    without = models.PositiveIntegerField()
    not_known = models.PositiveIntegerField()
    words = EncryptedTextField(blank=True)
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "shock",
        "told_of",
        "placed",
        "without",
        "not_known",
        "words",
        "on",
        "by",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outcomes_add_up",
                condition=Q(told_of=F("placed") + F("without") + F("not_known")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.shock_id}: {self.placed} of {self.told_of}"
