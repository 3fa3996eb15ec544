"""Pictures of where the pound goes; each page has a table that says the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from commonweal.design.flows import RibbonOf, flows
from commonweal.design.plots import PointOf, series
from commonweal.design.words import percent, pounds
from localwealth.spend.measures import BANDS

from . import reads
from .reads import Scope

FILLS = {
    "town": "solid",
    "county": "tint",
    "region": "tint",
    "nation": "line",
    "abroad": "line",
    "unknown": "hatched",
}


def ribbons(rows: list[dict[str, Any]], names: dict[str, str], bands: dict[str, str]) -> str:
    """Ribbons from each anchor to the bands in which its suppliers are."""
    paid: dict[str, Decimal] = {}
    by_band = dict.fromkeys(BANDS, Decimal(0))
    for row in rows:
        amount = Decimal(row["amount"])
        paid[row["anchor"]] = paid.get(row["anchor"], Decimal(0)) + amount
        by_band[row["band"]] += amount
    total = sum(paid.values(), Decimal(0))
    shown = {code: pounds(amount) for code, amount in paid.items()}
    if total:
        shown |= {
            band: f"{pounds(amount)}, {percent(amount / total)}" for band, amount in by_band.items()
        }
    return flows(
        [
            RibbonOf(row["anchor"], row["band"], Decimal(row["amount"]), FILLS[row["band"]])
            for row in rows
        ],
        shown,
        names={code: names.get(code, code) for code in paid} | bands,
        label="Ribbons from each anchor to where its suppliers are; the table says the same",
    )


def quarters_of(content: dict[str, Any], scope: Scope) -> list[dict[str, Any]]:
    out = []
    for row in content[scope.place]["quarters"]:
        low, total = Decimal(row["local"]), Decimal(row["amount"])
        out.append(
            {
                "from": date.fromisoformat(row["quarter"]),
                "share": reads.Share(low, low + Decimal(row["unknown"]), total),
            }
        )
    return out


def over_time(content: dict[str, Any], scope: Scope, name: str) -> str:
    points = [
        PointOf(quarter["from"], quarter["share"].at_least, f"{quarter['share'].at_least:.0f}%")
        for quarter in quarters_of(content, scope)
        if quarter["share"].at_least is not None
    ]
    if len(points) < 3:
        return ""
    return series(
        points,
        [],
        label=f"{name}: certain share in the town by quarter; the table says the same",
        ends_at=Decimal(100),
    )
