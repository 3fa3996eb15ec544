"""What the committee report says in the order in which councils read one.

Recommendations first; what is red, with figures and reasons; what it means for money, law,
equality and climate; at the end how it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from . import columns, implications

NO_REASON = "No reason was written."
# Beside figures that can lie below nought.
MINUS = (
    "A minus went the other way: -2 under Claimed is two that no longer stand as claimed only, as "
    "they were checked or taken back."
)
FOR_NOTING = "No decision is asked for: this report is for noting."


def day(text: str) -> str:
    """A day that is written as in the data, in words; "" where there is none."""
    return f"{date.fromisoformat(text):%-d %B %Y}" if text else ""


def with_its_day(metric: dict[str, Any]) -> str:
    """A metric's figure with the day on which it came: that may be after the period's last."""
    released = day(metric.get("released_on", ""))
    return f"{metric['is']}, given on {released}" if released else str(metric["is"])


def of(content: dict[str, Any], draft: str) -> dict[str, Any]:
    """The parts that the report has and the statement has not, as rows of text.

    ``draft`` is what marks one that is not closed; "" where it is.
    """
    names = columns.of_promises(content)
    return {
        "front": _front(content, draft),
        "recommendations": [_recommendation(wish) for wish in content["asked"]],
        "for_noting": "" if content["asked"] else FOR_NOTING,
        "red": [*_red_metrics(content), *_red_actions(content)],
        "other_metrics": [
            _other_metric(metric) for metric in content["metrics"] if not metric["is_red"]
        ],
        "themes": [["All themes", *_figures([content["totals"]], names)], *_themes(content, names)],
        "themes_head": ["Promises", *(columns.SHORT[name] for name in names)],
        "themes_note": _minus_note(content["totals"]),
        "implications": implications.in_words(content),
        "lacking": _lacking(content),
        "found": [_panel(panel) for panel in content["panels"] if panel["rows"]],
        "not_measured": _not_measured(content["panels"]),
    }


def _other_metric(metric: dict[str, Any]) -> list[str]:
    should_be = metric["should_be"] or "-"
    return [metric["name"], metric["was"], with_its_day(metric), should_be, metric["state"]]


def _front(content: dict[str, Any], draft: str) -> list[list[str]]:
    """To whom, by whom, about what, and how far it is."""
    paper = content.get("paper") or {}
    bodies = dict.fromkeys(wish["body"] for wish in content["asked"])
    rows = [
        ["Report to", "; ".join(bodies)],
        ["Report of", paper.get("author", "")],
        ["Contact", paper.get("contact", "")],
        ["Standing", draft or f"Closed on {day(content['closed_at'][:10])}"],
    ]
    return [row for row in rows if row[1]]


def _recommendation(wish: dict[str, str]) -> dict[str, str]:
    because = f" Why: {wish['because']}" if wish["because"] else ""
    return {"body": wish["body"], "words": f"{wish['words']}{because}"}


def _red_metrics(content: dict[str, Any]) -> Iterator[list[str]]:
    for metric in content["metrics"]:
        if metric["is_red"]:
            figures = f"{with_its_day(metric)}; was {metric['was']}"
            yield [
                metric["name"],
                f"{metric['state']}: {figures}",
                metric["should_be"] or "-",
                metric["why"] or NO_REASON,
            ]


def _red_actions(content: dict[str, Any]) -> Iterator[list[str]]:
    for action in content["programme"]["all"]:
        if action["is_red"]:
            owner = f"; {action['owner']}" if action["owner"] else ""
            yield [
                action["title"],
                f"{action['words']}: {action['per_cent']}% done{owner}",
                f"Done by {day(action['due_on'])}" if action["due_on"] else "-",
                action["why"] or NO_REASON,
            ]


def _themes(content: dict[str, Any], names: Sequence[str]) -> list[list[str]]:
    """A row a theme: its promises at the start, what moved, at the end."""
    by_theme: dict[str, list[dict[str, Any]]] = {}
    for line in content["lines"]:
        by_theme.setdefault(line["theme_name"], []).append(line["promises"])
    return [[theme, *_figures(lines, names)] for theme, lines in by_theme.items()]


def _minus_note(totals: dict[str, int]) -> str:
    return MINUS if any(count < 0 for count in totals.values()) else ""


def _figures(lines: list[dict[str, Any]], names: Sequence[str]) -> list[str]:
    return [f"{sum(int(line[name]) for line in lines):,}" for name in names]


def _lacking(content: dict[str, Any]) -> str:
    """What of the programme is not yet actionable, in one sentence."""
    actions = content["programme"]["not_yet_actionable"]
    named = "; ".join(
        f"{action['title']} (lacks {', '.join(action['lacks'])})" for action in actions
    )
    return f"Not yet actionable: {named}." if named else ""


def _panel(panel: dict[str, Any]) -> str:
    """What stands beside the promises, with its figures, in one paragraph."""
    figures = "; ".join(
        f"{row['name']}: {row['is']}" + (f" ({row['was']} at the start)" if row["was"] else "")
        for row in panel["rows"]
    )
    return f"{panel['title']}. {panel['sentence']} {figures}."


def _not_measured(panels: list[dict[str, Any]]) -> str:
    titles = [panel["title"] for panel in panels if not panel["rows"]]
    return f"Not yet measured: {'; '.join(titles)}." if titles else ""
