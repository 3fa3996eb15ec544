"""Registers of contracts: what ends when, for whoever wants to supply it next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.sources.columns import plain
from localwealth.sources.payees import payee
from localwealth.tables import amounts, dates
from localwealth.tables.grids import grids

from .models import Anchor, Contract

# A heading, in small letters and single spaces, that says what is in its column; first fit counts.
_OF = r"( of contract)?"
HEADINGS = {
    "ends_on": r"(contract |current |expiry |review )*(end|expiry|expires|finish|to)( date)?" + _OF,
    "starts_on": r"(contract |award )*(start|commencement|begin|from)( date)?" + _OF,
    "supplier": r".*\b(supplier|contractor|provider|vendor)s?( name)?( company)?",
    "reference": r".*\b(ref|reference|contract (no|number|id)|unique identifier)\b.*",
    "title": r"(contract )?(title|name|description)( of (agreement|contract|goods.*|service.*))?"
    r"|.*\btitle\b.*|what.*",
    "value_gbp": r".*\b(value|total|sum|amount|cost)\b.*",
}
# How many signs fit, and what it is called where they don't.
FITS = {
    "title": (300, "title"),
    "supplier": (300, "supplier's name"),
    "reference": (80, "reference"),
}


class Unfit(Exception):
    """Why a line can't be taken."""


@dataclass
class Read:
    """What came of a file: contracts, and lines left out with the reason."""

    contracts: list[Contract] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


def read(anchor: Anchor, content: bytes, name: str, source_url: str = "") -> Read:
    """Read a register of contracts by its headings. Every filled line under them is a contract or
    left out with a reason.

    Raises
    ------
    Refused
        It is no table, or no line of it names a contract and its end.
    """
    try:
        sheets = grids(content, name).sheets
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    for grid in sheets:
        for at, line in enumerate(grid.lines[:50]):
            columns = _columns(line)
            if "title" in columns and "ends_on" in columns:
                return _lines(anchor, grid.lines, at, columns, name, source_url)
    raise Refused("No line of the file has headings for the contract and for its end.")


def _columns(line: Sequence[str]) -> dict[str, int]:
    heads = [plain(cell) for cell in line]
    columns: dict[str, int] = {}
    for role, pattern in HEADINGS.items():
        for at, head in enumerate(heads):
            if head and at not in columns.values() and re.fullmatch(pattern, head):
                columns[role] = at
                break
    return columns


def _lines(
    anchor: Anchor,
    lines: list[list[str]],
    top: int,
    columns: dict[str, int],
    name: str,
    source_url: str,
) -> Read:
    register = Read(columns={role: lines[top][at].strip() for role, at in columns.items()})
    for number, line in enumerate(lines[top + 1 :], start=top + 2):
        if not any(cell.strip() for cell in line):
            continue
        cells = {role: line[at].strip() if at < len(line) else "" for role, at in columns.items()}
        try:
            contract = _contract(cells)
        except Unfit as reason:
            register.left_out.append((number, str(reason)))
            continue
        contract.anchor, contract.line = anchor, number
        contract.file_name, contract.source_url = name[-200:], source_url
        register.contracts.append(contract)
    return register


def _contract(cells: dict[str, str]) -> Contract:
    """What a line says, where it can be taken."""
    ends = dates.days(cells["ends_on"])
    if not cells["title"]:
        raise Unfit("it names no contract")
    if ends is None:
        raise Unfit(f"{cells['ends_on']!r} is no date")
    for role, (most, called) in FITS.items():
        kept_whole(cells.get(role, ""), most, called, Unfit)
    supplier = cells.get("supplier", "")
    return Contract(
        title=cells["title"],
        starts_on=_first(cells.get("starts_on", "")),
        ends_on=ends.last,
        # A person who holds a contract is not named.
        supplier=supplier if payee(supplier) == "named" else "",
        reference=cells.get("reference", ""),
        value_gbp=_money(cells.get("value_gbp", "")),
    )


def _first(text: str) -> date | None:
    days = dates.days(text)
    return days.first if days else None


def _money(text: str) -> Decimal | None:
    amount = amounts.amount(text) if text else None
    if amount is None or abs(amount) >= 10**12:
        return None
    return amount.quantize(Decimal("0.0001"))


@transaction.atomic
def keep(*, anchor: Anchor, register: Read, by: Person | None) -> int:
    """Put an anchor's newest register in place of the one before; returns how many contracts."""
    if not register.contracts:
        raise Refused("No line of the file is a contract.")
    anchor.contracts.all().delete()
    Contract.objects.bulk_create(register.contracts, batch_size=500)
    record(
        "contracts read",
        about=anchor.partner,
        by=by,
        as_role="analyst" if by else "import",
        count=len(register.contracts),
    )
    return len(register.contracts)
