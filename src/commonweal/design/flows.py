"""Where money goes, drawn as ribbons from who pays to where it lands; attributes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .plots import INK, LINE, TEAL, TINT, picture, text


@dataclass(frozen=True)
class RibbonOf:
    """Pounds from one name on the left to one on the right. ``fill``: solid, tint, hatched."""

    left: str
    right: str
    pounds: Decimal
    fill: str = "tint"


FILLS = {"solid": TEAL, "tint": TINT, "line": LINE, "hatched": "url(#hatch)", "hollow": "#fff"}
SIDE, WIDTH, TALL, GAP, NODE = 300, 300, 300, 10, 14
# Where ribbons begin and where they end.
LEFT, RIGHT = SIDE + NODE, SIDE + NODE + WIDTH
# Room for the two lines of a label, however thin its ribbon.
SLOT = 40


def flows(
    ribbons: Sequence[RibbonOf], shown: dict[str, str], *, label: str, names: dict[str, str]
) -> SafeString:
    """Ribbons as wide as what they carry; ``shown`` is the figure beside each name, ``names`` how
    it is written and in which order the right side stands. What is below nought (credits that
    outweigh payments) has no width."""
    carried = [ribbon for ribbon in ribbons if ribbon.pounds > 0]
    total = sum((ribbon.pounds for ribbon in carried), Decimal(0))
    if not total:
        return mark_safe("")
    scale = TALL / float(total)
    order = list(names)
    left = _side([(ribbon.left, ribbon.pounds) for ribbon in carried], scale)
    right = _side(
        sorted(
            ((ribbon.right, ribbon.pounds) for ribbon in carried),
            key=lambda pair: order.index(pair[0]),
        ),
        scale,
    )
    tall = max(sum(max(size, SLOT) + GAP for size, _ in side.values()) for side in (left, right))
    at_left, at_right = _tops(left, tall), _tops(right, tall)
    parts: list[str] = []
    for side, tops, x, end in ((left, at_left, SIDE, True), (right, at_right, RIGHT, False)):
        for name, (size, _) in side.items():
            parts.append(_node(x, tops[name], max(size, 1.5)))
            where = x - 8 if end else x + NODE + 8
            middle = tops[name] + size / 2
            parts += _label(where, middle, names.get(name, name), shown.get(name, ""), end=end)
    drawn = []
    for name in right:
        for ribbon in [coming for coming in carried if coming.right == name]:
            size = float(ribbon.pounds) * scale
            begins = at_left[ribbon.left], at_right[name]
            title = f"{names.get(ribbon.left, ribbon.left)}: {names.get(name, name)}"
            drawn.append(_ribbon(begins, size, FILLS[ribbon.fill], title))
            at_left[ribbon.left] += size
            at_right[name] += size
    return picture(RIGHT + NODE + SIDE, int(tall) + 20, label, drawn + parts)


def _ribbon(tops: tuple[float, float], size: float, fill: str, title: str) -> str:
    """A ribbon from the left side to the right, by where it begins on each."""
    a, b = tops
    middle = (LEFT + RIGHT) / 2
    return (
        f'<path d="M{LEFT} {a:.1f}C{middle} {a:.1f} {middle} {b:.1f} {RIGHT} {b:.1f}'
        f"V{b + size:.1f}C{middle} {b + size:.1f} {middle} {a + size:.1f} {LEFT} "
        f'{a + size:.1f}Z" fill="{fill}" fill-opacity="0.75" stroke="#fff" '
        f'stroke-width="0.6"><title>{escape(title)}</title></path>'
    )


def _side(carried: Sequence[tuple[str, Decimal]], scale: float) -> dict[str, tuple[float, Decimal]]:
    """Of each name on a side, in order: how tall it is and what it carries."""
    total: dict[str, Decimal] = {}
    for name, pounds in carried:
        total[name] = total.get(name, Decimal(0)) + pounds
    return {name: (float(pounds) * scale, pounds) for name, pounds in total.items()}


def _tops(side: dict[str, tuple[float, Decimal]], tall: float) -> dict[str, float]:
    """Where each node begins: one under the other, the whole in the middle of the picture."""
    used = sum(max(size, SLOT) + GAP for size, _ in side.values())
    at, tops = 10 + (tall - used) / 2, {}
    for name, (size, _) in side.items():
        slot = max(size, SLOT)
        tops[name] = at + (slot - size) / 2
        at += slot + GAP
    return tops


def _node(x: float, y: float, size: float) -> str:
    return f'<rect x="{x}" y="{y:.1f}" width="{NODE}" height="{size:.1f}" fill="{INK}"/>'


def _label(x: float, middle: float, name: str, shown: str, *, end: bool = False) -> list[str]:
    short = name if len(name) <= 34 else name[:33] + "…"
    return [
        text(x, middle - 3, short, end=end, bold=True),
        text(x, middle + 16, shown, end=end),
    ]
