"""The picture of a ranking: how many put each answer first, second and third."""

from __future__ import annotations

from textwrap import shorten

from django.utils.safestring import SafeString, mark_safe

from commonweal.design.plots import INK, TEAL, TINT, picture, text

from .ranking import Ranked

WIDTH, ROW, LEFT, RIGHT = 350, 62, 6, 344
# The first place solid, the second hatched, the third light: told apart without colour.
FILLS = (TEAL, "url(#hatch)", TINT)


def places(ranking: tuple[Ranked, ...], total: int | None, label: str) -> SafeString:
    """A bar for each answer, as long as its share of all who answered; empty where the places are
    not shown."""
    if not total or not any(line.by_place for line in ranking):
        return mark_safe("")
    parts: list[str] = []
    for at, line in enumerate(ranking):
        parts += _bar(at * ROW, line, (RIGHT - LEFT) / total)
    return picture(WIDTH, len(ranking) * ROW + 6, label, parts)


def _bar(top: float, line: Ranked, scale: float) -> list[str]:
    parts = [
        text(LEFT, top + 15, shorten(line.label, 30, placeholder="…"), bold=True),
        text(RIGHT, top + 15, " + ".join(f"{count:,}" for count in line.by_place), end=True),
    ]
    x = float(LEFT)
    for count, fill in zip(line.by_place, FILLS, strict=False):
        parts.append(_block(x, top + 22, count * scale, fill))
        x += count * scale
    return [*parts, _block(LEFT, top + 22, RIGHT - LEFT, "none")]


def _block(x: float, y: float, width: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="24" fill="{fill}" '
        f'stroke="{INK}"/>'
    )
