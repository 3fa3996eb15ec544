"""Recommendations with their responses, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
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
        numbered = list(enumerate(_of_categories(categories), start=1))
    except (AttributeError, ValueError, KeyError, TypeError):
        raise Refused(
            "This JSON has no recommendations: it needs “name” and “categories”, each category "
            "with “name” and “recommendations”."
        ) from None
    actions: list[WantedAction] = []
    rejected: list[tuple[int, str]] = []
    decisions: dict[str, str] = {}
    for number, (recommendation, category) in numbered:
        try:
            wanted = _recommendation(number, recommendation, category)
        except BadAction as bad:
            rejected.append((number, str(bad)))
            continue
        if wanted.decided:
            decisions[wanted.decided] = heading(f"{wanted.decided}: {name}", 200)
        actions.append(wanted)
    return actions, rejected, decisions


def _of_categories(categories: list[dict[str, Any]]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each recommendation with its category."""
    for category in categories:
        for recommendation in category.get("recommendations") or []:
            yield recommendation, category


def _said(node: dict[str, Any], name: str) -> str:
    """What a record says under a name; "" where it says null."""
    text = node.get(name)
    if isinstance(text, dict | list):
        raise BadAction(f"what stands for its “{name}” is no text")
    return "" if text is None else str(text).strip()


def _recommendation(number: int, recommendation: Any, category: dict[str, Any]) -> WantedAction:
    if not isinstance(recommendation, dict):
        raise BadAction("it is no object with “id” and “recommendation”")
    key, text = _said(recommendation, "id"), _said(recommendation, "recommendation")
    if not key or not text:
        raise BadAction("it has no id or no text")
    done = _said(recommendation, "implemented").lower()
    if done not in RESPONSES:
        raise BadAction(f"“implemented” is {done!r}; it must be true, partial or false")
    accepted = _said(recommendation, "accepted").lower()
    if accepted not in RESPONSES:
        raise BadAction(f"“accepted” is {accepted!r}; it must be true, partial or false")
    notes = _said(recommendation, "notes")
    return WantedAction(
        number,
        kept_whole(key, 120, "id", BadAction),
        heading(f"Recommendation {key}: {text}", 300),
        text + (f"\n\nThe source notes: {notes}" if notes else ""),
        kept_whole(_said(category, "name"), 160, "category's name", BadAction),
        _said(category, "description"),
        decided=RESPONSES[accepted],
        told=TOLD,
        steps=[
            WantedMilestone("Implemented in part", is_done=done in {"partial", "true"}),
            WantedMilestone("Implemented in full", is_done=done == "true"),
        ],
    )
