"""The town whose installation this is, and its areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.office.fixed_queries import FixedQuery

from . import helplines


@dataclass(frozen=True)
class Rules:
    """The days and months that a town sets. Standing takes them as they are today.

    ``edition`` is that of the rules of standing themselves: books closed by an earlier one are
    proved by it. 2 (26 November 2026): a lowered target that is reached is not *met*. 3
    (28 November 2026): what was to be kept at or above, and was for a day before its date, is not
    *not met*.
    """

    due_soon_days: int = 30
    lapse_days: int = 365
    evidence_dead_days: int = 30
    edition: int = 3


def first_helplines() -> list[dict[str, str]]:
    return [dict(line) for line in helplines.FIRST]


def days(
    default: int, help_text: str, *, least: int = 1
) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(
        default=default,
        help_text=help_text,
        validators=[MinValueValidator(least), MaxValueValidator(3650)],
    )


class Compliance(models.TextChoices):
    """How far the site meets WCAG 2.2 AA, in the words of the regulations of 2018."""

    FULL = "full", "Fully compliant"
    PARTIAL = "partial", "Partially compliant"
    NONE = "none", "Not compliant"


class Town(models.Model):
    """The one town of this installation: its name, its look and the days that its rules use."""

    name = models.CharField(max_length=100)
    ons_code = models.CharField(max_length=9, blank=True)
    service_name = models.CharField(max_length=100, default="Town charter")
    strapline = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    council_name = models.CharField(max_length=120, blank=True)
    help_phone = models.CharField(max_length=40, blank=True)
    help_hours = models.CharField(max_length=80, blank=True)
    # Where a letter about a reviewed grant points: whom one asks outside the council
    ombudsman_name = models.CharField(
        max_length=120, default="Local Government and Social Care Ombudsman"
    )
    ombudsman_contact = models.CharField(
        max_length=300,
        default="PO Box 4771, Coventry CV4 0EH, telephone 0300 061 0614, www.lgo.org.uk",
    )
    helplines = models.JSONField(
        default=first_helplines, blank=True, help_text="List of {name, number, words}."
    )
    is_fictional = models.BooleanField(default=False)

    # How it looks
    brand_colour = models.CharField(max_length=7, default="#1d5c5c")
    link_colour = models.CharField(max_length=7, default="#0b5c8a")
    tint_colour = models.CharField(max_length=7, default="#eef5f2")
    # Of the bytes of its logo; empty where it has none
    logo_digest = models.CharField(max_length=16, blank=True)

    # What its notices on privacy and accessibility say; see `notices`
    controller = models.CharField(
        max_length=300, blank=True, help_text="Who answers for people's data, with an address."
    )
    data_protection_officer = models.CharField(
        max_length=300, blank=True, help_text="Who that is, and how to reach them."
    )
    privacy_contact = models.CharField(
        max_length=300, blank=True, help_text="Where one asks what is kept about oneself."
    )
    retention_words = models.CharField(
        max_length=2000, blank=True, help_text="How long what is kept about people is kept."
    )
    help_desk_words = models.CharField(
        max_length=2000, blank=True, help_text="What the help desk keeps about people, and why."
    )
    accessibility_status = models.CharField(
        max_length=8, blank=True, choices=Compliance.choices, help_text="Against WCAG 2.2 AA."
    )
    accessibility_gaps = models.CharField(
        max_length=2000, blank=True, help_text="What is not accessible, and why."
    )
    accessibility_contact = models.CharField(
        max_length=300, blank=True, help_text="Where one says that something is not accessible."
    )
    accessibility_checked_on = models.DateField(
        null=True, blank=True, help_text="The day on which the statement was prepared."
    )

    # What its rules count
    # At least eight, so that an outage of seven days can't swallow the reminder.
    due_soon_days = days(30, "A pledge is due soon this many days before its date.", least=8)
    lapse_days = days(365, "Overdue for longer than this, a pledge has lapsed.")
    evidence_dead_days = days(30, "Evidence that can't be reached for this long is unavailable.")
    reply_days = days(14, "An adverse review is held this long for the partner's reply.")
    answer_days = days(14, "A question is shown as unanswered after this long.")
    cycle_months = days(6, "A partner reports at least once in this many months.")
    evidence_max_mb = days(10, "The largest file of evidence, in megabytes.")
    # The days by which standings are counted until new ones have been counted by: see `rules`
    counted_by = models.JSONField(null=True, blank=True, editable=False)

    PUBLIC: ClassVar[set[str]] = {
        "name",
        "ons_code",
        "service_name",
        "strapline",
        "contact_email",
        "contact_phone",
        "council_name",
        "help_phone",
        "help_hours",
        "ombudsman_name",
        "ombudsman_contact",
        "helplines",
        "is_fictional",
        "brand_colour",
        "link_colour",
        "tint_colour",
        "logo_digest",
        "controller",
        "data_protection_officer",
        "privacy_contact",
        "retention_words",
        "help_desk_words",
        "accessibility_status",
        "accessibility_gaps",
        "accessibility_contact",
        "accessibility_checked_on",
        "due_soon_days",
        "lapse_days",
        "evidence_dead_days",
        "reply_days",
        "answer_days",
        "cycle_months",
        "evidence_max_mb",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "counted_by"}
    # The days by which standings are counted
    COUNTED: ClassVar[set[str]] = {"due_soon_days", "lapse_days", "evidence_dead_days"}

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_town", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> Rules:
        """The days that are in force. New ones are from when all is counted by them, so that no
        two standings are ever of different days."""
        return self.new_rules if self.counted_by is None else Rules(*self.counted_by)

    @property
    def new_rules(self) -> Rules:
        """The days that are set, whether or not they are in force yet."""
        return Rules(self.due_soon_days, self.lapse_days, self.evidence_dead_days)

    @property
    def framed(self) -> Framed:
        return Framed(*(getattr(self, name) for name in Framed._fields))

    @property
    def colours_mark(self) -> str:
        """Behind the address of its colours, so that new ones are asked for at once."""
        return f"{self.brand_colour}{self.link_colour}{self.tint_colour}".replace("#", "-")[1:]


class Framed(NamedTuple):
    """What the frame of every page shows of the town: two of the same draw the same frame."""

    name: str
    service_name: str
    strapline: str
    logo_digest: str
    is_fictional: bool
    help_phone: str
    help_hours: str
    contact_email: str
    contact_phone: str


THE_TOWN = FixedQuery(lambda: Town.objects.order_by("pk")[:1])


def the_town() -> Town:
    """The town; an unsaved one with the usual days before `./commonweal init` has run."""
    return THE_TOWN.first() or Town(name="A town without a name yet")


def name_of_the_town() -> str:
    """What the town is called; "" before `./commonweal init` has run."""
    return Town.objects.values_list("name", flat=True).first() or ""


class Logo(models.Model):
    """The town's picture, as it stands in the head of every page: a PNG drawn anew."""

    picture = models.BinaryField()

    PUBLIC: ClassVar[set[str]] = {"picture"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_logo", condition=Q(id=1))]

    def __str__(self) -> str:
        return "The town's logo"


class Room(models.Model):
    """A part of the product that the town switched. One without a row is on."""

    code = models.SlugField(max_length=20, unique=True)
    is_on = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = {"code", "is_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "changed_at"}

    def __str__(self) -> str:
        return self.code


class Former(models.Model):
    """What a row was before it was changed, so that an earlier day can be read; see `formerly`.

    Only of what is public. Never rewritten."""

    kind = models.CharField(max_length=60)
    code = models.CharField(max_length=80)
    changed_on = models.DateField(default=timezone.localdate)
    was = models.JSONField(null=True, help_text="What changed, as it was; null: it was not there.")

    PUBLIC: ClassVar[set[str]] = {"kind", "code", "changed_on", "was"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "changed_on"], name="former_by_kind_and_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} until {self.changed_on}"


class Area(models.Model):
    """A ward or neighbourhood, by its ONS code and the year of its boundaries."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    ons_code = models.CharField(max_length=9, blank=True)
    boundaries_year = models.PositiveSmallIntegerField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = {"code", "name", "ons_code", "boundaries_year"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
