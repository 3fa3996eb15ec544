"""Calls that are owed to a resident, and calls that were made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .cases import Case


class Purpose(models.TextChoices):
    FIRST = "first", "First call"
    SECOND = "second", "Second call"
    FOLLOW_UP = "follow_up", "Follow-up"


class Callback(models.Model):
    """A call that is owed: for which request, by when, how often it was tried."""

    class Ending(models.TextChoices):
        REACHED = "reached", "They were reached"
        ATTEMPTS = "attempts", "The attempts are spent"
        CLOSED = "closed", "The case was closed"
        DIED = "died", "Reported dead"
        NOT_MADE = "not_made", "Somebody decided not to make it"

    case = models.ForeignKey(Case, models.PROTECT, related_name="callbacks")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    due_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[("due", "Due"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="due",
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    because = EncryptedTextField(blank=True, help_text="Why a person does not make it, whole.")
    not_made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="Who decided that."
    )

    PERSONAL: ClassVar[tuple[str, ...]] = ("because",)
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "case",
        "purpose",
        "due_at",
        "state",
        "attempts",
        "tried_at",
        "assigned_to",
        "ending",
        "not_made_by",
        *PERSONAL,
    }

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "purpose"], condition=Q(state="due"), name="one_call_owed_a_purpose"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="due"), name="calls_that_are_due"),
            models.Index(
                fields=["assigned_to", "due_at"], condition=Q(state="due"), name="calls_of_somebody"
            ),
        ]

    @property
    def tried(self) -> str:
        """How often it was tried, as the end of a sentence."""
        many = "" if self.attempts == 1 else "s"
        return f", {self.attempts} attempt{many} so far" if self.attempts else ""

    def __str__(self) -> str:
        return f"{self.purpose} for {self.case}"


class Call(models.Model):
    """One call, in or out, with its outcome. Attempts are counted from outcomes."""

    class Outcome(models.TextChoices):
        SPOKE = "spoke", "Spoke to them"
        NO_ANSWER = "no_answer", "No answer"
        VOICEMAIL = "voicemail", "Left no details on the voicemail"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        REFUSED = "refused", "Did not want to talk"
        LATER = "later", "Asked to be rung at another time"
        UNSAFE = "unsafe", "Not safe to talk"
        DEAD = "dead", "Was told that they have died"

    case = models.ForeignKey(Case, models.PROTECT, related_name="calls")
    callback = models.ForeignKey(Callback, models.PROTECT, null=True, related_name="calls")
    direction = models.CharField(max_length=3, choices=[("in", "In"), ("out", "Out")])
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    words = EncryptedTextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "case",
        "callback",
        "direction",
        "outcome",
        "words",
        "minutes",
        "at",
        "by",
    }

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"
