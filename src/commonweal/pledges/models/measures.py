"""What can be promised, and how it is counted."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models

from commonweal.charter.models import Theme
from commonweal.design.bars import written

FIGURE: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_code() -> str:
    """Eight signs that are easy to read out: no 0, O, 1 or I."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


class MeasureKind(models.TextChoices):
    COUNT = "count", "A count of things or people"
    HOURS = "hours", "Hours"
    MONEY = "money", "Pounds"
    SHARE = "share", "A share, in per cent"
    YES_NO = "yes_no", "Done or not done"
    KEEP = "keep", "Keep at or above a level"


class Direction(models.TextChoices):
    UP = "up", "More is better"
    DOWN = "down", "Less is better"


class Measure(models.Model):
    """What is counted: its unit, its direction, how, from where. The town's menu of them."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=8, choices=MeasureKind.choices)
    unit = models.CharField(max_length=60)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    how = models.TextField(blank=True, help_text="How it is counted and from where.")
    evidence_hint = models.CharField(max_length=200, blank=True)
    examples = models.JSONField(
        default=list, help_text="List of {sector, size, text}; either may be empty for any."
    )
    on_menu = models.BooleanField(default=True)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "theme",
        "kind",
        "unit",
        "direction",
        "how",
        "evidence_hint",
        "examples",
        "on_menu",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["theme__order", "name"]

    def __str__(self) -> str:
        return self.name

    def write(self, figure: Decimal | None) -> str:
        """A figure of this measure as people read it, with its unit."""
        return written(figure, self.unit, self.kind)


def plain(figure: Decimal | None) -> str | None:
    """A figure as the ledger writes it: no exponent, no trailing zeros, no nought below
    nought."""
    if figure is None:
        return None
    if not figure:
        return "0"
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
