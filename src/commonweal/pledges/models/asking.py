"""What is not in the register yet: a draft of a promise, a question that waits."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner

from .entries import Entry
from .promises import Pledge


class Draft(models.Model):
    """A pledge that somebody is still writing: what they typed, step by step."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="drafts")
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    pledge = models.ForeignKey(
        Pledge, models.CASCADE, null=True, help_text="The returned pledge being written again."
    )
    saved_at = models.DateTimeField(auto_now=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "partner",
        "by",
        "answers",
        "pledge",
        "saved_at",
    }

    def __str__(self) -> str:
        return f"draft of {self.partner_id}"


class Question(models.Model):
    """What somebody outside asked of a pledge, before it is let into the public ledger.

    The charter manager lets it in or refuses it with a reason; refusals are counted in public.
    """

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="questions")
    words = models.TextField()
    asker_email = EncryptedTextField(blank=True)
    asked_on = models.DateField()
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")
    refused_because = models.CharField(max_length=300, blank=True)
    refused_on = models.DateField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "pledge",
        "words",
        "asker_email",
        "asked_on",
        "entry",
        "refused_because",
        "refused_on",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="refused_questions_say_why",
                condition=Q(refused_on=None) | ~Q(refused_because=""),
            )
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"
