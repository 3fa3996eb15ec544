"""Checks at start: thresholds that must be in order."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from commonweal.office.checks import OF_AN_INSTALLATION

from . import likeness


@register(OF_AN_INSTALLATION)
def thresholds_are_in_order(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """What is likely must need more points than what is possible."""
    if 0 < likeness.POSSIBLE < likeness.LIKELY:
        return []
    return [
        Error(
            f"Duplicates: 'possible' ({likeness.POSSIBLE}) must lie above 0 and below 'likely' "
            f"({likeness.LIKELY}).",
            id="commonweal.E010",
        )
    ]
