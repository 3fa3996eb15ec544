"""You asked, we said, we did: what accepted proposals lead to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.asks.models import Ask
from commonweal.pledges.models import Pledge
from commonweal.programme.models import Action

from .proposals import Proposal


class Tie(models.Model):
    """What is done about an accepted proposal: an action, an ask or a pledge, one of them."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="ties")
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="proposals_tied"
    )
    ask = models.ForeignKey(
        Ask, models.PROTECT, null=True, blank=True, related_name="proposals_tied"
    )
    pledge = models.ForeignKey(
        Pledge, models.PROTECT, null=True, blank=True, related_name="proposals_tied"
    )
    tied_on = models.DateField(default=timezone.localdate)
    tied_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True, help_text="When it was first seen as done.")

    PUBLIC: ClassVar[set[str]] = {"proposal", "action", "ask", "pledge", "tied_on", "done_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "tied_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="a_tie_leads_to_one_thing",
                condition=Q(action__isnull=False, ask=None, pledge=None)
                | Q(action=None, ask__isnull=False, pledge=None)
                | Q(action=None, ask=None, pledge__isnull=False),
            ),
            models.UniqueConstraint(fields=["proposal", "action"], name="an_action_is_tied_once"),
            models.UniqueConstraint(fields=["proposal", "ask"], name="an_ask_is_tied_once"),
            models.UniqueConstraint(fields=["proposal", "pledge"], name="a_pledge_is_tied_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} leads to {self.thing}"

    @property
    def thing(self) -> Action | Ask | Pledge:
        """What it leads to."""
        thing = self.action or self.ask or self.pledge
        assert thing is not None, "the constraint says so"
        return thing

    @property
    def address(self) -> str:
        return self.thing.get_absolute_url()
