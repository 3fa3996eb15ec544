"""The three plots of the report and the statement, drawn from what a statement says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from commonweal.design.narrow import LETTERS, BulletOf, StepOf, bullets, named_bars, waterfall
from commonweal.design.plots import BarOf

from .columns import WORDS, names_in


def promises(content: dict[str, Any]) -> SafeString:
    """What stood open, what moved, what stands open: each step from where the last one ended."""
    totals = content["totals"]
    steps, level = [], 0
    for name in names_in(content):
        if name == "changed":
            # A change of a target moves an amount; the promise stays one.
            continue
        count = totals[name]
        if name in ("opening", "closing"):
            start, level, shown, fill = 0, count, f"{count:,}", "solid"
        else:
            moved = count if name == "made" else -count
            start, level = level, level + moved
            shown = f"{moved:+,}" if moved else "0"
            fill = "hatched" if moved > 0 else "hollow"
        steps.append(StepOf(WORDS[name], start, level, fill, shown))
    return waterfall(steps, label="Promises: open at the start, what moved, open at the end")


def actions(content: dict[str, Any]) -> SafeString:
    """Actions of the programme by status."""
    fills = {"done": "solid", "under_way": "hatched", "due_soon": "hatched"}
    statuses = [
        BarOf(status["words"], status["count"], fills.get(status["code"], "hollow"))
        for status in content["programme"]["statuses"]
    ]
    return named_bars(statuses, label="Actions of the programme by status")


def metrics(content: dict[str, Any]) -> SafeString:
    """Each metric: what it was, what it is, what it should be."""
    rows = [
        BulletOf(
            metric["name"],
            _figure(metric["was_value"]),
            _figure(metric["value"]),
            _figure(metric["target"]),
            _written(metric),
            Decimal(100) if metric["unit"] == "%" else None,
        )
        for metric in content["metrics"]
    ]
    return bullets(rows, label="Metrics: was, is, should be; each from nought, per cent up to 100")


def _written(metric: dict[str, Any]) -> str:
    """The figures under an axis: their unit once, or only in the table, so that nothing is cut."""
    now, was, target = (
        metric[name].removesuffix(f" {metric['unit']}") for name in ("is", "was", "should_be")
    )
    beside = f"(was {was}, should be {target})" if metric["target"] else f"(was {was})"
    written = f"{metric['is']} {beside}"
    return written if len(written) <= LETTERS else f"{now} {beside}"


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
