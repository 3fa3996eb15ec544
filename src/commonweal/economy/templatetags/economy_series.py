"""The words of a figure of a series: how it is shown, how firm it is, what was given first."""

from __future__ import annotations

from django import template

from commonweal.economy.series.lines import Line, Point
from commonweal.economy.series.sentences import period_of

register = template.Library()


@register.simple_tag
def series_figure(line: Line, point: Point) -> str:
    """A figure with its unit, or why there is none."""
    return line.shown(point)


@register.simple_tag
def series_firmness(line: Line, point: Point) -> str:
    """Whether it is small, provisional, estimated …; empty where nothing is said."""
    marks = ["small number"] if line.is_small(point) else []
    mark = point.figure.mark
    return ", ".join([*marks, *([mark] if mark and mark != "small" else [])])


@register.simple_tag
def series_before(line: Line, point: Point) -> str:
    """What an earlier release gave, where the newest says otherwise."""
    for earlier in point.earlier:
        if (earlier.number, earlier.mark) != (point.figure.number, point.figure.mark):
            was = "no figure" if earlier.number is None else line.series.write(earlier.number)
            on = earlier.release.published_on
            return f"{was}, published on {on.day} {on:%B %Y}"
    return ""


@register.simple_tag
def series_period(point: Point) -> str:
    """Which day, month or twelve months a figure is about."""
    return period_of(point)
