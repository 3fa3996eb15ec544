"""Alarms: a day on which unusually many asked for help."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.fields import EncryptedTextField
from commonweal.accounts.models import Person
from commonweal.programme.models import Risk

from .volunteers import Ask


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
        "id", "kind", "key", "name", "rule", "on", "expected", "upper", "seen", "raised_at",
        "ask", "risk", "closed_at", "closed_by", "closed_because",
    }  # fmt: skip

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "rule", "on"], name="one_alarm_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.on}"
