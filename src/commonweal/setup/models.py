"""Which version of the product brought this database up to date, and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Edition(models.Model):
    """A version of the product that made this database or brought it up to date."""

    product = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "product", "at"}

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.product
