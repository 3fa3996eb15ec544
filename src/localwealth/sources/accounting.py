"""Line by line: what becomes of each line of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from localwealth.sources import columns, longer
from localwealth.sources.money import Money, why_no_amount
from localwealth.sources.payees import payee
from localwealth.sources.readings import PaymentLine, Rejected, Stretch
from localwealth.sources.totals import Sums, is_balance, is_total
from localwealth.tables import dates
from localwealth.tables.dates import Days, Order
from localwealth.tables.grids import Grid
from localwealth.tables.marks import is_nothing
from localwealth.words import many

Repeats = Literal["payments", "duplicates"]
TOTALS = "it is a line of totals"
BALANCE = "it is a balance that is brought or carried forward"
_NIL = Decimal(0)
# What may stand in a cell that says nothing.
BLANK = "\xa0 \t\r\n\x1a"


def filled(line: Sequence[str]) -> bool:
    """Whether any cell of a line says anything."""
    return any(line) and bool("".join(line).strip(BLANK))


class Lines:
    """Sends each line of a file to one of two lists. ``latest`` is the last day on which anything
    can have been paid."""

    def __init__(self, order: Order, stated: Days | None, latest: date) -> None:
        self.order, self.stated_period, self.latest = order, stated, latest
        self.payments: Sequence[PaymentLine] = []
        self.accepted: list[PaymentLine] = []
        self.rejected: list[Rejected] = []
        self.duplicates: list[Rejected] = []
        self.stated: list[tuple[str, int, Decimal, Decimal]] = []
        # The whole of each accepted line, to tell what is published twice.
        self.keys: list[tuple[str, ...]] = []
        # Lines that had more cells than headings: joined, and taken as they stand.
        self.joined: list[int] = []
        self.cut_off: list[int] = []
        # Lines whose money can't be told, in a sheet.
        self.unclear: set[tuple[str, int]] = set()

    def begin(self, stretch: Stretch, grid: Grid | None = None) -> None:
        """What follows goes by this stretch's mapping, and totals begin anew."""
        self.stretch, self.sums = stretch, Sums()
        self.heading = [cell for cell in map(columns.plain, stretch.mapping.header) if cell]
        self.long_lines = _LongLines.of(stretch, grid) if grid and grid.separator else None

    def _shortened(
        self, number: int, line: Sequence[str], long_lines: _LongLines
    ) -> Sequence[str] | None:
        """A line with a cell too many, as it is read; None where it is refused."""
        ways = long_lines.ways(line)
        if len(ways) == 1:
            self.joined.append(number)
            return ways[0]
        if not ways and long_lines.stands(line):
            self.cut_off.append(number)
            return line
        self.unclear.add((self.stretch.sheet, number))
        self.rejected.append(Rejected(self.stretch.sheet, number, long_lines.why(line), None))
        return None

    def take(self, number: int, line: Sequence[str]) -> None:
        """One line that is not empty."""
        sheet = self.stretch.sheet
        if self.long_lines and self.long_lines.is_long(line):
            shorter = self._shortened(number, line, self.long_lines)
            if shorter is None:
                return
            line = shorter
        get = self.says(line)
        money = self.stretch.money.pounds(get)
        why, days = self._why_not(line, get, money)
        if money is not None:
            self._add_up(number, money, why)
        if why or money is None:
            self.rejected.append(Rejected(sheet, number, why, money))
            return
        self.keys.append(tuple(cell.strip() for cell in line))
        self.accepted.append(payment_of(sheet, number, get, days, money, self.order))

    def _add_up(self, number: int, money: Decimal, why: str) -> None:
        """What a line comes to, for those below that sum it up."""
        if why == TOTALS:
            self.stated.append((self.stretch.sheet, number, money, self.sums.close(money)))
        elif why == BALANCE:
            self.sums.carry(money)
        else:
            self.sums.add(money)

    def leave_out(self, places: range, why: str) -> None:
        """Make accepted lines, by their places among them, duplicates."""
        for payment in self.accepted[places.start : places.stop]:
            self.duplicates.append(Rejected(payment.sheet, payment.line, why, payment.amount))
        del self.accepted[places.start : places.stop]
        del self.keys[places.start : places.stop]
        self.duplicates.sort(key=lambda left: left.line)

    def absorb(self, others: Lines) -> None:
        """Take over what became of the lines of another sheet."""
        self.accepted += others.accepted
        self.rejected += others.rejected
        self.duplicates += others.duplicates
        self.stated += others.stated
        self.unclear |= others.unclear
        self.payments = self.accepted

    def says(self, line: Sequence[str]) -> dict[str, str]:
        """What a line's cells say, by role."""
        return {
            role: line[column].replace("\xa0", " ").strip() if column < len(line) else ""
            for role, column in self.stretch.mapping.columns.items()
        }

    def _why_not(
        self, line: Sequence[str], get: Mapping[str, str], money: Decimal | None
    ) -> tuple[str, Days | None]:
        """Why a line is no payment ("" where it is one), and the days on which it was paid."""
        if money is None and self._is_heading(line):
            return "it is a heading", None
        if is_total(line, get, money, self.sums):
            return TOTALS, None
        if is_balance(line, get, money, self.sums):
            return BALANCE, None
        if money is None:
            return _without_amount(get, self.stretch.money), None
        return self._paid(get)

    def _is_heading(self, line: Sequence[str]) -> bool:
        cells = [columns.plain(cell) for cell in line if cell.strip()]
        return columns.header_score(line) > 1 or cells == self.heading

    def _paid(self, get: Mapping[str, str]) -> tuple[str, Days | None]:
        if "date" not in get:
            return "", self.stated_period
        if not get["date"]:
            return "its date is missing", None
        days = dates.days_any(get["date"], self.order)
        if days is None:
            return f"{get['date'][:40]!r} is no date", None
        if days.first > self.latest:
            return f"{get['date'][:40]!r} is in the future", None
        return "", days


def _without_amount(get: Mapping[str, str], money: Money) -> str:
    if get["amount"] or get.get("credit"):
        return why_no_amount(get, money)
    if get.get("supplier") and get.get("date"):
        return "its amount is missing"
    return "it has no amount: a note"


def payment_of(
    sheet: str,
    number: int,
    get: Mapping[str, str],
    days: Days | None,
    money: Decimal,
    order: Order,
) -> PaymentLine:
    """A line's payment, of what it says in each role."""
    supplier = " ".join(get.get("supplier", "").split())
    further = {
        role: text
        for role, text in get.items()
        if text and role not in _OWN and not (role in NUMBERS and is_nothing(text))
    }
    if "invoice_date" in further:
        invoiced = dates.days_any(further.pop("invoice_date"), order)
        if invoiced and invoiced.is_exact:
            further["invoice_date"] = invoiced.first.isoformat()
    return PaymentLine(sheet, number, days, supplier, payee(supplier), money, further)


# What is a number or a code: a mark for nothing is none of a description alone.
NUMBERS = {
    *("reference", "supplier_id", "company_number", "charity_number", "vat_number", "postcode"),
    "merchant_category",
}
# Roles that are a payment's own, not further ones.
_OWN = {"amount", "supplier", "date", "credit", "debit_or_credit", "currency"}


@dataclass
class _LongLines:
    """Lines of a text with more cells than columns: ``width`` is how many those are."""

    width: int
    separator: str
    kinds: Sequence[longer.Kind]

    @classmethod
    def of(cls, stretch: Stretch, grid: Grid) -> _LongLines | None:
        """None where no line of the stretch has more cells than its heading."""
        lines = grid.lines[stretch.first - 1 : stretch.last]
        width = width_of(stretch, lines)
        if all(len(line) <= width or _filled_width(line) <= width for line in lines):
            return None
        kinds = longer.kinds_of(lines, width, stretch.mapping.columns["amount"])
        return cls(width, grid.separator, kinds)

    def is_long(self, line: Sequence[str]) -> bool:
        """Whether a line has more cells than there are columns."""
        return len(line) > self.width and _filled_width(line) > self.width

    def ways(self, line: Sequence[str]) -> list[list[str]]:
        """Every way to join its cells so that each is of its column's kind."""
        return longer.joined(line, self.separator, self.kinds)

    def stands(self, line: Sequence[str]) -> bool:
        """Whether its first cells are of their columns' kinds as they are."""
        return longer.stands(line, self.kinds)

    def why(self, line: Sequence[str]) -> str:
        """Why it is refused."""
        return f"it has {many(_filled_width(line) - self.width, 'cell')} more than the headings"


def width_of(stretch: Stretch, lines: Sequence[Sequence[str]]) -> int:
    """How many columns a stretch has: to its last heading, or as many as nearly all lines fill,
    though nobody headed them."""
    heading = [at for at, head in enumerate(stretch.mapping.header, 1) if head]
    least = max([stretch.mapping.columns["amount"] + 1, *heading[-1:]])
    if max(map(len, lines), default=0) <= least:
        return least
    widths = sorted(_filled_width(line) for line in lines if filled(line))
    usual = widths[len(widths) // 10] if widths else 0
    return max(usual, least)


def _filled_width(line: Sequence[str]) -> int:
    return next((at for at in range(len(line), 0, -1) if line[at - 1].strip()), 0)


def titles_above(lines: Sequence[Sequence[str]], start: int) -> list[str]:
    """What stands above the headings, a text a line."""
    return [" ".join(cell for cell in line if cell.strip()) for line in lines[: min(start, 8)]]


@dataclass
class Part:
    """One sheet of a file with its stretches, and how many lines stand above them."""

    grid: Grid
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
        """Send every line to one of the lists."""
        for stretch in self.stretches:
            lines.begin(stretch, self.grid)
            below = self.grid.lines[stretch.first - 1 : stretch.last]
            for number, line in enumerate(below, stretch.first):
                if filled(line):
                    lines.take(number, line)
        lines.payments = lines.accepted
