"""Postcodes of the United Kingdom as people type them."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?|GIR)(\d[A-Z]{2})")
# What is typed for a figure where only a figure can stand, and the other way round.
_AS_FIGURE = str.maketrans("OIL", "011")
_AS_LETTER = str.maketrans("01", "OI")


def postcode(text: str) -> str:
    """A postcode as it is usually written; "" where it has the shape of none.

    >>> postcode("bk1  1aa"), postcode("B K 1 1 A A"), postcode("BK1 lAA"), postcode("N/A")
    ('BK1 1AA', 'BK1 1AA', 'BK1 1AA', '')
    """
    squeezed = re.sub(r"[^A-Z0-9]", "", text.upper())
    if len(squeezed) < 5:
        return ""
    outward, inward = squeezed[:-3], squeezed[-3:]
    inward = inward[0].translate(_AS_FIGURE) + inward[1:].translate(_AS_LETTER)
    return f"{outward} {inward}" if _SHAPE.fullmatch(outward + inward) else ""
