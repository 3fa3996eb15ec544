"""Registers of contracts: what ends when, for whoever wants to supply it next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.sources.columns import plain
from localwealth.sources.money import Money
from localwealth.sources.payees import payee
from localwealth.sources.totals import Sums, is_total
from localwealth.tables import dates
from localwealth.tables.amounts import other_money
from localwealth.tables.grids import Grids, grids
from localwealth.tables.marks import is_no_date, is_nothing

from .models import Anchor, Contract

# A heading, in small letters and single spaces, that says what is in its column; first fit counts.
# In two languages (``Supplier / Cyflenwr``) either may say it.
_OF = r"( of contract)?"
HEADINGS = {
    "ends_on": r"(contract |current |expiry |review )*(end|expiry|expires|finish|to)( date)?"
    + _OF
    + r"|dyddiad (gorffen|dod i ben|diwedd)( y contract)?",
    "starts_on": r"(contract |award )*(start|commencement|begin|from)( date)?"
    + _OF
    + r"|dyddiad (dechrau|cychwyn)( y contract)?",
    "supplier": r".*\b(supplier|contractor|provider|vendor)s?( name)?( company)?|"
    r"(enw (y |'r )?)?(cyflenwr|contractwr|darparwr)",
    "reference": r".*\b(ref|reference|contract (no|number|id)|unique identifier)\b.*|"
    r"(rhif|cyfeirnod)( y)?( contract)?",
    "title": r"(contract )?(title|name|description)( of (agreement|contract|goods.*|service.*))?"
    r"|.*\btitle\b.*|what.*|(teitl|enw|disgrifiad)( y)?( contract)?",
    "currency": r"(contract )?currency( code)?|arian( cyfred)?",
    "value_gbp": r".*\b(value|total|sum|amount|cost|gwerth|cyfanswm)\b.*",
}
_EITHER = re.compile(r"[/|\n]| [-–] ")
# What stands behind figures that are written short.
_SHORT = re.compile(r"(.*\d)\s*(k|m|mn|million|bn|billion|thousand)", re.IGNORECASE)
_TIMES = {"k": 3, "t": 3, "m": 6, "b": 9}
# How many signs fit, and what it is called where they don't.
FITS = {
    "title": (300, "title"),
    "supplier": (300, "supplier's name"),
    "reference": (80, "reference"),
}


class Unfit(Exception):
    """Why a line can't be taken."""


class Total(Unfit):
    """It is a line of totals, and so about no contract."""


@dataclass
class Read:
    """What came of a file: contracts; lines left out with the reason, and lines that were taken
    without a value that nobody can read."""

    contracts: list[Contract] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    without_value: list[tuple[int, str]] = field(default_factory=list)
    # Of lines left out that are no line of totals: their reference and title, as far as they say.
    unfit: list[tuple[int, str, str]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read(anchor: Anchor, content: bytes, name: str, source_url: str = "") -> Read:
    """Read a register of contracts by its headings. Every filled line under them is a contract or
    left out with a reason.

    Raises
    ------
    Refused
        It is no table, or no line of it names a contract and its end.
    """
    try:
        file = grids(content, name)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    for grid in file.sheets:
        for at, line in enumerate(grid.lines[:50]):
            columns = _columns(line)
            if "title" in columns and "ends_on" in columns:
                register = _lines(grid.lines, at, columns)
                for contract in register.contracts:
                    contract.anchor, contract.source_url = anchor, source_url
                    contract.file_name = name[-200:]
                register.notes = [*file.notes, *file.questions, *_passed_over(file)]
                return register
    raise Refused("No line of the file has headings for the contract and for its end.")


def _passed_over(file: Grids) -> list[str]:
    return [f"Sheet {name!r} was passed over: {why}." for name, why in file.passed_over]


def _columns(line: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for role, pattern in HEADINGS.items():
        for at, heading in enumerate(line):
            if at not in columns.values() and _says(heading, pattern):
                columns[role] = at
                break
    return columns


def _says(heading: str, pattern: str) -> bool:
    parts = [heading, *_EITHER.split(heading)]
    return any(plain(part) and re.fullmatch(pattern, plain(part)) for part in parts)


def _lines(lines: list[list[str]], top: int, columns: dict[str, int]) -> Read:
    register = Read(columns={role: lines[top][at].strip() for role, at in columns.items()})
    filled = [
        (number, line, _cells(line, columns))
        for number, line in enumerate(lines[top + 1 :], start=top + 2)
        if any(cell.strip() for cell in line)
    ]
    reader = _Reader.of([cells for _, _, cells in filled], register.columns)
    for number, line, cells in filled:
        try:
            contract = reader.contract(line, cells)
        except Unfit as reason:
            register.left_out.append((number, str(reason)))
            if not isinstance(reason, Total):
                unfit = number, cells.get("reference", ""), cells["title"]
                register.unfit.append(unfit)
            continue
        contract.line = number
        if contract.value_gbp is None and not is_nothing(cells.get("value_gbp", "")):
            register.without_value.append((number, cells["value_gbp"]))
        register.contracts.append(contract)
    return register


def _cells(line: Sequence[str], columns: dict[str, int]) -> dict[str, str]:
    return {role: line[at].strip() if at < len(line) else "" for role, at in columns.items()}


@dataclass
class _Reader:
    """How a register's columns are read, as the whole of them has it."""

    order: dates.Order
    money: Money
    sums: Sums = field(default_factory=Sums)

    @classmethod
    def of(cls, rows: Sequence[dict[str, str]], headings: dict[str, str]) -> _Reader:
        days = Counter(
            cells[role] for cells in rows for role in ("starts_on", "ends_on") if role in cells
        )
        values = [cells.get("value_gbp", "") for cells in rows]
        money = Money.of_column(headings.get("value_gbp", ""), values)
        return cls(dates.settle(days, None).order, money)

    def contract(self, line: Sequence[str], cells: dict[str, str]) -> Contract:
        """What a line says, where it can be taken."""
        value = self.value(cells)
        supplier = cells.get("supplier", "")
        who = {"supplier": supplier or cells["title"], "date": cells["ends_on"]}
        if is_total(line, who, value, self.sums):
            self.sums.close(value or Decimal(0))
            raise Total("it is a line of totals")
        if not cells["title"]:
            raise Unfit("it names no contract")
        starts, ends = self._days(cells.get("starts_on", "")), self._days(cells["ends_on"])
        if is_no_date(cells["ends_on"]):
            raise Unfit(f"{cells['title']!r} has no end")
        if ends is None:
            raise Unfit(f"{cells['ends_on']!r} is no date")
        if starts and starts.first > ends.last:
            raise Unfit(f"{cells['title']!r} ends before it begins")
        for role, (most, called) in FITS.items():
            kept_whole(cells.get(role, ""), most, called, Unfit)
        self.sums.add(value or Decimal(0))
        return Contract(
            title=cells["title"],
            starts_on=starts.first if starts else None,
            ends_on=ends.last,
            # A person who holds a contract is not named.
            supplier=supplier if payee(supplier) == "named" else "",
            reference=cells.get("reference", ""),
            value_gbp=value,
        )

    def _days(self, text: str) -> dates.Days | None:
        return dates.days_any(text, self.order) if text else None

    def value(self, cells: dict[str, str]) -> Decimal | None:
        """Pounds, in the units that the heading says, or that stand behind the figures."""
        text = cells.get("value_gbp", "")
        short = _SHORT.fullmatch(text)
        figures = short[1] if short else text
        pounds = self.money.pounds({"amount": figures, "currency": cells.get("currency", "")})
        if pounds is None or other_money(text):
            return None
        if short:
            # Who writes 1.2m says the unit, whatever the heading says.
            pounds = pounds / self.money.factor * 10 ** _TIMES[short[2][0].lower()]
        return pounds.quantize(Decimal("0.0001")) if abs(pounds) < 10**12 else None
