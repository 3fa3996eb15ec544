"""Contracts of anchors."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from .releases import MONEY, Anchor


class Contract(models.Model):
    """One contract of an anchor's published register: with whom, for what, until when."""

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="contracts")
    reference = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    supplier = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    value_gbp = models.DecimalField(**MONEY, null=True)
    file_name = models.CharField(max_length=200)
    line = models.IntegerField()
    source_url = models.URLField(blank=True, max_length=500)
    read_on = models.DateField(default=timezone.localdate)

    PUBLIC: ClassVar[set[str]] = {
        "anchor",
        "reference",
        "title",
        "supplier",
        "starts_on",
        "ends_on",
        "value_gbp",
        "file_name",
        "line",
        "source_url",
        "read_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["ends_on", "title"]

    def __str__(self) -> str:
        return self.title
