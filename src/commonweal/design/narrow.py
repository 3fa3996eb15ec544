"""Pictures that fit a phone as they are: names stand above their bars, figures at the right.

All axes begin at nought, so that a bar twice as long is twice as much. Drawn like `plots`, and
readable without colour like those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from .plots import FILLS, INK, LINE, TEAL, BarOf, diamond, picture, rule, text

# In points of the drawing: a phone of 390 shows it nearly as large as it is drawn.
WIDTH, STEP, LEFT = 360, 42, 2
# The figures have the right edge to themselves: no line goes through them.
ROOM = WIDTH - 60


@dataclass(frozen=True)
class StepOf:
    """A step of a waterfall: its name, from where to where it goes, its fill, its figure."""

    name: str
    start: int
    end: int
    fill: str
    shown: str


def waterfall(steps: Sequence[StepOf], *, label: str) -> SafeString:
    """Bars of which each begins where the one before it ended; a thin line joins the two."""
    lowest = min([0, *(min(step.start, step.end) for step in steps)])
    highest = max([1, *(max(step.start, step.end) for step in steps)])
    scale = ROOM / (highest - lowest)

    def at(figure: int) -> float:
        return LEFT + (figure - lowest) * scale

    parts: list[str] = []
    for number, step in enumerate(steps):
        y = number * STEP
        parts += _named(step.name, step.shown, y)
        left, right = sorted((at(step.start), at(step.end)))
        parts.append(_bar(left, right - left, y, step.fill))
        if number + 1 < len(steps):
            parts.append(rule(at(step.end), y + 38, at(step.end), y + STEP + 22, dashed=True))
    return picture(WIDTH, len(steps) * STEP, label, parts)


def named_bars(bars: Sequence[BarOf], *, label: str) -> SafeString:
    """Counts as bars from a common line."""
    highest = max([1, *(bar.figure for bar in bars)])
    parts: list[str] = []
    for number, bar in enumerate(bars):
        y = number * STEP
        parts += _named(bar.name, bar.shown or f"{bar.figure:,}", y)
        parts.append(_bar(LEFT, bar.figure / highest * ROOM, y, bar.fill))
    return picture(WIDTH, len(bars) * STEP, label, parts)


def _named(name: str, shown: str, y: float) -> Iterator[str]:
    """The name above a bar, and its figure at the right."""
    yield text(0, y + 16, name)
    yield text(WIDTH, y + 36, shown, end=True, bold=True)


def _bar(x: float, width: float, y: float, fill: str) -> str:
    return (
        f'<rect class="step" x="{x:.1f}" y="{y + 22}" width="{max(width, 1.5):.1f}" height="16" '
        f'fill="{FILLS[fill]}" stroke="{TEAL}" stroke-width="1.5"/>'
    )


@dataclass(frozen=True)
class BulletOf:
    """One metric: was, is, should be, what is written of it, and the end of its axis.

    ``ends_at`` is 100 for per cent; None where the largest of its figures is the end.
    """

    name: str
    was: Decimal | None
    now: Decimal | None
    target: Decimal | None
    shown: str
    ends_at: Decimal | None = None


# So many letters fit on a line under an axis.
LETTERS = 46
# The height of one metric: its name, its axis, what is written of it.
BULLET = 74


def bullets(metrics: Sequence[BulletOf], *, label: str) -> SafeString:
    """An axis a metric, from nought: ring = was, bar = is, diamond = should be."""
    parts = [
        _ring(10, 12),
        text(24, 17, "was"),
        f'<rect x="76" y="7" width="26" height="10" fill="{TEAL}"/>',
        text(108, 17, "is"),
        diamond(148, 12),
        text(164, 17, "should be"),
    ]
    for number, metric in enumerate(metrics):
        parts += _bullet(metric, 30 + number * BULLET)
    return picture(WIDTH, 30 + len(metrics) * BULLET, label, parts)


def _bullet(metric: BulletOf, y: float) -> Iterator[str]:
    yield text(0, y + 16, metric.name if len(metric.name) <= 48 else metric.name[:47] + "…")
    figures = [figure for figure in (metric.was, metric.now, metric.target) if figure is not None]
    if figures:
        yield from _axis(metric, figures, y + 34)
        yield text(0, y + 62, metric.shown)
    else:
        yield text(0, y + 38, "not yet measured")


def _axis(metric: BulletOf, figures: Sequence[Decimal], middle: float) -> Iterator[str]:
    """The axis of a metric with its signs; half a sign's width is free at either end."""
    low = min(Decimal(0), *figures)
    room = (max(metric.ends_at or Decimal(0), *figures) - low) or Decimal(1)

    def at(figure: Decimal) -> float:
        return LEFT + 10 + float((figure - low) / room) * (WIDTH - 2 * LEFT - 20)

    yield (
        f'<rect class="axis" x="{at(low):.1f}" y="{middle - 9}" '
        f'width="{at(low + room) - at(low):.1f}" height="18" fill="#fff" stroke="{LINE}"/>'
    )
    if metric.now is not None:
        left, right = sorted((at(Decimal(0)), at(metric.now)))
        yield (
            f'<rect class="now" x="{left:.1f}" y="{middle - 5}" '
            f'width="{max(right - left, 1.5):.1f}" height="10" fill="{TEAL}"/>'
        )
    if metric.was is not None:
        yield _ring(at(metric.was), middle)
    if metric.target is not None:
        yield diamond(at(metric.target), middle)


def _ring(x: float, y: float) -> str:
    return (
        f'<circle class="was" cx="{x:.1f}" cy="{y:.1f}" r="7" fill="#fff" fill-opacity=".75" '
        f'stroke="{INK}" stroke-width="2.5"/>'
    )
