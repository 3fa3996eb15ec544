"""The map of wards: told apart by hatching, each ward numbered as in its table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from commonweal.design.plots import INK, TEAL, picture

from ..models import WardShape

WIDTH = 350
# How a ward is filled by its place between the lowest and the highest: told apart by hatching.
STEPS = ("#fff", "url(#dots)", "url(#hatch)", TEAL)
_DOTS = (
    '<defs><pattern id="dots" width="9" height="9" patternUnits="userSpaceOnUse">'
    f'<rect width="9" height="9" fill="#fff"/><circle cx="4" cy="4" r="1.6" fill="{TEAL}"/>'
    "</pattern></defs>"
)


def _ends(degrees: Sequence[float]) -> tuple[float, float]:
    return min(degrees), max(degrees)


def drawn(
    shapes: Sequence[WardShape],
    steps: Mapping[str, int | None],
    numbers: Mapping[str, int],
    addresses: Mapping[str, str] | None = None,
) -> SafeString:
    """The wards, each filled by its step (None: not known, a broken outline) and with the number
    by which the table names it; each a link where their ``addresses`` are told."""
    if not shapes:
        return mark_safe("")
    places = [place for shape in shapes for ring in shape.rings for place in ring]
    longitudes, latitudes = zip(*places, strict=True)
    west, east, south, north = *_ends(longitudes), *_ends(latitudes)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 20) / ((east - west) * squeeze)

    def at(place: Sequence[float]) -> tuple[float, float]:
        return 10 + (place[0] - west) * squeeze * scale, 10 + (north - place[1]) * scale

    height = int(20 + (north - south) * scale)
    outlines = [_ward(shape, steps.get(shape.code), at) for shape in shapes]
    marks = [_number(shape, numbers[shape.code], at) for shape in shapes]
    if addresses is None:
        parts = [_DOTS, *outlines, *marks]
        return picture(WIDTH, height, "Map of the wards; the table says the same", parts)
    links = [
        f'<a href="{addresses[shape.code]}" aria-label="{escape(shape.name)}">{"".join(ward)}</a>'
        for shape, *ward in zip(shapes, outlines, marks, strict=True)
    ]
    label = "Map of the wards; the list says the same"
    return picture(WIDTH, height, label, [_DOTS, *links], role="group")


def _ward(shape: WardShape, step: int | None, at: Any) -> str:
    path = "".join(
        "M" + "L".join("{:.1f} {:.1f}".format(*at(place)) for place in ring) + "Z"
        for ring in shape.rings
    )
    fill = "#fff" if step is None else STEPS[step]
    dashed = ' stroke-dasharray="4 4"' if step is None else ""
    return (
        f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{INK}" stroke-width="1.2"'
        f"{dashed}><title>{escape(shape.name)}</title></path>"
    )


def _number(shape: WardShape, number: int, at: Any) -> str:
    ring = max(shape.rings, key=len)
    x, y = at([sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)])
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="#fff" stroke="{INK}"/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" font-weight="bold" '
        f'fill="{INK}">{number}</text>'
    )


def steps_of(figures: Mapping[str, float]) -> dict[str, int | None]:
    """The quarter between the lowest and the highest in which each figure lies, 0 to 3."""
    low, high = min(figures.values()), max(figures.values())
    room = (high - low) or 1
    return {code: min(3, int((number - low) / room * 4)) for code, number in figures.items()}
