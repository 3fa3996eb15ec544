"""How pages of the books name their figures."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.filter
def with_what_is_open(theme: str, lines: list[dict[str, Any]]) -> str:
    """A theme with how many of its promises stood open at the start and at the end."""
    opening, closing = (
        sum(int(line["promises"][column]) for line in lines) for column in ("opening", "closing")
    )
    return f"{theme}: {opening:,} open at the start, {closing:,} at the end"


@register.simple_tag
def figure_page(statement: Any, line: Any, column: str, unit: str) -> str:
    """Where a figure of a statement's account is followed home.

    Parameters
    ----------
    line
        A line of the account: its theme and measure.
    column
        "opening", "closing" and so on.
    unit
        "promises" counts them, "amount" adds what they promise.
    """
    period = statement.period.code
    return reverse(
        "figure", args=[period, statement.number, line["theme"], line["measure"], column, unit]
    )
