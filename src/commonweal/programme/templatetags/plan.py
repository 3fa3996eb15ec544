"""How pages write the plan and its figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from commonweal.design.words import day

register = template.Library()

# What of the plan is called otherwise on pages than in the record of its changes.
NAMES = {
    "starts_on": "beginning",
    "due_on": "date",
    "owner_title": "owner",
    "partner": "organisation",
    "metric": "measure",
    "is_done": "done",
    "done_on": "done on",
    "stopped_on": "stopped",
}


@register.simple_tag
def figure_of(series: Any, figure: Any) -> str:
    """A figure of a series with its unit."""
    return str(series.write(figure))


@register.filter
def plan_change(change: Any) -> str:
    """What changed in the plan, in words: "date: 31 March 2027 to 31 May 2027"."""
    if change.field in ("added", "taken back"):
        return str(change.field)
    name = NAMES.get(change.field, change.field)
    return f"{name}: {_as_written(change.old)} to {_as_written(change.new)}"


def _as_written(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text or "nothing"
