"""Reads that stood out and were explained."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField


class ReadsExplained(models.Model):
    """Why one person's reads of one kind, up to a moment, stood out with good reason: said by the
    data protection officer. What they read later stands out anew."""

    class Why(models.TextChoices):
        NAME = "name", "own surname"
        ADDRESS = "address", "own address"
        GLASS = "glass", "broke the glass"
        BACK = "back", "gave the task back after reading who and where, or was given very many"
        MANY = "many", "read very many"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    why = models.CharField(max_length=8, choices=Why.choices)
    until = models.DateTimeField(help_text="Of the last of these reads.")
    because = EncryptedTextField(help_text="It may name somebody.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "why", "until", "because", "at", "by"}

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.why} of {self.person_id}"
