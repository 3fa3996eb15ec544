"""The three plots of the report and the statement, drawn from what a statement says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from commonweal.design.plots import BarOf, DotsOf, bars, dots

from .statement import COLUMNS, WORDS

FILLS = {"verified": "solid", "partly": "hatched", "claimed": "hatched"}


def promises(content: dict[str, Any]) -> SafeString:
    """What stood open, what moved, what stands open: a bar each, with its figure."""
    totals = content["totals"]
    found = []
    for name in COLUMNS:
        if name == "changed":
            # A change of a target moves an amount; the promise stays one.
            continue
        value = totals[name]
        outward = name not in ("opening", "made", "closing")
        shown = (
            f"{value:,}"
            if name in ("opening", "closing")
            else (f"{-value if outward else value:+,}" if value else "0")
        )
        found.append(BarOf(WORDS[name], value, FILLS.get(name, "hollow"), shown))
    return bars(found, label="Promises: open at the start, what moved, open at the end")


def actions(content: dict[str, Any]) -> SafeString:
    """Actions of the programme by status."""
    fills = {"done": "solid", "under_way": "hatched", "due_soon": "hatched"}
    found = [
        BarOf(one["words"], one["count"], fills.get(one["code"], "hollow"))
        for one in content["programme"]["statuses"]
    ]
    return bars(found, label="Actions of the programme by status")


def metrics(content: dict[str, Any]) -> SafeString:
    """Each metric: what it was, what it is, what it should be."""
    found = [
        DotsOf(
            one["name"],
            _figure(one["was_value"]),
            _figure(one["value"]),
            _figure(one["target"]),
            f"{one['is']} (should be {one['should_be']})" if one["target"] else one["is"],
        )
        for one in content["metrics"]
    ]
    return dots(found, label="Metrics: was, is, should be; each on its own scale")


def _figure(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def all_three(content: dict[str, Any]) -> list[tuple[str, str, SafeString]]:
    """(name, title, drawing), leaving out what has nothing to show."""
    found = [("promises", "Promises in the period", promises(content))]
    if content["programme"]["statuses"]:
        found.append(("actions", "Actions of the programme", actions(content)))
    if content["metrics"]:
        found.append(("metrics", "Metrics: was, is, should be", metrics(content)))
    return found
