"""Pictures of series: each on its own axis that begins at nought, told apart by dashes and words,
small numbers as rings. They fit a phone; a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import median

from django.utils.safestring import SafeString, mark_safe

from commonweal.design.plots import INK, LINE, QUIET, TEAL, picture, rule, text

from .comparing import check_together
from .lines import Line, Point

WIDTH, HEIGHT = 350, 230
LEFT, RIGHT, TOP, BOTTOM = 8, 342, 34, 196
# The town's line is solid; of the places beside it each has dashes of its own.
DASHES = ("", "6 4", "2 4", "10 3 2 3", "1 3", "14 4")
# A gap of more than this many usual distances is not joined: nothing is known of it.
GAP = 1.6
# So wide is the newest figure at the end of a line.
ROOM = 130


@dataclass
class _Axis:
    first: date
    last: date
    top: float

    def x(self, on: date) -> float:
        days = max((self.last - self.first).days, 1)
        return LEFT + 8 + (on - self.first).days / days * (RIGHT - LEFT - 16)

    def y(self, number: Decimal) -> float:
        return BOTTOM - float(number) / self.top * (BOTTOM - TOP)


def over_time(lines: Sequence[Line]) -> SafeString:
    """A town's series and the same measure elsewhere, over time, from nought.

    Raises
    ------
    Refused
        They are not one measure.
    """
    check_together([line.series for line in lines])
    main = lines[0]
    if len({point.last for point in main.numbered}) < 2:
        return mark_safe("")
    # A place beside may be far larger: counts are drawn for the town alone.
    drawn = lines if main.series.is_share or not main.series.counts else lines[:1]
    axis = _axis_of([point for line in drawn for point in line.numbered])
    parts = [*_frame(axis, main)]
    for number, line in enumerate(drawn[: len(DASHES)]):
        parts += _line(line, axis, DASHES[number], is_main=number == 0)
    parts += _words(main, axis)
    height = HEIGHT
    if len(drawn) > 1:
        parts += _legend(drawn)
        height = HEIGHT + 14 + len(drawn) * 22
    label = f"{main.series.title} in {main.series.area_name} over time; the table says the same"
    return picture(WIDTH, height, label, parts)


def _axis_of(points: Sequence[Point]) -> _Axis:
    days = [point.last for point in points]
    return _Axis(min(days), max(days), float(max(point.number or 0 for point in points)) or 1.0)


def _legend(lines: Sequence[Line]) -> list[str]:
    """Below the picture, which line is of which place."""
    parts = []
    for number, line in enumerate(lines[: len(DASHES)]):
        y = HEIGHT + 14 + number * 22
        parts.append(_stroke([(LEFT, y - 5), (LEFT + 40, y - 5)], DASHES[number], number == 0))
        parts.append(text(LEFT + 50, y, line.series.area_name))
    return parts


def _frame(axis: _Axis, main: Line) -> list[str]:
    top = main.series.write(Decimal(str(axis.top)))
    return [
        text(LEFT, 14, f"Up to {top}"),
        f'<path d="M{LEFT} {TOP}H{RIGHT}" stroke="{LINE}" stroke-width="1" fill="none"/>',
        rule(LEFT, BOTTOM, RIGHT, BOTTOM),
        text(LEFT, BOTTOM + 18, f"{axis.first:%b %Y}"),
        text(RIGHT, BOTTOM + 18, f"{axis.last:%b %Y}", end=True),
        f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 18}" text-anchor="middle" '
        f'fill="{QUIET}">from nought</text>',
    ]


def _stroke(spots: Sequence[tuple[float, float]], dash: str, is_main: bool) -> str:
    places = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    colour, width = (TEAL, 3) if is_main else (INK, 1.5)
    return f'<path d="M{places}" stroke="{colour}" stroke-width="{width}" fill="none"{dashed}/>'


def _line(line: Line, axis: _Axis, dash: str, *, is_main: bool) -> list[str]:
    parts = [
        _stroke([(axis.x(p.last), axis.y(p.number or Decimal(0))) for p in piece], dash, is_main)
        for piece in _pieces(line)
        if len(piece) > 1
    ]
    if is_main:
        crowded = len(line.numbered) > 30
        parts += [
            _dot(axis, point, is_ring=line.is_small(point))
            for point in line.numbered
            if not crowded or line.is_small(point) or point is line.newest
        ]
    return parts


def _dot(axis: _Axis, point: Point, *, is_ring: bool) -> str:
    x, y = axis.x(point.last), axis.y(point.number or Decimal(0))
    fill = "#fff" if is_ring else TEAL
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="{TEAL}" '
        'stroke-width="2"/>'
    )


def _pieces(line: Line) -> list[list[Point]]:
    """The points in stretches without a gap: what is not known is not drawn."""
    pieces: list[list[Point]] = []
    usual = GAP * max(line.series.every_months * 31, _usual_days(line))
    for point in line.points:
        if point.number is None:
            pieces.append([])
            continue
        if not pieces or (pieces[-1] and (point.last - pieces[-1][-1].last).days > usual):
            pieces.append([])
        pieces[-1].append(point)
    return [piece for piece in pieces if piece]


def _usual_days(line: Line) -> float:
    """How many days lie between two figures of a series, mostly."""
    apart = [(late.last - soon.last).days for soon, late in pairwise(line.numbered)]
    return float(median(apart)) if apart else 0.0


def _words(main: Line, axis: _Axis) -> list[str]:
    """The newest figure of the town, beside its dot."""
    newest = main.newest
    assert newest is not None
    near = [p for p in main.numbered if axis.x(p.last) > RIGHT - ROOM]
    heights = [axis.y(point.number or Decimal(0)) for point in near]
    y = min(heights) - 12 if min(heights) > TOP + 24 else max(heights) + 26
    label = text(RIGHT, y, main.series.write(newest.number), end=True, bold=True)
    # A white rim, so that no line runs through the figure.
    return [label.replace("<text ", '<text stroke="#fff" stroke-width="4" paint-order="stroke" ')]
