"""Who follows what by mail."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.office.fields import EncryptedTextField


class Follow(models.Model):
    """One address follows one thing. Ended, the row is gone, and the address with it.

    ``told_until`` is the moment up to which its news were told. Nothing is sent before
    ``confirmed_at`` but the letter that asks for it.
    """

    class Pace(models.TextChoices):
        WEEKLY = "weekly", "At most once a week"
        AT_ONCE = "at_once", "As soon as there is news"

    # What the key in its addresses is made of
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    # Who, and what
    email = EncryptedTextField()
    email_digest = models.CharField(max_length=64, db_index=True, help_text="A keyed hash.")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    pace = models.CharField(max_length=7, choices=Pace.choices, default=Pace.WEEKLY)

    # How it stands
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "email",
        "email_digest",
        "kind",
        "key",
        "pace",
        "asked_at",
        "confirmed_at",
        "told_until",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_digest", "kind", "key"], name="an_address_follows_a_thing_once"
            ),
            models.CheckConstraint(
                name="what_is_confirmed_is_told_from_then_on",
                condition=models.Q(confirmed_at=None, told_until=None)
                | models.Q(confirmed_at__isnull=False, told_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"follow {self.pk} of {self.kind}"
