"""The fictional town's economy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from . import scenarios, series, shocks


def tell(today: date, say: Callable[[str], None]) -> None:
    """Series, a scenario, a closure told: each part tells its own."""
    say("the local economy")
    for part in (series, scenarios, shocks):
        part.tell(today)
