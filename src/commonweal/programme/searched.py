"""What of the programme can be looked for on the whole site: actions and metrics."""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.places.searching import Match, Matches, SearchKind, first_of, holding, register

from .models import Action, Metric


def actions(terms: Sequence[str]) -> Matches:
    by_title = Action.objects.order_by("title", "pk")
    rows = holding(by_title, terms, "title", "milestones__title")
    return first_of(rows, lambda action: Match(action.title, action.get_absolute_url()))


def metrics(terms: Sequence[str]) -> Matches:
    rows = holding(Metric.objects.order_by("name", "pk"), terms, "name", "question")
    return first_of(
        rows,
        lambda metric: Match(metric.name, metric.get_absolute_url(), metric.question),
    )


register(SearchKind("actions", "Actions", "programme", actions))
register(SearchKind("metrics", "Metrics", "programme", metrics))
