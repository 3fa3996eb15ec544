"""The pictures of programme, metrics and balance sheet, drawn as SVG with attributes only.

Each is readable without colour: every bar and point carries its figure, and parts that must be
told apart differ in hatching or shape. The same drawing stands in the page, the PDF and the Word
file; its table stands beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

INK, QUIET, LINE, TEAL, TINT = "#0b0c0c", "#484949", "#b1b4b6", "#1d5c5c", "#d5e8e0"
FONT = "Atkinson Hyperlegible, Segoe UI, Arial, sans-serif"


def picture(width: int, height: int, label: str, parts: Sequence[str]) -> SafeString:
    """A whole SVG document, with what it shows as its name for those who do not see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{escape(label)}" '
        f'font-family="{FONT}" font-size="15">'
    )
    return mark_safe(head + HATCH + "".join(parts) + "</svg>")


HATCH = (
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/>'
    f'<rect width="3" height="8" fill="{TEAL}"/></pattern></defs>'
)


def text(x: float, y: float, said: str, *, end: bool = False, bold: bool = False) -> str:
    more = ' text-anchor="end"' if end else ""
    more += ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}"{more}>{escape(said)}</text>'


def rule(x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{QUIET}" stroke-width="1.4" '
        f'fill="none"{dash}/>'
    )


@dataclass(frozen=True)
class BarOf:
    """One bar: its name, its figure, and how it is filled: solid, hatched or hollow."""

    name: str
    value: int
    fill: str = "solid"
    shown: str = ""


FILLS = {"solid": TEAL, "hatched": "url(#hatch)", "hollow": "#fff"}


def bars(found: Sequence[BarOf], *, label: str) -> SafeString:
    """Horizontal bars from a common line; figures below nought go to the left."""
    left, width, step = 170, 230, 32
    lowest = min([0, *(one.value for one in found)])
    highest = max([1, *(one.value for one in found)])
    scale = width / (highest - lowest)
    zero = left + 10 + (-lowest) * scale
    parts = []
    for number, one in enumerate(found):
        y = 8 + number * step
        size = abs(one.value) * scale
        x = zero if one.value >= 0 else zero - size
        parts.append(text(0, y + 17, one.name))
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{max(size, 1):.1f}" height="22" '
            f'fill="{FILLS[one.fill]}" stroke="{TEAL}" stroke-width="1.5"/>'
        )
        shown = one.shown or f"{one.value:,}"
        at = zero + size + 8 if one.value >= 0 else zero - size - 8
        parts.append(text(at, y + 17, shown, end=one.value < 0, bold=True))
    height = 12 + len(found) * step
    parts.append(rule(zero, 2, zero, height - 4))
    return picture(left + 10 + width + 70, height, label, parts)


@dataclass(frozen=True)
class DotsOf:
    """One metric between the worst and the best of its figures: was, is, should be."""

    name: str
    was: Decimal | None
    now: Decimal | None
    target: Decimal | None
    shown: str


def dots(found: Sequence[DotsOf], *, label: str) -> SafeString:
    """A line a metric: ring = was, disc = is, diamond = should be. Each on its own scale."""
    left, width, step = 4, 520, 58
    parts = [
        f'<circle cx="28" cy="14" r="7" fill="#fff" stroke="{TEAL}" stroke-width="2.5"/>',
        text(42, 19, "was"),
        f'<circle cx="98" cy="14" r="8" fill="{TEAL}"/>',
        text(113, 19, "is"),
        diamond(154, 14),
        text(169, 19, "should be"),
    ]
    for number, one in enumerate(found):
        y = 50 + number * step
        parts.append(text(left, y, one.name))
        values = [value for value in (one.was, one.now, one.target) if value is not None]
        if not values:
            parts.append(text(left, y + 26, "not yet measured"))
            continue
        low, high = min(values), max(values)
        room = (high - low) or Decimal(1)

        def at(value: Decimal, low: Decimal = low, room: Decimal = room) -> float:
            return left + 20 + float((value - low) / room) * (width - 40)

        parts.append(rule(left, y + 22, left + width, y + 22))
        if one.was is not None:
            parts.append(
                f'<circle cx="{at(one.was):.1f}" cy="{y + 22}" r="7" fill="#fff" stroke="{TEAL}" '
                'stroke-width="2.5"/>'
            )
        if one.target is not None:
            parts.append(diamond(at(one.target), y + 22))
        if one.now is not None:
            parts.append(f'<circle cx="{at(one.now):.1f}" cy="{y + 22}" r="8" fill="{TEAL}"/>')
        parts.append(text(left + width + 16, y + 27, one.shown))
    return picture(left + width + 320, 36 + len(found) * step, label, parts)


def diamond(x: float, y: float) -> str:
    return (
        f'<path d="M{x:.1f} {y - 10}l10 10l-10 10l-10 -10z" fill="#fff" stroke="{INK}" '
        'stroke-width="2"/>'
    )


@dataclass(frozen=True)
class PointOf:
    """A figure of a series on a day."""

    on: date
    value: Decimal
    shown: str
    is_provisional: bool = False


def series(
    points: Sequence[PointOf], path: Sequence[tuple[date, Decimal]], *, label: str
) -> SafeString:
    """One series over time: its figures joined by a line, its target path dashed. Figures that
    are provisional are rings. Never two definitions in one picture."""
    left, width, height = 20, 660, 240
    every = [(one.on, one.value) for one in points] + list(path)
    first, last = min(day for day, _ in every), max(day for day, _ in every)
    low, high = min(v for _, v in every), max(v for _, v in every)
    room, days = (high - low) or Decimal(1), max((last - first).days, 1)

    def place(day: date, value: Decimal) -> tuple[float, float]:
        x = left + 30 + (day - first).days / days * (width - 110)
        return x, 34 + (1 - float((value - low) / room)) * (height - 90)

    parts = [rule(left, height - 30, left + width, height - 30)]
    if len(path) > 1:
        way = [place(*one) for one in sorted(path)]
        for one, other in itertools.pairwise(way):
            parts.append(rule(*one, *other, dashed=True))
        parts += [diamond(*one) for one in way]
        parts.append(text(way[-1][0] + 14, way[-1][1] + 5, "target"))
    spots = [place(one.on, one.value) for one in points]
    for one, other in itertools.pairwise(spots):
        parts.append(
            f'<path d="M{one[0]:.1f} {one[1]:.1f}L{other[0]:.1f} {other[1]:.1f}" '
            f'stroke="{TEAL}" stroke-width="2.5" fill="none"/>'
        )
    for point, (x, y) in zip(points, spots, strict=True):
        fill = "#fff" if point.is_provisional else TEAL
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{fill}" stroke="{TEAL}" '
            'stroke-width="2.5"/>'
        )
    for index in sorted({0, len(points) // 2, len(points) - 1}):
        x, y = spots[index]
        parts.append(text(x - 12, y - 14, points[index].shown, bold=True))
    parts.append(text(left, height - 8, f"{first:%b %Y}"))
    parts.append(text(left + width, height - 8, f"{last:%b %Y}", end=True))
    return picture(left + width + 20, height, label, parts)


@dataclass(frozen=True)
class SpanOf:
    """One action in the timeline."""

    name: str
    starts_on: date | None
    due_on: date | None
    share: float
    said: str
    steps: Sequence[tuple[date, bool]] = ()


def timeline(found: Sequence[SpanOf], *, on: date, label: str) -> SafeString:
    """A bar an action from its beginning to its end, the part that is done filled; milestones are
    diamonds, filled when done; today is a line. Each says its status in words."""
    dated = [one for one in found if one.starts_on or one.due_on]
    if not dated:
        return mark_safe("")
    days = [d for one in dated for d in (one.starts_on, one.due_on) if d] + [on]
    first, last = min(days), max(days)
    room = max((last - first).days, 1)
    left, width, step = 330, 520, 30

    def at(day: date) -> float:
        return left + (min(max(day, first), last) - first).days / room * width

    height = 40 + len(dated) * step
    parts = []
    for year in range(first.year, last.year + 2):
        for month in (1, 7):
            tick = date(year, month, 1)
            if first <= tick <= last:
                parts.append(rule(at(tick), 24, at(tick), height - 6, dashed=True))
                parts.append(text(at(tick) + 3, 16, f"{tick:%b %Y}"))
    for number, one in enumerate(dated):
        y = 34 + number * step
        start = one.starts_on or one.due_on or on
        end = one.due_on or last
        size = max(at(end) - at(start), 3)
        name = one.name if len(one.name) <= 44 else one.name[:43] + "…"
        parts.append(text(0, y + 14, name))
        parts.append(
            f'<rect x="{at(start):.1f}" y="{y}" width="{size:.1f}" height="18" fill="#fff" '
            f'stroke="{TEAL}" stroke-width="1.5"><title>{escape(one.name)}: {escape(one.said)}'
            "</title></rect>"
        )
        if one.share:
            parts.append(
                f'<rect x="{at(start):.1f}" y="{y}" width="{size * one.share:.1f}" height="18" '
                f'fill="{TEAL}"/>'
            )
        for day, is_done in one.steps:
            fill = INK if is_done else "#fff"
            parts.append(
                f'<path d="M{at(day):.1f} {y + 2}l7 7l-7 7l-7 -7z" fill="{fill}" stroke="{INK}" '
                'stroke-width="1.5"/>'
            )
        parts.append(text(left + width + 14, y + 14, one.said))
    parts.append(
        f'<path d="M{at(on):.1f} 24V{height - 4}" stroke="{INK}" stroke-width="2.4" fill="none"/>'
    )
    return picture(left + width + 190, height, label, parts)
