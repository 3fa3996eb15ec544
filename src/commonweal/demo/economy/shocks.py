"""The fictional town's economy: shocks."""

from __future__ import annotations

from datetime import date


def tell(today: date) -> None:
    del today
