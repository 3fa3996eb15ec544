"""The funds of a town, from its settings file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from commonweal.office.errors import Refused

from .methods import METHODS
from .models import Fund

NEEDED = ("code", "name", "budget", "starts_on", "ends_on")


def apply(settings: dict[str, Any]) -> None:
    """Add or change the funds that a town's settings file names; the rest stay.

    Raises
    ------
    Refused
        A fund lacks what it needs.
    """
    for fund in settings.get("funds", []):
        _apply(fund)


def _apply(fund: dict[str, Any]) -> None:
    for needed in NEEDED:
        if not fund.get(needed):
            raise Refused(f"[[funds]] {fund.get('code', '?')} lacks {needed}.")
    unknown = [method for method in fund.get("methods", []) if method not in METHODS]
    if unknown:
        raise Refused(f"[[funds]] {fund['code']}: {unknown[0]} is no way to pay.")
    columns = {name: setting for name, setting in fund.items() if name != "code"}
    for name in ("budget", "most"):
        if name in columns:
            columns[name] = Decimal(str(columns[name]))
    Fund.objects.update_or_create(code=fund["code"], defaults=columns)
