"""The fictional town's economy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from . import bearings, exposure, pulse, scenarios, series, shocks


def tell(today: date, say: Callable[[str], None]) -> None:
    """Series, a scenario, what hangs on a group, a closure told, a pulse: each tells its own."""
    say("the local economy")
    for part in (series, scenarios, exposure, shocks, pulse, bearings):
        part.tell(today)
