"""What stood in a field of a case, or of one of its needs, before it was changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commonweal.residents.models.changes import FieldChange

from .cases import Case, Need


class CaseChange(FieldChange):
    """A field of a case was changed, or of the need that is named."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="changes")
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="changes")

    PRIVATE: ClassVar[set[str]] = {*FieldChange.PRIVATE, "case", "need"}

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["at"], name="changes_of_cases_by_moment")]
