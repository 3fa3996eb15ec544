"""Line by line: what becomes of each line of a file, and what the file comes to as it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from localwealth.sources import columns, sheets, values
from localwealth.sources.payees import payee
from localwealth.sources.readings import Payment, Rejected, Stretch
from localwealth.sources.values import Days, Order

Repeats = Literal["payments", "duplicates"]
TOTALS = "it is a line of totals"
REPEATED = "every cell of it stands in an earlier line"
_NIL = Decimal(0)
# What may stand in a cell that says nothing.
BLANK = "\xa0 \t\r\n\x1a"

_TOTAL = re.compile(
    r"^(grand |sub[ -]?|overall |report |monthly )?totals?\b[\s:£.()\w-]{0,40}$", re.I
)


def filled(line: Sequence[str]) -> bool:
    """Whether any cell of a line says anything."""
    return any(cell.strip(BLANK) for cell in line)


class Lines:
    """Sends each line of a file to one of three lists."""

    def __init__(self, order: Order, stated: Days | None, repeats: Repeats | None) -> None:
        self.order, self.stated_period, self.repeats = order, stated, repeats
        self.payments: Sequence[Payment] = []
        self.accepted: list[Payment] = []
        self.rejected: list[Rejected] = []
        self.duplicates: list[Rejected] = []
        self.stated: list[tuple[str, int, Decimal, Decimal]] = []
        self.seen: set[tuple[str, ...]] = set()
        # What the lines come to since the last line of totals.
        self.since = _NIL

    def begin(self, stretch: Stretch) -> None:
        """What follows goes by this stretch's mapping, and totals begin anew."""
        self.stretch, self.since = stretch, _NIL
        self.heading = [cell for cell in map(columns.plain, stretch.mapping.header) if cell]

    def take(self, number: int, line: Sequence[str]) -> None:
        """One line that is not empty."""
        sheet, at = self.stretch.sheet, self.stretch.mapping.columns
        get = {
            role: line[column].replace("\xa0", " ").strip() if column < len(line) else ""
            for role, column in at.items()
        }
        money = values.amount(get["amount"]) if get["amount"] else None
        why, days = _why_not(
            line, get, money, self.heading, self.since, self.order, self.stated_period
        )
        if why == TOTALS and money is not None:
            self.stated.append((sheet, number, money, self.since))
            self.since = _NIL
        else:
            self.since += money or _NIL
        if why or money is None:
            self.rejected.append(Rejected(sheet, number, why, money))
            return
        key = tuple(cell.strip() for cell in line)
        if get.get("reference") and key in self.seen and self.repeats != "payments":
            self.duplicates.append(Rejected(sheet, number, REPEATED, money))
            return
        self.seen.add(key)
        self.accepted.append(payment_of(sheet, number, get, days, money, self.order))


def payment_of(
    sheet: str, number: int, get: dict[str, str], days: Days | None, money: Decimal, order: Order
) -> Payment:
    """A line's payment, of what it says in each role."""
    supplier = " ".join(get.get("supplier", "").split())
    further = {
        role: text
        for role, text in get.items()
        if text and role not in ("amount", "supplier", "date")
    }
    if "invoice_date" in further:
        invoiced = values.days_any(further.pop("invoice_date"), order)
        if invoiced and invoiced.is_exact:
            further["invoice_date"] = invoiced.first.isoformat()
    return Payment(sheet, number, days, supplier, payee(supplier), money, further)


def _why_not(
    line: Sequence[str],
    get: dict[str, str],
    money: Decimal | None,
    heading: list[str],
    since: Decimal,
    order: Order,
    stated: Days | None,
) -> tuple[str, Days | None]:
    """Why a line is no payment ("" where it is one), and the days on which it was paid."""
    filled = [cell.strip() for cell in line if cell.strip()]
    if money is None and (
        columns.header_score(line) > 1 or [columns.plain(cell) for cell in filled] == heading
    ):
        return "it is a heading", None
    # Totals have a total's words, or stand alone and come to the lines above.
    nameless = not get.get("supplier") and not get.get("date")
    says_total = any(_TOTAL.match(cell) for cell in filled[:3])
    if says_total and (nameless or not get.get("date") or _TOTAL.match(get.get("supplier", ""))):
        return TOTALS, None
    if money is not None and nameless and money == since and since and len(filled) <= 2:
        return TOTALS, None
    if money is None:
        if get["amount"]:
            return f"{get['amount'][:40]!r} is no amount of money", None
        return (
            "its amount is missing"
            if get.get("supplier") and get.get("date")
            else "it has no amount: a note"
        ), None
    if "date" not in get:
        return "", stated
    if not get["date"]:
        return "its date is missing", None
    days = values.days_any(get["date"], order)
    if days is None:
        return f"{get['date'][:40]!r} is no date", None
    return "", days


_SIMPLE = re.compile(r"\d[\d,]{0,14}(?:\.\d{1,2})?")


def bare(cell: str) -> Decimal:
    """What a cell of the amount column comes to; nought where it is no amount."""
    pounds = _figures(cell)
    # An identifier that has got into the column: nobody pays a thousand billion pounds.
    return pounds if abs(pounds) < 10**12 else _NIL


def _figures(cell: str) -> Decimal:
    if _SIMPLE.fullmatch(cell):
        return Decimal(cell.replace(",", ""))
    if re.search(r"\d[eE][+-]?\d", cell) and not re.search(r"[A-DF-Za-df-z]", cell):
        return values.amount(cell) or _NIL
    text = re.sub(r"GBP|Â|œ|¶|Ł", "", cell, flags=re.IGNORECASE).strip()
    credit = text.upper().endswith("CR")
    text = re.sub(r"(CR|DR)$", "", text, flags=re.IGNORECASE)
    digits = re.sub(r"[^\d.]", "", text)
    if re.search(r"[A-Za-z/:]", text) or not re.search(r"\d", digits) or digits.count(".") > 1:
        return _NIL
    minus = len(re.findall(r"[-–−]", text)) == 1
    if len(re.findall(r"[-–−]", text)) > 1:
        return _NIL
    exact = Decimal(digits)
    if exact >= 10**12:
        return _NIL
    pennies = exact.quantize(Decimal("0.01"))
    exact = pennies if abs(exact - pennies) < Decimal("0.000001") else exact
    return -exact if minus or credit or "(" in text else exact


def titles_above(lines: Sequence[Sequence[str]], start: int) -> list[str]:
    """What stands above the headings, a text a line."""
    return [" ".join(cell for cell in line if cell.strip()) for line in lines[: min(start, 8)]]


@dataclass
class Part:
    """One sheet of a file with its stretches, and how many lines stand above them."""

    grid: sheets.Grid
    stretches: list[Stretch]
    start: int

    def titles(self) -> list[str]:
        """What stands above the headings, which may state the period."""
        return titles_above(self.grid.lines, self.start)

    def dates(self) -> Counter[str]:
        """The texts in the columns of dates, and how often each stands there."""
        return Counter(
            line[stretch.mapping.columns["date"]]
            for stretch in self.stretches
            if "date" in stretch.mapping.columns
            for line in self.grid.lines[stretch.first - 1 : stretch.last]
            if len(line) > stretch.mapping.columns["date"]
        )

    def take(self, lines: Lines) -> None:
        """Send every line to one of the three lists."""
        for stretch in self.stretches:
            lines.begin(stretch)
            for number in range(stretch.first, stretch.last + 1):
                if filled(line := self.grid.lines[number - 1]):
                    lines.take(number, line)
        lines.payments = lines.accepted

    def rows(self) -> int:
        """Lines under the headings that are not empty: apart from the reading, and simpler."""
        return sum(map(filled, self.grid.lines[self.start :]))

    def money(self) -> Decimal:
        """What the amount columns come to: apart from the reading, and simpler."""
        total = _NIL
        for stretch in self.stretches:
            column = stretch.mapping.columns["amount"]
            for line in self.grid.lines[stretch.first - 1 : stretch.last]:
                total += bare(line[column]) if column < len(line) else _NIL
        return total
