"""Recommendations with their responses, as JSON."""

from __future__ import annotations

from typing import Any

from commonweal.design.lengths import heading, kept_whole
from commonweal.office.errors import Refused
from localwealth.tables import apart

from .wanted import BadAction, WantedAction, WantedMilestone

# What they say of an action: of days, owners and pillars they say nothing.
TOLD = frozenset({"title", "description", "workstream", "decision", "milestones"})
RESPONSES = {"true": "Accepted", "partial": "Accepted in part", "false": "Not accepted"}


def read_recommendations(
    content: bytes,
) -> tuple[list[WantedAction], list[tuple[int, str]], dict[str, str]]:
    """Categories become workstreams, recommendations actions, responses decisions.

    A recommendation that its source calls implemented in part has a first milestone done and a
    second one open; no day is known for either, and none is made up.
    """
    try:
        report = apart.run("json", content)
        categories, name = report["categories"], str(report["name"])
    except (ValueError, KeyError, TypeError):
        raise Refused(
            "This JSON has no recommendations: it needs “name” and “categories”, each category "
            "with “name” and “recommendations”."
        ) from None
    actions: list[WantedAction] = []
    rejected: list[tuple[int, str]] = []
    decisions: dict[str, str] = {}
    number = 0
    for category in categories:
        for recommendation in category.get("recommendations", []):
            number += 1
            try:
                wanted = _recommendation(number, recommendation, category)
            except BadAction as bad:
                rejected.append((number, str(bad)))
                continue
            if wanted.decided:
                decisions[wanted.decided] = heading(f"{wanted.decided}: {name}", 200)
            actions.append(wanted)
    return actions, rejected, decisions


def _recommendation(
    number: int, recommendation: dict[str, Any], category: dict[str, Any]
) -> WantedAction:
    key, text = (
        str(recommendation.get("id", "")),
        str(recommendation.get("recommendation", "")).strip(),
    )
    if not key or not text:
        raise BadAction("it has no id or no text")
    done = str(recommendation.get("implemented", "")).lower()
    if done not in RESPONSES:
        raise BadAction(f"“implemented” is {done!r}; it must be true, partial or false")
    accepted = str(recommendation.get("accepted", "")).lower()
    if accepted not in RESPONSES:
        raise BadAction(f"“accepted” is {accepted!r}; it must be true, partial or false")
    notes = str(recommendation.get("notes") or "").strip()
    return WantedAction(
        number,
        kept_whole(key, 120, "id", BadAction),
        heading(f"Recommendation {key}: {text}", 300),
        text + (f"\n\nThe source notes: {notes}" if notes else ""),
        kept_whole(str(category.get("name", "")), 160, "category's name", BadAction),
        str(category.get("description", "")),
        decided=RESPONSES[accepted],
        told=TOLD,
        steps=[
            WantedMilestone("Implemented in part", is_done=done in {"partial", "true"}),
            WantedMilestone("Implemented in full", is_done=done == "true"),
        ],
    )
