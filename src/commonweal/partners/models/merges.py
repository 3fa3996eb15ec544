"""Two entries that are one organisation, or that look like one and are two."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .partners import Partner


class Merge(models.Model):
    """Two entries in the register were found to be one organisation: one stays, one is gone.

    The journal says what changed by it (see `merging.Journal`), so that undoing takes back that
    and nothing else.
    """

    kept = models.ForeignKey(Partner, models.PROTECT, related_name="merges_kept")
    gone = models.ForeignKey(Partner, models.PROTECT, related_name="merges_gone")
    because = EncryptedTextField()
    journal = EncryptedTextField()
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_because = EncryptedTextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "kept",
        "gone",
        "because",
        "journal",
        "merged_at",
        "merged_by",
        "undone_at",
        "undone_by",
        "undone_because",
    }

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="no_partner_is_merged_with_itself", condition=~Q(kept=F("gone"))
            ),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at=None), name="a_partner_is_merged_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class Different(models.Model):
    """Two entries that look alike are two organisations, said by the charter manager. They are
    not offered again. The pair is in the order of their numbers."""

    one = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    other = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "one", "other", "decided_at", "decided_by"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], name="each_pair_of_partners_is_decided_once"
            ),
            models.CheckConstraint(
                name="pairs_of_partners_are_in_order", condition=Q(one__lt=F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"
