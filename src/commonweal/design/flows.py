"""Where money goes, drawn as ribbons from who pays to where it lands; attributes only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
# Of each name on a side, in order: how tall it is and what it carries.
Side = dict[str, tuple[float, Decimal]]


def _ribbons(
    carried: Sequence[RibbonOf],
    scale: float,
    at_left: dict[str, float],
    at_right: dict[str, float],
    names: dict[str, str],
) -> list[str]:
    """Ribbons one below the other, from where each side has come to."""
    drawn = []
    for ribbon in carried:
        size = float(ribbon.pounds) * scale
        begins = at_left[ribbon.left], at_right[ribbon.right]
        title = f"{names.get(ribbon.left, ribbon.left)}: {names.get(ribbon.right, ribbon.right)}"
        drawn.append(_ribbon(begins, size, FILLS[ribbon.fill], title))
        at_left[ribbon.left] += size
        at_right[ribbon.right] += size
    return drawn


def _height(side: Side) -> float:
    return sum(max(size, SLOT) + GAP for size, _ in side.values())


def _nodes(
    side: Side,
    tops: dict[str, float],
    names: dict[str, str],
    shown: dict[str, str],
    *,
    is_left: bool,
) -> Iterator[str]:
    """The bars of one side, each with its name and figure on the outside."""
    x = SIDE if is_left else RIGHT
    where = x - 8 if is_left else x + NODE + 8
    for name, (size, _) in side.items():
        yield _node(x, tops[name], max(size, 1.5))
        middle = tops[name] + size / 2
        yield from _label(where, middle, names.get(name, name), shown.get(name, ""), end=is_left)


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
    tall = max(_height(left), _height(right))
    at_left, at_right = _tops(left, tall), _tops(right, tall)
    parts = [
        *_nodes(left, at_left, names, shown, is_left=True),
        *_nodes(right, at_right, names, shown, is_left=False),
    ]
    # In the order of the right side, so that they cross as little as they can.
    carried.sort(key=lambda ribbon: list(right).index(ribbon.right))
    drawn = _ribbons(carried, scale, at_left, at_right, names)
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


def _side(carried: Sequence[tuple[str, Decimal]], scale: float) -> Side:
    """Of each name on a side, in order: how tall it is and what it carries."""
    total: dict[str, Decimal] = {}
    for name, pounds in carried:
        total[name] = total.get(name, Decimal(0)) + pounds
    return {name: (float(pounds) * scale, pounds) for name, pounds in total.items()}


def _tops(side: Side, tall: float) -> dict[str, float]:
    """Where each node begins: one under the other, the whole in the middle of the picture."""
    at, tops = 10 + (tall - _height(side)) / 2, {}
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
