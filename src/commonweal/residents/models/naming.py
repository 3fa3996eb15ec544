"""Words that look like somebody's, let out by a person who said whose they are."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField


class Excused(models.Model):
    """Some words in one thing that goes out: they look like a name or an address, and a person
    said that they are a firm's, a street's or a public place's. Never changed."""

    outlet = models.CharField(max_length=20, help_text="ask, task, referral …")
    code = models.CharField(max_length=40, help_text="Which ask, task or referral.")
    words = EncryptedTextField(help_text="As they were typed, one a line.")
    because = EncryptedTextField(help_text="Whose they are.")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "outlet", "code", "words", "because", "by", "at"}

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["outlet", "code"], name="excused_by_thing")]

    def __str__(self) -> str:
        return f"{self.outlet} {self.code}"
