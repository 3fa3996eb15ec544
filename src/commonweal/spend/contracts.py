"""Registers of contracts: what ends when, for whoever wants to supply it next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from commonweal.bringing.meanings import Choice
from commonweal.bringing.plans import LacksColumns
from commonweal.bringing.reading import SEARCHED, WHY, understand, unguarded
from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.sources.money import Money
from localwealth.sources.payees import payee
from localwealth.sources.totals import Sums, is_total
from localwealth.tables import dates, orders
from localwealth.tables.amounts import other_money
from localwealth.tables.cutting import plain
from localwealth.tables.grids import Grids, grids
from localwealth.tables.marks import is_no_date, is_nothing, said
from localwealth.tables.sheets import beyond, why_surplus, without_blank_end

from .contract_columns import MEANINGS, columns_of
from .models import Anchor, Contract

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
    table: Table | None = None


@dataclass
class Table:
    """The table of a file: its headings, which column says what, its filled lines by number."""

    headings: list[str]
    columns: dict[str, int]
    lines: list[tuple[int, list[str]]]
    sheet: str = ""
    notes: list[str] = field(default_factory=list)
    signature: str = ""
    # Cells behind the last heading, by line: a comma too many has moved all behind it.
    surplus: dict[int, list[str]] = field(default_factory=dict)


def read(
    anchor: Anchor, content: bytes, name: str, source_url: str = "", choice: Choice | None = None
) -> Read:
    """Read a register of contracts by its headings, or as its columns were told. Every filled line
    under them is a contract or left out with a reason.

    Raises
    ------
    LacksColumns
        No line of it names a contract and its end.
    Refused
        It is no table.
    """
    table = _told(content, name, choice) if choice else _by_headings(content, name)
    register = _lines(table)
    for contract in register.contracts:
        contract.anchor, contract.source_url = anchor, source_url
        contract.file_name = name[-200:]
    return register


def _told(content: bytes, name: str, choice: Choice) -> Table:
    understood = understand(content, name, meanings=MEANINGS, choice=choice)
    columns = {column.meaning: at for at, column in enumerate(understood.columns) if column.meaning}
    if not {"title", "ends_on"} <= set(columns):
        raise Refused("Say which columns are the contract and its end.")
    return Table(
        [column.heading for column in understood.columns],
        columns,
        understood.rows,
        understood.sheet,
        understood.notes,
        understood.signature,
        understood.surplus,
    )


def _by_headings(content: bytes, name: str) -> Table:
    try:
        file = grids(content, name)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    for grid in file.sheets:
        for at, line in enumerate(grid.lines[:SEARCHED]):
            columns = columns_of(line)
            if "title" in columns and "ends_on" in columns:
                notes = [*file.notes, *file.questions, *_passed_over(file)]
                table = Table(*_own_lines(grid.lines, at, columns), grid.name, notes)
                if not grid.numeric:
                    table.surplus = beyond(table.lines, len(without_blank_end(table.headings)))
                return table
    raise LacksColumns("No line of the file has headings for the contract and for its end.")


def _own_lines(
    lines: list[list[str]], top: int, columns: dict[str, int]
) -> tuple[list[str], dict[str, int], list[tuple[int, list[str]]]]:
    """Headings and filled lines; of a file that was handed out with reasons, what it was before."""
    headings = [heading.strip() for heading in lines[top]]
    filled = [
        (number, line)
        for number, line in enumerate(lines[top + 1 :], start=top + 2)
        if any(cell.strip() for cell in line)
    ]
    if plain(headings[-1]) == plain(WHY):
        width = len(headings) - 1
        filled = [(n, [unguarded(cell) for cell in line[:width]]) for n, line in filled]
        headings = headings[:width]
    return headings, columns, filled


def _passed_over(file: Grids) -> list[str]:
    return [f"Sheet {name!r} was passed over: {why}." for name, why in file.passed_over]


def _lines(table: Table) -> Read:
    columns = {role: table.headings[at].strip() for role, at in table.columns.items()}
    register = Read(columns=columns, table=table, notes=table.notes)
    filled = [(number, line, _cells(line, table.columns)) for number, line in table.lines]
    reader = _Reader.of([cells for _, _, cells in filled], columns)
    for number, line, cells in filled:
        try:
            if number in table.surplus:
                raise Unfit(why_surplus(table.surplus[number]))
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
    cells = {role: line[at].strip() if at < len(line) else "" for role, at in columns.items()}
    # A lone dash is nought pounds, and Nil may be what a contract is called.
    is_meant = {"value_gbp": True, "title": cells["title"].casefold() == "nil"}
    return {role: text if is_meant.get(role) else said(text) for role, text in cells.items()}


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
        return cls(orders.settle(days, None).order, money)

    def contract(self, line: Sequence[str], cells: dict[str, str]) -> Contract:
        """What a line says, where it can be taken."""
        pounds = self.value(cells)
        supplier = cells.get("supplier", "")
        who = {"supplier": supplier or cells["title"], "date": cells["ends_on"]}
        if is_total(line, who, pounds, self.sums):
            self.sums.close(pounds or Decimal(0))
            raise Total("it is a line of totals")
        if not cells["title"]:
            raise Unfit("it names no contract")
        starts_on, ends_on = self._runs(cells)
        for role, (most, called) in FITS.items():
            kept_whole(cells.get(role, ""), most, called, Unfit)
        self.sums.add(pounds or Decimal(0))
        return Contract(
            title=cells["title"],
            starts_on=starts_on,
            ends_on=ends_on,
            # A person who holds a contract is not named.
            supplier=supplier if payee(supplier) == "named" else "",
            reference=cells.get("reference", ""),
            value_gbp=pounds,
        )

    def _runs(self, cells: dict[str, str]) -> tuple[date | None, date]:
        """The first day of a contract, where it is known, and the last."""
        starts, ends = self._days(cells.get("starts_on", "")), self._days(cells["ends_on"])
        if is_no_date(cells["ends_on"]):
            raise Unfit(f"{cells['title']!r} has no end")
        if ends is None:
            raise Unfit(f"{cells['ends_on']!r} is no date")
        if starts and starts.first > ends.last:
            raise Unfit(f"{cells['title']!r} ends before it begins")
        return starts.first if starts else None, ends.last

    def _days(self, text: str) -> dates.Days | None:
        return None if is_no_date(text) else dates.days_any(text, self.order)

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
