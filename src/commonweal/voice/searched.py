"""What of having a say can be looked for on the whole site."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from commonweal.places.searching import Match, Matches, SearchKind, first_of, holding, register

from .consultations import access
from .models import Proposal, Round, Visibility


def consultations(terms: Sequence[str]) -> Matches:
    rows = holding(access.public().order_by("-opens_on", "pk"), terms, "title")
    return first_of(
        rows, lambda consultation: Match(consultation.title, consultation.get_absolute_url())
    )


def proposals(terms: Sequence[str]) -> Matches:
    """Only those that are shown: nothing of what was held back is ever found."""
    rows = holding(
        Proposal.objects.filter(Q(consultation__in=access.public()), visibility=Visibility.SHOWN)
        .select_related("consultation")
        .order_by("-made_on", "pk"),
        terms,
        "title",
    )
    return first_of(
        rows,
        lambda proposal: Match(
            proposal.title, proposal.get_absolute_url(), proposal.consultation.title
        ),
    )


def budgets(terms: Sequence[str]) -> Matches:
    rows = holding(Round.objects.order_by("-pk"), terms, "title")
    return first_of(
        rows, lambda budget_round: Match(budget_round.title, budget_round.get_absolute_url())
    )


register(
    SearchKind(
        "consultations", "Consultations", "voice", consultations, lambda: reverse("have-your-say")
    )
)
register(SearchKind("proposals", "Proposals", "voice", proposals))
register(SearchKind("budgets", "Budget rounds", "voice", budgets, lambda: reverse("budgets")))
