"""Two statements of one period: what differs; and what of one is red without a reason."""

from __future__ import annotations

from typing import Any

from .columns import WORDS
from .models import Statement


def red_lines(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(metric:CODE or action:CODE, its name) of everything red that nobody has explained."""
    lines = [("metric", line) for line in content["metrics"]]
    lines += [("action", line) for line in content["programme"]["all"]]
    return [
        (f"{kind}:{line['code']}", line.get("name") or line["title"])
        for kind, line in lines
        if line["is_red"] and not line["why"]
    ]


def restated(
    old: dict[str, Any], new: dict[str, Any], replaced: Statement, because: str
) -> dict[str, Any]:
    return {
        "number": replaced.number,
        "sha256": replaced.sha256,
        "because": because,
        "differences": differences(old, new),
    }


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, str]]:
    """Every figure of the account and of the metrics that differs: where, old, new."""
    changes = []
    before, after = _flat(old), _flat(new)
    for where in [*before, *(new_line for new_line in after if new_line not in before)]:
        was, became = before.get(where, "not there"), after.get(where, "not there")
        if was != became:
            changes.append({"where": where, "old": was, "new": became})
    return changes


def _flat(content: dict[str, Any]) -> dict[str, str]:
    flat = {f"All promises, {WORDS[n].lower()}": str(v) for n, v in content["totals"].items()}
    for line in content["lines"]:
        where = f"{line['theme_name']}, {line['measure_name']}"
        for name, figure in line["promises"].items():
            flat[f"{where}, promises, {WORDS[name].lower()}"] = str(figure)
        for name, figure in (line["amount"] or {}).items():
            flat[f"{where}, {line['unit']}, {WORDS[name].lower()}"] = str(figure)
    for line in content["metrics"]:
        flat[f"Metric {line['name']}"] = line["is"]
    return flat
