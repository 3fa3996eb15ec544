"""Cases that changed hands at one stroke, so that it can be taken back."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person

from .cases import Case


class CaseMove(models.Model):
    """Several cases that were shared out, handed to a colleague, or given back to the desk by one
    person at one moment."""

    class Kind(models.TextChoices):
        SHARED = "shared", "Shared out"
        HANDED = "handed", "Handed to a colleague"
        BACK = "back", "Given back to the desk"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "kind",
        "made_at",
        "made_by",
        "undone_at",
        "undone_by",
    }

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="undone_moves_name_their_person",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"


class MovedCase(models.Model):
    """One case of a move: whose it was and became (nobody: none), and its state before."""

    move = models.ForeignKey(CaseMove, models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, models.PROTECT, related_name="moves")
    was = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    became = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    was_state = models.CharField(max_length=10, choices=Case.State.choices)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "move", "case", "was", "became", "was_state"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["move", "case"], name="moved_once_a_move")]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.move_id}"
