"""Asks that partners' pledges answer, draws on those pledges, and the alarms that draft an ask."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases.models import Need
from commonweal.charter.models import Theme
from commonweal.office.fields import EncryptedTextField
from commonweal.places.models import Area
from commonweal.pledges.models import FIGURE, Pledge
from commonweal.programme.models import Risk
from commonweal.residents.models.people import new_reference
from commonweal.services.models import HelpType


def new_ask_code() -> str:
    return new_reference("A")


class Ask(models.Model):
    """A need published for partners to answer: so many of something, by when."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    code = models.CharField(max_length=20, unique=True, default=new_ask_code)
    title = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    quantity = models.DecimalField(**FIGURE)
    unit = models.CharField(max_length=40)
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="asks")
    help_type = models.ForeignKey(
        HelpType, models.PROTECT, null=True, blank=True, related_name="asks"
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="asks")
    needed_by = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    published_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "title",
        "words",
        "quantity",
        "unit",
        "theme",
        "help_type",
        "area",
        "needed_by",
        "state",
        "published_on",
        "closed_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "made_by"}

    class Meta:
        ordering = ["-published_on", "-id"]
        constraints = [
            models.CheckConstraint(name="asks_ask_for_something", condition=Q(quantity__gt=0))
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/help/asks/{self.code}/"


class Answer(models.Model):
    """A pledge answers an ask with so much of what it promises."""

    ask = models.ForeignKey(Ask, models.PROTECT, related_name="answers")
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="answers")
    quantity = models.DecimalField(**FIGURE)
    answered_on = models.DateField(default=timezone.localdate)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entry_seq = models.PositiveIntegerField(help_text="The entry in the pledge's ledger.")

    PUBLIC: ClassVar[set[str]] = {"ask", "pledge", "quantity", "answered_on", "entry_seq"}
    PRIVATE: ClassVar[set[str]] = {"id", "answered_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ask", "pledge"], name="a_pledge_answers_once"),
            models.CheckConstraint(name="answers_offer_something", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id} answers {self.ask_id}"


class Draw(models.Model):
    """Use of what a pledge offered: an entry in its ledger."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="draws")
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="draws")
    quantity = models.DecimalField(**FIGURE)
    drawn_on = models.DateField(default=timezone.localdate)
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entry_seq = models.PositiveIntegerField()

    # That a draw was made is public through the ledger; for which need is nobody's business.
    PUBLIC: ClassVar[set[str]] = {"answer", "quantity", "drawn_on", "entry_seq"}
    PRIVATE: ClassVar[set[str]] = {"id", "need", "drawn_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="draws_use_something", condition=Q(quantity__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.answer_id}"


class Alarm(models.Model):
    """One series rose above its bound on one day: expected, upper bound, seen."""

    class Rule(models.TextChoices):
        SPIKE = "ears_c2", "A jump within days (EARS C2)"
        RISE = "cusum", "A lasting rise (CUSUM)"

    kind = models.CharField(max_length=10, help_text="all, need, area or channel")
    key = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    rule = models.CharField(max_length=8, choices=Rule.choices)
    on = models.DateField()
    expected = models.FloatField()
    upper = models.FloatField()
    seen = models.PositiveIntegerField()
    raised_at = models.DateTimeField(default=timezone.now)
    ask = models.ForeignKey(Ask, models.SET_NULL, null=True, related_name="alarms")
    risk = models.ForeignKey(Risk, models.SET_NULL, null=True, related_name="alarms")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_because = EncryptedTextField(blank=True)

    # Small counts of small areas: for the desk.
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "kind",
        "key",
        "name",
        "rule",
        "on",
        "expected",
        "upper",
        "seen",
        "raised_at",
        "ask",
        "risk",
        "closed_at",
        "closed_by",
        "closed_because",
    }

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "rule", "on"], name="one_alarm_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.on}"

    @property
    def in_words(self) -> str:
        """What is unusual, for whoever works at the desk."""
        rule = "It jumped within days" if self.rule == self.Rule.SPIKE else "It rose and stays up"
        return f"{self.seen} counted; usual is about {self.expected:.0f}. {rule}."

    @property
    def why(self) -> str:
        """By which numbers and which rule, for whoever asks why."""
        return (
            f"{self.expected:.1f} expected, up to {self.upper:.1f} nothing unusual. "
            f"{self.get_rule_display()}."
        )
