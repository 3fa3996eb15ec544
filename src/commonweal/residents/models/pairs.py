"""Two records that are perhaps one person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person

from .people import Resident


class PerhapsSame(models.Model):
    """Two records are perhaps one person, one of them restricted: for named colleagues to decide.

    Written by the machine, or by a handler's choice; whoever took the call doesn't see it. Until
    it is decided, both records are kept from everybody whom the restricted one is kept from.
    """

    one = models.ForeignKey(Resident, models.CASCADE, related_name="+", help_text="The newer.")
    other = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)
    chosen_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="Empty: the machine."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_same = models.BooleanField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "one",
        "other",
        "joined_at",
        "chosen_by",
        "decided_at",
        "is_same",
    }

    class Meta:
        ordering = ["-joined_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="joined_once"),
            models.CheckConstraint(
                name="nobody_is_perhaps_themselves", condition=~Q(one=F("other"))
            ),
            models.CheckConstraint(
                name="decided_pairs_say_how",
                condition=Q(decided_at=None, is_same=None)
                | Q(decided_at__isnull=False, is_same__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is perhaps {self.other_id}"

    @classmethod
    def move(cls, *, gone: Resident, kept: Resident) -> None:
        """One record went into another: what was joined to it is joined to the one that stays."""
        undecided = cls.objects.filter(decided_at=None)
        for pair in undecided.filter(one=gone).exclude(other=kept):
            cls.objects.get_or_create(
                one=kept, other=pair.other, defaults={"chosen_by": pair.chosen_by}
            )
        for pair in undecided.filter(other=gone).exclude(one=kept):
            cls.objects.get_or_create(
                one=pair.one, other=kept, defaults={"chosen_by": pair.chosen_by}
            )

    @classmethod
    def decide(cls, first: Resident, second: Resident, *, is_same: bool) -> None:
        """A person said whether two records are one: what was joined of them is decided by it."""
        pair = [first.pk, second.pk]
        cls.objects.filter(one__in=pair, other__in=pair, decided_at=None).update(
            decided_at=timezone.now(), is_same=is_same
        )
