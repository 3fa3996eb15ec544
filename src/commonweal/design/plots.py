"""The pictures of programme, metrics and balance sheet, drawn as SVG with attributes only.

Each is readable without colour: every bar and point carries its figure, and parts that must be
told apart differ in hatching or shape. The same drawing stands in the page, the PDF and the Word
file; its table stands beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

INK, QUIET, LINE, TEAL, TINT = "#0b0c0c", "#484949", "#b1b4b6", "#1d5c5c", "#d5e8e0"
FONT = "Atkinson Hyperlegible, Segoe UI, Arial, sans-serif"


def picture(
    width: int, height: int, label: str, parts: Sequence[str], *, role: str = "img"
) -> SafeString:
    """A whole SVG document, with what it shows as its name for those who do not see it. ``role``
    is "group" where links are in it, which an image may not have."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="{role}" aria-label="{escape(label)}" '
        f'font-family="{FONT}" font-size="15">'
    )
    return mark_safe(head + HATCH + "".join(parts) + "</svg>")


HATCH = (
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/>'
    f'<rect width="3" height="8" fill="{TEAL}"/></pattern></defs>'
)


def text(x: float, y: float, shown: str, *, end: bool = False, bold: bool = False) -> str:
    attributes = ' text-anchor="end"' if end else ""
    attributes += ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}"{attributes}>{escape(shown)}</text>'


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
    figure: int
    fill: str = "solid"
    shown: str = ""


FILLS = {"solid": TEAL, "hatched": "url(#hatch)", "hollow": "#fff"}


def bars(bars_of: Sequence[BarOf], *, label: str) -> SafeString:
    """Horizontal bars from a common line; figures below nought go to the left."""
    left, width, step = 170, 230, 32
    lowest = min([0, *(bar.figure for bar in bars_of)])
    highest = max([1, *(bar.figure for bar in bars_of)])
    scale = width / (highest - lowest)
    zero = left + 10 + (-lowest) * scale
    parts = []
    for number, bar in enumerate(bars_of):
        y = 8 + number * step
        size = abs(bar.figure) * scale
        x = zero if bar.figure >= 0 else zero - size
        parts.append(text(0, y + 17, bar.name))
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{max(size, 1):.1f}" height="22" '
            f'fill="{FILLS[bar.fill]}" stroke="{TEAL}" stroke-width="1.5"/>'
        )
        shown = bar.shown or f"{bar.figure:,}"
        at = zero + size + 8 if bar.figure >= 0 else zero - size - 8
        parts.append(text(at, y + 17, shown, end=bar.figure < 0, bold=True))
    height = 12 + len(bars_of) * step
    parts.append(rule(zero, 2, zero, height - 4))
    return picture(left + 10 + width + 70, height, label, parts)


def diamond(x: float, y: float) -> str:
    return (
        f'<path d="M{x:.1f} {y - 10}l10 10l-10 10l-10 -10z" fill="#fff" stroke="{INK}" '
        'stroke-width="2"/>'
    )


@dataclass(frozen=True)
class PointOf:
    """A figure of a series on a day."""

    on: date
    figure: Decimal
    shown: str
    is_provisional: bool = False


def _joined_points(
    points: Sequence[PointOf], spots: Sequence[tuple[float, float]]
) -> Iterator[str]:
    for (x1, y1), (x2, y2) in itertools.pairwise(spots):
        yield (
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" '
            f'stroke="{TEAL}" stroke-width="2.5" fill="none"/>'
        )
    for point, (x, y) in zip(points, spots, strict=True):
        fill = "#fff" if point.is_provisional else TEAL
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{fill}" stroke="{TEAL}" '
            'stroke-width="2.5"/>'
        )


def series(
    points: Sequence[PointOf], path: Sequence[tuple[date, Decimal]], *, label: str
) -> SafeString:
    """One series over time: its figures joined by a line, its target path dashed. Figures that
    are provisional are rings. Never two definitions in one picture."""
    left, width, height = 20, 660, 240
    every = [(point.on, point.figure) for point in points] + list(path)
    dates, figures = [day for day, _ in every], [figure for _, figure in every]
    first, last = min(dates), max(dates)
    low, high = min(figures), max(figures)
    room, days = (high - low) or Decimal(1), max((last - first).days, 1)

    def place(day: date, figure: Decimal) -> tuple[float, float]:
        x = left + 30 + (day - first).days / days * (width - 110)
        return x, 34 + (1 - float((figure - low) / room)) * (height - 90)

    parts = [rule(left, height - 30, left + width, height - 30)]
    if len(path) > 1:
        parts += _target_path([place(*target) for target in sorted(path)])
    spots = [place(point.on, point.figure) for point in points]
    parts += _joined_points(points, spots)
    for index in sorted({0, len(points) // 2, len(points) - 1}):
        x, y = spots[index]
        parts.append(text(x - 12, y - 14, points[index].shown, bold=True))
    parts.append(text(left, height - 8, f"{first:%b %Y}"))
    parts.append(text(left + width, height - 8, f"{last:%b %Y}", end=True))
    return picture(left + width + 20, height, label, parts)


def _target_path(spots: Sequence[tuple[float, float]]) -> list[str]:
    """A dashed line from diamond to diamond."""
    lines = [rule(*start, *end, dashed=True) for start, end in itertools.pairwise(spots)]
    x, y = spots[-1]
    return [*lines, *(diamond(*spot) for spot in spots), text(x + 14, y + 5, "target")]


@dataclass(frozen=True)
class SpanOf:
    """One action in the timeline."""

    name: str
    starts_on: date | None
    due_on: date | None
    share: float
    status: str
    steps: Sequence[tuple[date, bool]] = ()


def _action(span: SpanOf, y: int, start: float, end: float) -> Iterator[str]:
    """The name of an action and its bar, as far filled as it is done."""
    size = max(end - start, 3)
    yield text(0, y + 14, span.name if len(span.name) <= 44 else span.name[:43] + "…")
    yield (
        f'<rect x="{start:.1f}" y="{y}" width="{size:.1f}" height="18" fill="#fff" '
        f'stroke="{TEAL}" stroke-width="1.5"><title>{escape(span.name)}: {escape(span.status)}'
        "</title></rect>"
    )
    if span.share:
        yield (
            f'<rect x="{start:.1f}" y="{y}" width="{size * span.share:.1f}" height="18" '
            f'fill="{TEAL}"/>'
        )


def _milestone(x: float, y: int, is_done: bool) -> str:
    fill = INK if is_done else "#fff"
    return (
        f'<path d="M{x:.1f} {y + 2}l7 7l-7 7l-7 -7z" fill="{fill}" stroke="{INK}" '
        'stroke-width="1.5"/>'
    )


def _days_of(spans: Sequence[SpanOf]) -> list[date]:
    return [day for span in spans for day in (span.starts_on, span.due_on) if day]


def _first_day(span: SpanOf, on: date) -> date:
    """From where its bar goes: what has no beginning is shown at its end."""
    return span.starts_on or span.due_on or on


def timeline(spans: Sequence[SpanOf], *, on: date, label: str) -> SafeString:
    """A bar an action from its beginning to its end, the part that is done filled; milestones are
    diamonds, filled when done; today is a line. Each says its status in words."""
    dated = [span for span in spans if span.starts_on or span.due_on]
    if not dated:
        return mark_safe("")
    days = [*_days_of(dated), on]
    first, last = min(days), max(days)
    room = max((last - first).days, 1)
    left, width, step = 330, 520, 30

    def at(day: date) -> float:
        return left + (min(max(day, first), last) - first).days / room * width

    height = 40 + len(dated) * step
    parts = []
    for tick in _half_years(first, last):
        parts.append(rule(at(tick), 24, at(tick), height - 6, dashed=True))
        parts.append(text(at(tick) + 3, 16, f"{tick:%b %Y}"))
    for number, span in enumerate(dated):
        y = 34 + number * step
        start = _first_day(span, on)
        end = span.due_on or last
        parts += _action(span, y, at(start), at(end))
        parts += [_milestone(at(day), y, is_done) for day, is_done in span.steps]
        parts.append(text(left + width + 14, y + 14, span.status))
    parts.append(
        f'<path d="M{at(on):.1f} 24V{height - 4}" stroke="{INK}" stroke-width="2.4" fill="none"/>'
    )
    return picture(left + width + 190, height, label, parts)


def _half_years(first: date, last: date) -> Iterator[date]:
    """Each January and July that begins within a span."""
    for year in range(first.year, last.year + 1):
        for month in (1, 7):
            if first <= (tick := date(year, month, 1)) <= last:
                yield tick
