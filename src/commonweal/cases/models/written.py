"""What was written to somebody about a case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField


class Written(models.Model):
    """One text message, e-mail or letter to the resident of a case; not a letter, but the others
    also as one of many.

    What is sent waits until a moment that is safe, is looked at again when it goes out, and is
    stopped when they must no longer be reached so. A letter is printed from the case, which asks
    then whether it may be posted.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a safe hour"
        HANDED = "handed", "Given to the sender"
        STOPPED = "stopped", "Not sent"

    case = models.ForeignKey("Case", models.PROTECT, related_name="written")
    way = models.CharField(
        max_length=5, choices=[("text", "Text message"), ("email", "E-mail"), ("post", "Letter")]
    )
    subject = models.CharField(max_length=120, blank=True, help_text="Never names a person.")
    words = EncryptedTextField(blank=True)
    to = EncryptedTextField(blank=True, help_text="The number or address it goes to.")
    bulk = models.ForeignKey(
        "BulkText", models.PROTECT, null=True, blank=True, related_name="written"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(default=timezone.now)
    why_stopped = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    PERSONAL: ClassVar[tuple[str, ...]] = ("words", "to")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "case",
        "way",
        "subject",
        *PERSONAL,
        "bulk",
        "state",
        "not_before",
        "why_stopped",
        "at",
        "by",
    }

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="written_held")
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.at:%Y-%m-%d}"
