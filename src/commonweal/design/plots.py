"""The pictures of programme, metrics and balance sheet, drawn as SVG with attributes only.

Each is readable without colour: every bar and point carries its figure, and parts that must be
told apart differ in hatching or shape. The same drawing stands in the page, the PDF and the Word
file; its table stands beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
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


# How wide a picture is on a phone and on a desk: drawn for each, so that its words stay words.
PHONE, DESK = 350, 700


def twice(draw: Callable[[int], SafeString], *, desk: int = DESK) -> SafeString:
    """The same picture drawn for a desk and for a phone; a page shows the one that fits."""
    # A pattern of a picture that is not shown fills nothing: each has its own.
    narrow = draw(PHONE).replace('id="hatch"', 'id="hatch-narrow"')
    narrow = narrow.replace("url(#hatch)", "url(#hatch-narrow)")
    return mark_safe(f'<div class="on-desk">{draw(desk)}</div><div class="on-phone">{narrow}</div>')


HATCH = (
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/>'
    f'<rect width="3" height="8" fill="{TEAL}"/></pattern></defs>'
)


def text(
    x: float, y: float, shown: str, *, end: bool = False, bold: bool = False, is_over: bool = False
) -> str:
    """``is_over``: something is drawn behind it, from which a white edge tells it."""
    attributes = ' text-anchor="end"' if end else ""
    if is_over:
        attributes += ' paint-order="stroke" stroke="#fff" stroke-width="4"'
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
    """Horizontal bars from a common line, each under its name, so that they fit a phone; figures
    below nought go to the left."""
    width, step = 280, 46
    lowest = min([0, *(bar.figure for bar in bars_of)])
    highest = max([1, *(bar.figure for bar in bars_of)])
    scale = width / (highest - lowest)
    zero = 2 + (-lowest) * scale
    parts = []
    for number, bar in enumerate(bars_of):
        y = 22 + number * step
        size = abs(bar.figure) * scale
        x = zero if bar.figure >= 0 else zero - size
        parts.append(text(0, y - 5, bar.name))
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{max(size, 1):.1f}" height="18" '
            f'fill="{FILLS[bar.fill]}" stroke="{TEAL}" stroke-width="1.5"/>'
        )
        shown = bar.shown or f"{bar.figure:,}"
        at = zero + max(bar.figure, 0) * scale + 8
        parts.append(text(at, y + 15, shown, bold=True))
    return picture(width + PHONE - 280, 8 + len(bars_of) * step, label, parts)


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


# A bold letter of a figure is about so wide.
LETTER = 8.6
# Above it lies the top of an axis, below it the days.
TOP, FOOT = 34, 30


def _figures(
    points: Sequence[PointOf], spots: Sequence[tuple[float, float]], wide: int, height: int
) -> Iterator[str]:
    """The first and the last figure, and where there is room that in the middle: on the side of
    the line on which it does not lie, and whole."""
    last = len(points) - 1
    named = {0, last} if wide == PHONE else {0, len(points) // 2, last}
    for index in sorted(named):
        (x, y), shown = spots[index], points[index].shown
        is_end = index > 0 and (wide == PHONE or x - 12 + len(shown) * LETTER > wide)
        beside = spots[max(index - 1, 0) if is_end else min(index + 1, last)]
        is_under = beside[1] < y and y + 24 < height - FOOT
        yield text(
            x + 12 if is_end else x - 12,
            y + 24 if is_under else y - 14,
            shown,
            end=is_end,
            bold=True,
            is_over=True,
        )


def series(
    points: Sequence[PointOf],
    path: Sequence[tuple[date, Decimal]],
    *,
    label: str,
    ends_at: Decimal | None = None,
) -> SafeString:
    """One series over time: its figures joined by a line, its target path dashed. Figures that
    are provisional are rings. Never two definitions in one picture. Its axis begins at nought, and
    goes up to ``ends_at``, 100 for per cent; None where the highest figure is its end."""
    return twice(lambda width: _series(points, path, width, label=label, ends_at=ends_at))


def _axis(
    left: int, width: int, rise: Callable[[Decimal], float], ends_at: Decimal | None
) -> list[str]:
    """The lines of nought and of where the axis ends, each with its figure."""
    nought = rise(Decimal(0))
    parts = [rule(left, nought, left + width, nought), text(left, nought - 4, "0")]
    if ends_at is not None:
        parts.append(rule(left, rise(ends_at), left + width, rise(ends_at)))
        parts.append(text(left + width, rise(ends_at) - 12, f"{ends_at}%", end=True))
    return parts


def _series(
    points: Sequence[PointOf],
    path: Sequence[tuple[date, Decimal]],
    wide: int,
    *,
    label: str,
    ends_at: Decimal | None,
) -> SafeString:
    left, height = min(20, wide // 50), 240
    width = wide - 2 * left
    every = [(point.on, point.figure) for point in points] + list(path)
    dates, figures = [day for day, _ in every], [figure for _, figure in every]
    first, last = min(dates), max(dates)
    low, high = min(Decimal(0), *figures), max(ends_at or Decimal(0), *figures)
    room, days = (high - low) or Decimal(1), max((last - first).days, 1)

    def rise(figure: Decimal) -> float:
        return TOP + (1 - float((figure - low) / room)) * (height - TOP - FOOT)

    def place(day: date, figure: Decimal) -> tuple[float, float]:
        return left + 30 + (day - first).days / days * (width - 110), rise(figure)

    parts = _axis(left, width, rise, ends_at)
    parts += _target_path([place(*target) for target in sorted(path)])
    spots = [place(point.on, point.figure) for point in points]
    parts += _joined_points(points, spots)
    parts += _figures(points, spots, wide, height)
    parts.append(text(left, height - 8, f"{first:%b %Y}"))
    parts.append(text(left + width, height - 8, f"{last:%b %Y}", end=True))
    return picture(wide, height, label, parts)


def _target_path(spots: Sequence[tuple[float, float]]) -> list[str]:
    """A dashed line from diamond to diamond; of one target alone none."""
    if len(spots) < 2:
        return []
    lines = [rule(*start, *end, dashed=True) for start, end in itertools.pairwise(spots)]
    x, y = spots[-1]
    return [*lines, *(diamond(*spot) for spot in spots), text(x + 14, y + 5, "target")]
