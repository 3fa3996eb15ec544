"""What of the programme can be looked for on the whole site: actions and metrics."""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.places.searching import Match, Matches, SearchKind, first_of, holding, register

from .models import Action, Metric


def actions(terms: Sequence[str]) -> Matches:
    rows = holding(Action.objects.all(), terms, "title", "milestones__title").distinct()
    return first_of(
        rows.order_by("title", "pk"), lambda action: Match(action.title, action.get_absolute_url())
    )


def metrics(terms: Sequence[str]) -> Matches:
    rows = holding(Metric.objects.all(), terms, "name", "question")
    return first_of(
        rows.order_by("name", "pk"),
        lambda metric: Match(metric.name, metric.get_absolute_url(), metric.question),
    )


register(SearchKind("actions", "Actions", "programme", actions))
register(SearchKind("metrics", "Metrics", "programme", metrics))
