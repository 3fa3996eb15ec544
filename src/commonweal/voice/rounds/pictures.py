"""The picture of a count by Equal Shares: whose money was there, and where it went."""

from __future__ import annotations

from decimal import Decimal
from textwrap import shorten
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from commonweal.design.plots import INK, TEAL, picture, rule, text
from commonweal.design.words import pounds

WIDTH, ROW, LEFT, RIGHT = 350, 62, 6, 344
MOST_SHOWN = 40


def purses(count: dict[str, Any]) -> SafeString:
    """A bar a project: as long as the money its supporters had at first, hatched what had gone to
    others, solid what they still had; a line where it costs. Empty where there are no purses."""
    projects = count.get("purses", {}).get("projects", [])[:MOST_SHOWN]
    if not projects:
        return mark_safe("")
    titles = {row["project"]: row["name"] for row in count["projects"]}
    longest = max(Decimal(row[name]) for row in projects for name in ("full", "cost"))
    scale = (RIGHT - LEFT) / float(longest or 1)
    parts: list[str] = []
    for at, row in enumerate(projects):
        parts += _bar(at * ROW, titles[row["project"]], row, scale)
    label = "For each project, the money of its supporters when its turn came, and its cost."
    return picture(WIDTH, len(projects) * ROW + 6, label, parts)


def _bar(top: float, title: str, row: dict[str, str], scale: float) -> list[str]:
    full, gone, had, cost = (float(row[name]) * scale for name in ("full", "gone", "had", "cost"))
    y = top + 22
    had_of_cost = f"{pounds(row['had'])} of {pounds(row['cost'])}"
    return [
        text(LEFT, top + 15, shorten(title, 30, placeholder="…"), bold=True),
        text(RIGHT, top + 15, had_of_cost, end=True),
        _block(LEFT, y, had, TEAL),
        _block(LEFT + had, y, gone, "url(#hatch)"),
        _block(LEFT, y, full, "none"),
        rule(LEFT + cost, y - 4, LEFT + cost, y + 28),
    ]


def _block(x: float, y: float, width: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="24" fill="{fill}" '
        f'stroke="{INK}"/>'
    )
