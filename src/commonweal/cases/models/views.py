"""What somebody chose from the queue, kept to be chosen again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField


class QueueView(models.Model):
    """A choice from the queue under a name of its own, of one person and for them alone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = EncryptedTextField(help_text="In their own words, which may name somebody.")
    query = models.CharField(max_length=300, help_text="Codes, as they stand in the address.")
    made_at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "name", "query", "made_at"}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"view of {self.person_id}"
