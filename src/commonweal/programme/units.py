"""What a figure of a metric can be, by what it is counted in."""

from __future__ import annotations

from decimal import Decimal

from . import outcomes

COUNT = (
    "a count is a whole number and never below nought. What can be another figure is a rate or a "
    "score"
)
TIME = "hours and days begin at nought"
SHARE = "a share lies between 0 and 100 per cent"


def fault(figure: Decimal, *, kind: str, code: str) -> str:
    """Why a metric can't have a figure, in words; nothing if it can.

    What the national list calls a count is a rate or a score as often, and may be either.
    """
    if kind == "share":
        return "" if 0 <= figure <= 100 else SHARE
    if kind in {"hours", "days"}:
        return "" if figure >= 0 else TIME
    if kind == "count" and outcomes.listed(code) is None:
        return "" if figure >= 0 and figure == figure.to_integral_value() else COUNT
    return ""
