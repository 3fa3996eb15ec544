"""What was paid from a fund, in the parts that its giver asks about, and as a file."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from commonweal.cases.held_back import held_back
from commonweal.cases.models.cases import Channel
from commonweal.design import csvs

from .methods import METHODS, TRANSFER
from .models import FundReturn
from .models.grants import CATEGORIES, HOUSEHOLDS

NOT_SAID = "not_said"
# Each part of a return: its title, and what its codes are called.
PARTS: dict[str, tuple[str, dict[str, str]]] = {
    "categories": ("What it was for", dict(CATEGORIES)),
    "methods": ("How it reached them", {code: row.title for code, row in METHODS.items()}),
    "routes": (
        "How they came in",
        {str(code): str(label) for code, label in Channel.choices} | {NOT_SAID: "Without a case"},
    ),
    "applications": (
        "Asked for or offered",
        {"applied": "They applied", "proactive": "The council offered it"},
    ),
    "household_types": ("Who lives there", dict(HOUSEHOLDS) | {NOT_SAID: "Not said"}),
}
# What says something of few people: small counts are held back.
CLOSE = {"household_types"}
COLUMNS = ("part", "what", "grants", "spent")


def of(paid: Any) -> dict[str, Any]:
    """Grants and pounds by part and code, of payments; where few are held back, neither is said."""
    counted: dict[str, dict[str, set[int]]] = {
        name: defaultdict(set) for name in PARTS if name != "categories"
    }
    spent: dict[str, dict[str, Decimal]] = {name: defaultdict(Decimal) for name in counted}
    for payment in paid.select_related("award__case", "run"):
        for name, code in _codes(payment).items():
            counted[name][code].add(payment.award_id)
            spent[name][code] += payment.amount
    return {
        name: _shown(name, {code: len(grants) for code, grants in codes.items()}, spent[name])
        for name, codes in counted.items()
    }


def _codes(payment: Any) -> dict[str, str]:
    award = payment.award
    return {
        "methods": payment.run.method or TRANSFER.code,
        "routes": award.case.channel if award.case else NOT_SAID,
        "applications": "proactive" if award.is_proactive else "applied",
        "household_types": award.household_type or NOT_SAID,
    }


def _shown(name: str, counts: dict[str, int], spent: dict[str, Decimal]) -> dict[str, Any]:
    visible: dict[str, Any] = held_back(counts) if name in CLOSE else dict(counts)
    return {
        code: {
            "awards": visible[code],
            "spent": f"{spent[code]:.2f}" if visible[code] is not None else None,
        }
        for code in sorted(counts)
    }


def parts_of(fund_return: FundReturn) -> list[tuple[str, list[tuple[str, int | None, str | None]]]]:
    """(title, rows of what, grants and pounds) of a return; parts that it does not have are left
    out."""
    figures = fund_return.figures
    return [
        (
            title,
            [
                (labels.get(code, code), row["awards"], row["spent"])
                for code, row in figures[name].items()
            ],
        )
        for name, (title, labels) in PARTS.items()
        if name in figures
    ]


def return_file(fund_return: FundReturn) -> str:
    """A return as CSV: each part, the sums, who made and who signed it."""
    held = "fewer than 5, or next to it"
    lines = [
        (title, called, held if grants is None else grants, "" if spent is None else spent)
        for title, rows in parts_of(fund_return)
        for called, grants, spent in rows
    ]
    sums = [("Sum", name, "", fund_return.figures.get(name, "")) for name in SUMS]
    maker = fund_return.made_by.name if fund_return.made_by else ""
    signed = fund_return.signed_by.name if fund_return.signed_by else "nobody yet"
    people = [
        ("Made by", maker, "", ""),
        ("Signed by", signed, "", str(fund_return.signed_on or "")),
    ]
    rows = [dict(zip(COLUMNS, line, strict=True)) for line in [*lines, *sums, *people]]
    return csvs.csv_text(COLUMNS, rows)


SUMS = ("budget", "spent", "costs", "unspent", "carried_over")
