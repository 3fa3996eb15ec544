"""Named colleagues: who stands for which restricted kind, when they are on, what rings them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.places.helplines import abuse_line
from commonweal.places.models import Town
from commonweal.services.models import HelpType

from .cases import Case

NEXT = (
    "A named colleague has this case now, or is being rung. They get in touch in the way that the "
    "caller said is safe. Nobody else at the desk finds the caller by searching."
)


def first_numbers() -> str:
    """What a handler reads until the town sets its own: the line of its nation."""
    town = Town.objects.first()
    return abuse_line(town.ons_code if town else "").in_words


class Safeguard(models.Model):
    """How one restricted kind of help is answered: how soon, and what a handler is told."""

    help_type = models.OneToOneField(HelpType, models.CASCADE, related_name="safeguard")
    open_within = models.PositiveSmallIntegerField(
        default=15, help_text="Minutes until the alarm rings again, if nobody opened the case."
    )
    numbers = models.TextField(default=first_numbers, help_text="Emergency numbers, one a line.")
    what_next = models.TextField(default=NEXT)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "help_type", "open_within", "numbers", "what_next"}

    def __str__(self) -> str:
        return f"safeguard of {self.help_type_id}"


class AlarmNumber(models.Model):
    """The telephone to which alarms are texted, of a named colleague or a desk manager."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="alarm_number")
    number = EncryptedTextField()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "number"}

    def __str__(self) -> str:
        return f"number of {self.person_id}"


class Duty(models.Model):
    """One line of the rota: a named colleague is on, each week on this day, from when to when.

    An end at or before the start lies on the next day, so that a night is one line.
    """

    class Day(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    person = models.ForeignKey(Person, models.PROTECT, related_name="duties")
    weekday = models.PositiveSmallIntegerField(choices=Day.choices)
    starts = models.TimeField()
    ends = models.TimeField()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "weekday", "starts", "ends"}

    class Meta:
        ordering = ["weekday", "starts", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "weekday", "starts"], name="each_duty_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M} to {self.ends:%H:%M}"


class StandIn(models.Model):
    """A named colleague is on, or away, until a moment, whatever the weekly rota says."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="stand_ins")
    is_on = models.BooleanField()
    until = models.DateTimeField()
    said_at = models.DateTimeField(default=timezone.now)
    said_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "is_on", "until", "said_at", "said_by"}

    class Meta:
        ordering = ["-said_at", "-id"]

    def __str__(self) -> str:
        return f"{'on' if self.is_on else 'away'} until {self.until:%Y-%m-%d %H:%M}"


class CaseAlarm(models.Model):
    """Named colleagues and desk managers are told of a restricted case until one opens it.

    ``rounds`` counts how often everybody was told; ``due_at`` is when it rings next.
    """

    class Cause(models.TextChoices):
        GIVEN = "given", "A case waits to be opened"
        NOBODY = "nobody", "Nobody named is on duty"
        AGAIN = "again", "Somebody got in touch again"
        ADDED = "added", "Something was added to a case"

    case = models.ForeignKey(Case, models.PROTECT, related_name="case_alarms")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    raised_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    rounds = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "case",
        "cause",
        "raised_at",
        "due_at",
        "rounds",
        "opened_at",
        "opened_by",
    }

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "cause"],
                condition=Q(opened_at=None),
                name="one_ringing_alarm_a_cause",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(opened_at=None), name="alarms_that_ring")
        ]

    def __str__(self) -> str:
        return f"{self.cause} for {self.case_id}"


def safeguard_of(kind: HelpType) -> Safeguard:
    """What a town set for a restricted kind, or what holds where it set nothing."""
    return Safeguard.objects.filter(help_type=kind).first() or Safeguard(help_type=kind)
