"""Opportunities: from what money leaves, who here could supply it, what ends when."""

from __future__ import annotations

from datetime import date
from typing import Any

from localwealth.spend.industries import DIVISIONS

from .. import files
from ..models import Prepared
from .scopes import anchor_names


def opportunities(prepared: Prepared, content: dict[str, Any], on: date) -> list[dict[str, Any]]:
    """Categories from which money leaves, most first, with firms of the town that could supply
    and the next day on which a contract ends."""
    counts = {
        line["category"]: line for line in files.ask(prepared.version, "select * from able_counts")
    }
    ends = {
        line["category"]: line["next"]
        for line in files.ask(
            prepared.version,
            "select category, min(ends_on) as next from ends where ends_on >= ? group by category",
            on,
        )
    }
    out = []
    for row in content["leakage"]:
        able = counts.get(row["category"], {"firms": 0, "paid": 0})
        out.append(
            row
            | {
                "firms": able["firms"],
                "firms_paid": able["paid"],
                "next_end": ends.get(row["category"]),
            }
        )
    return out


def contracts(prepared: Prepared, category: str, on: date) -> list[dict[str, Any]]:
    """Contracts with suppliers who are paid for this, that have not ended, next end first."""
    names = anchor_names()
    ending = files.ask(
        prepared.version,
        "select * from ends where category = ? and ends_on >= ? order by ends_on, title limit 100",
        category,
        on,
    )
    return [
        contract | {"whose": names.get(contract["anchor"], contract["anchor"])}
        for contract in ending
    ]


def able(prepared: Prepared, category: str) -> list[dict[str, Any]]:
    firms = files.ask(prepared.version, "select * from able where category = ?", category)
    for firm in firms:
        firm["industry"] = DIVISIONS.get(firm["sic"][:2], firm["sic"])
    return firms
