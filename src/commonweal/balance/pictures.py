"""The three plots of the report and the statement, drawn from what a statement says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from commonweal.design.plots import BarOf, DotsOf, bars, dots

from .columns import COLUMNS, WORDS

FILLS = {"verified": "solid", "partly": "hatched", "claimed": "hatched"}


def promises(content: dict[str, Any]) -> SafeString:
    """What stood open, what moved, what stands open: a bar each, with its figure."""
    totals = content["totals"]
    columns = []
    for name in COLUMNS:
        if name == "changed":
            # A change of a target moves an amount; the promise stays one.
            continue
        count = totals[name]
        outward = name not in ("opening", "made", "closing")
        shown = (
            f"{count:,}"
            if name in ("opening", "closing")
            else (f"{-count if outward else count:+,}" if count else "0")
        )
        columns.append(BarOf(WORDS[name], count, FILLS.get(name, "hollow"), shown))
    return bars(columns, label="Promises: open at the start, what moved, open at the end")


def actions(content: dict[str, Any]) -> SafeString:
    """Actions of the programme by status."""
    fills = {"done": "solid", "under_way": "hatched", "due_soon": "hatched"}
    statuses = [
        BarOf(status["words"], status["count"], fills.get(status["code"], "hollow"))
        for status in content["programme"]["statuses"]
    ]
    return bars(statuses, label="Actions of the programme by status")


def metrics(content: dict[str, Any]) -> SafeString:
    """Each metric: what it was, what it is, what it should be."""
    rows = [
        DotsOf(
            metric["name"],
            _figure(metric["was_value"]),
            _figure(metric["value"]),
            _figure(metric["target"]),
            f"{metric['is']} (should be {metric['should_be']})"
            if metric["target"]
            else metric["is"],
        )
        for metric in content["metrics"]
    ]
    return dots(rows, label="Metrics: was, is, should be; each on its own scale")


def _figure(figure: str | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)


def all_three(content: dict[str, Any]) -> list[tuple[str, str, SafeString]]:
    """(name, title, drawing), leaving out what has nothing to show."""
    plots = [("promises", "Promises in the period", promises(content))]
    if content["programme"]["statuses"]:
        plots.append(("actions", "Actions of the programme", actions(content)))
    if content["metrics"]:
        plots.append(("metrics", "Metrics: was, is, should be", metrics(content)))
    return plots
