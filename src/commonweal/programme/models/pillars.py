"""What actions are grouped by: pillars and workstreams."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Pillar(models.Model):
    """A part of what community wealth building means to this town."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    PUBLIC: ClassVar[set[str]] = {"code", "name", "description", "order"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Workstream(models.Model):
    """A group of actions that one person leads."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    lead_title = models.CharField(max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=60, blank=True)

    PUBLIC: ClassVar[set[str]] = {"code", "name", "description", "lead_title", "order", "source"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name
