"""The fictional town's economy: scenarios."""

from __future__ import annotations

from datetime import date


def tell(today: date) -> None:
    del today
