"""Consultations: what is asked, until when, who decides; and the answers that came."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.pledges.models import new_code

from .voices import Channel, Voice


class Phase(models.TextChoices):
    """Where a consultation stands on a day. It follows from its dates and is stored nowhere."""

    DRAFT = "draft", "Being prepared"
    COMING = "coming", "Opens soon"
    OPEN = "open", "Open"
    CONSIDERING = "considering", "Being considered"
    ANSWERED = "answered", "Answered"


class Consultation(models.Model):
    """Something that a town asks its residents and enterprises before it decides.

    From ``opens_on`` to ``closes_on``, both whole days, anybody can answer; after that the answers
    are considered, until ``answered_on``.
    """

    # What it is
    code = models.CharField(max_length=12, unique=True, default=new_code)
    title = models.CharField(max_length=120)
    about = models.TextField(blank=True, help_text="What it is about, for somebody new to it.")
    can_change = models.TextField(blank=True, help_text="What can still change.")
    cannot_change = models.TextField(blank=True, help_text="What is settled already.")
    who_decides = models.CharField(max_length=200, blank=True)
    takes_proposals = models.BooleanField(default=False)

    # When
    opens_on = models.DateField()
    closes_on = models.DateField()
    decides_on = models.DateField(help_text="By when it will be decided.")

    # How it came here
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    # Where it stands
    published_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True, help_text="What was decided, and why.")
    decided_on = models.DateField(null=True, blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="consultations"
    )
    answered_on = models.DateField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "title",
        "about",
        "can_change",
        "cannot_change",
        "who_decides",
        "takes_proposals",
        "opens_on",
        "closes_on",
        "decides_on",
        "published_on",
        "outcome",
        "decided_on",
        "decision",
        "answered_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "made_on", "made_by"}

    class Meta:
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="consultations_close_after_they_open",
                condition=Q(closes_on__gte=F("opens_on")),
            ),
            models.CheckConstraint(
                name="consultations_are_decided_after_they_close",
                condition=Q(decides_on__gt=F("closes_on"))
                & (Q(decided_on=None) | Q(decided_on__gt=F("closes_on"))),
            ),
            models.CheckConstraint(
                name="public_consultations_say_what_can_change_and_who_decides",
                condition=Q(published_on=None) | (~Q(can_change="") & ~Q(who_decides="")),
            ),
            models.CheckConstraint(
                name="answered_consultations_say_what_was_decided",
                condition=Q(answered_on=None) | (~Q(outcome="") & Q(decided_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/have-your-say/{self.code}/"

    def phase(self, on: date) -> Phase:
        if self.published_on is None:
            return Phase.DRAFT
        if self.answered_on is not None:
            return Phase.ANSWERED
        if on < self.opens_on:
            return Phase.COMING
        return Phase.OPEN if on <= self.closes_on else Phase.CONSIDERING


class AskedQuestion(models.Model):
    """One question of a consultation. ``options`` are the answers to choose from, in order."""

    class Kind(models.TextChoices):
        CHOICE = "choice", "One of several answers"
        CHOICES = "choices", "Any of several answers"
        RATING = "rating", "A mark from 1 to 5"
        RANKING = "ranking", "What comes first, second and third"
        TEXT = "text", "In their own words"

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    words = models.CharField(max_length=300)
    options = models.JSONField(default=list)
    is_needed = models.BooleanField(default=False)

    PUBLIC: ClassVar[set[str]] = {
        "consultation",
        "order",
        "kind",
        "words",
        "options",
        "is_needed",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.words

    @property
    def choices(self) -> list[tuple[int, str]]:
        """What can be picked, by the number that is kept: of a rating the mark itself."""
        if self.kind == self.Kind.RATING:
            ends = {1: "1, the lowest", 5: "5, the highest"}
            return [(mark, ends.get(mark, str(mark))) for mark in range(1, 6)]
        return list(enumerate(self.options))


class Contribution(models.Model):
    """What one person or one enterprise answered to a consultation, once.

    Only the day is kept, not the hour; ``person`` only where they were signed in.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="contributions")
    voice = models.CharField(max_length=10, choices=Voice.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    given_on = models.DateField(default=timezone.localdate)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    age_band = models.CharField(max_length=10, blank=True)
    enterprise = EncryptedTextField(blank=True, help_text="Its name, as it was written.")
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Only what `results` adds up reaches a page.
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "consultation",
        "voice",
        "channel",
        "given_on",
        "area",
        "age_band",
        "enterprise",
        "partner",
        "person",
        "entered_by",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "person"],
                condition=Q(person__isnull=False, voice="resident"),
                name="a_resident_answers_once",
            ),
            models.UniqueConstraint(
                fields=["consultation", "partner"],
                condition=Q(partner__isnull=False),
                name="an_enterprise_answers_once",
            ),
            models.CheckConstraint(
                name="what_came_otherwise_was_entered_by_somebody",
                condition=Q(channel="online") | Q(entered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"contribution {self.pk} to {self.consultation_id}"


class GivenAnswer(models.Model):
    """The answer of one contribution to one question: what was picked, or words."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="answers")
    question = models.ForeignKey(AskedQuestion, models.PROTECT, related_name="answers")
    picked: Any = models.JSONField(default=list)
    words = EncryptedTextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "contribution", "question", "picked", "words"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "question"], name="one_answer_a_question"
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk} to {self.question_id}"
