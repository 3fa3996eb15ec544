"""What of having a say can be looked for on the whole site."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal.places.search_words import Findable, Match
from commonweal.places.searching import Reading, SearchKind, register

from .consultations import access
from .models import Proposal, Round, Visibility


def consultations(_: Any) -> Reading:
    return Reading(
        Findable(
            consultation.pk,
            (consultation.title,),
            Match(consultation.title, consultation.get_absolute_url()),
            (-consultation.opens_on.toordinal(), consultation.pk),
        )
        for consultation in access.public()
    )


def proposals(_: Any) -> Reading:
    """Only those that are shown: nothing of what was held back is ever found."""
    rows = Proposal.objects.filter(
        consultation__in=access.public(), visibility=Visibility.SHOWN
    ).select_related("consultation")
    return Reading(
        Findable(
            proposal.pk,
            (proposal.title,),
            Match(proposal.title, proposal.get_absolute_url(), proposal.consultation.title),
            (-proposal.made_on.toordinal(), proposal.pk),
        )
        for proposal in rows
    )


def budgets(_: Any) -> Reading:
    return Reading(
        Findable(
            budget_round.pk,
            (budget_round.title,),
            Match(budget_round.title, budget_round.get_absolute_url()),
            (-budget_round.pk,),
        )
        for budget_round in Round.objects.all()
    )


register(
    SearchKind(
        "consultations", "Consultations", "voice", consultations, lambda: reverse("have-your-say")
    )
)
register(SearchKind("proposals", "Proposals", "voice", proposals))
register(SearchKind("budgets", "Budget rounds", "voice", budgets, lambda: reverse("budgets")))
