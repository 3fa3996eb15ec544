"""What of the programme can be looked for on the whole site: actions and metrics."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from commonweal.places.search_words import Findable, Match
from commonweal.places.searching import Reading, SearchKind, register

from .models import Action, Metric, Milestone


def actions(_: Any) -> Reading:
    """By their titles, and those of their milestones."""
    milestones: dict[int, list[str]] = defaultdict(list)
    for action, title in Milestone.objects.values_list("action", "title"):
        milestones[action].append(title)
    return Reading(
        Findable(
            action.pk,
            (action.title, *milestones.get(action.pk, ())),
            Match(action.title, action.get_absolute_url()),
            (action.title.casefold(), action.pk),
        )
        for action in Action.objects.only("code", "title")
    )


def metrics(_: Any) -> Reading:
    return Reading(
        Findable(
            metric.pk,
            (metric.name, metric.question),
            Match(metric.name, metric.get_absolute_url(), metric.question),
            (metric.name.casefold(), metric.pk),
        )
        for metric in Metric.objects.only("code", "name", "question")
    )


register(SearchKind("actions", "Actions", "programme", actions))
register(SearchKind("metrics", "Metrics", "programme", metrics))
