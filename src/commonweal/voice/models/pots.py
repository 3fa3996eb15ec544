"""Money of a round that is counted by itself: that of an area, or of the whole town."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonweal.places.models import Area

from .rounds import Round


class Pot(models.Model):
    """A part of a round's money. A round without any is one pot, open to all of its projects.

    Projects ask for the pot of their area, those of no area for that of the whole town.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="pots")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: the town."
    )
    budget = models.DecimalField(max_digits=14, decimal_places=2, help_text="In pounds.")
    ballot_file = models.TextField(
        blank=True, help_text="Every ballot of it, in Pabulib's format; empty where too few came."
    )

    PUBLIC: ClassVar[set[str]] = {"round", "area", "budget", "ballot_file"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="pots_hold_money", condition=Q(budget__gt=0)),
            models.UniqueConstraint(fields=["round", "area"], name="one_pot_an_area"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(area=None), name="one_pot_for_the_town"
            ),
        ]

    def __str__(self) -> str:
        return self.area.name if self.area else "The whole town"

    @property
    def code(self) -> str:
        """What it is called in files and addresses."""
        return self.area.code if self.area else "whole-town"
