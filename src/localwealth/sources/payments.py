"""Any file of payments, read so that every line is accounted for, to the penny.

Bodies publish what they pay in hundreds of layouts. A file is read without a line of code for its
publisher: its heading is found, its columns are guessed (:mod:`localwealth.sources.columns`), the
order of day and month is settled from the whole file (:func:`localwealth.sources.values.settle`).
Every line under a heading is then a payment, refused with a reason, or a duplicate; nothing else
can happen to it. A second, simpler count over the file as it stands must come to the same number of
lines and the same money, else ``Reading.reconciles`` is false and nobody should use it.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from localwealth.errors import UnreadableFile
from localwealth.sources import columns, sheets, values
from localwealth.sources.columns import Mapping
from localwealth.sources.payees import Payee, payee
from localwealth.sources.values import Days, Order

Repeats = Literal["payments", "duplicates"]
SEARCHED = 300
SAMPLE = 400
_NIL = Decimal(0)

_TOTAL = re.compile(
    r"^(grand |sub[ -]?|overall |report |monthly )?totals?\b[\s:£.()\w-]{0,40}$", re.I
)


@dataclass(frozen=True, slots=True)
class Payment:
    """One accepted line. ``paid`` is the day, or the first and last day where the file gives a
    month only, or None where it gives no date at all; ``amount`` is in pounds, minus for a credit;
    ``more`` are the other roles that the file fills, ``invoice_date`` as YYYY-MM-DD."""

    sheet: str
    line: int
    paid: Days | None
    supplier: str
    payee: Payee
    amount: Decimal
    more: dict[str, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """One line that is no payment, or one too many: where it stands, why, and its amount (None
    where it has none that can be read)."""

    sheet: str
    line: int
    why: str
    amount: Decimal | None


@dataclass(frozen=True)
class Stretch:
    """Lines under one heading: where they begin and end (line numbers, both included)."""

    sheet: str
    first: int
    last: int
    mapping: Mapping


@dataclass(frozen=True)
class Reading:
    """One file, read.

    ``rows`` and ``total`` are counted on the file as it stands, apart from the reading itself.
    ``stated`` are totals that the file prints: (sheet, line, what it says, what the lines above
    come to). ``questions`` are what a person should be asked once; ``passed_over`` are sheets that
    hold no payments, with the reason.
    """

    name: str
    digest: str
    rows: int
    total: Decimal
    payments: list[Payment]
    rejected: list[Refused]
    duplicates: list[Refused]
    stretches: list[Stretch]
    order: str
    period: Days | None
    stated: list[tuple[str, int, Decimal, Decimal]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)

    @property
    def accepted_gbp(self) -> Decimal:
        return sum((one.amount for one in self.payments), _NIL)

    @property
    def rejected_gbp(self) -> Decimal:
        return sum((one.amount or _NIL for one in self.rejected), _NIL)

    @property
    def duplicate_gbp(self) -> Decimal:
        return sum((one.amount or _NIL for one in self.duplicates), _NIL)

    @property
    def reconciles(self) -> bool:
        """Whether lines in are lines out, and the money is the file's, to the last penny."""
        lines = len(self.payments) + len(self.rejected) + len(self.duplicates)
        money = self.accepted_gbp + self.rejected_gbp + self.duplicate_gbp
        return lines == self.rows and money == self.total

    @property
    def mapping(self) -> Mapping:
        """The mapping of the longest stretch."""
        return max(self.stretches, key=lambda one: one.last - one.first).mapping

    def sample(self, size: int = 3) -> list[Payment]:
        """The first payments, for a person to look at before the file is taken."""
        return self.payments[:size]


def read(
    data: bytes,
    name: str,
    *,
    columns_said: AnyMapping[str, str] | None = None,
    order_said: Order | None = None,
    period_said: Days | None = None,
    repeats: Repeats | None = None,
) -> Reading:
    """Read a file of payments.

    Parameters
    ----------
    data, name
        The whole file, and its name: the name may state the period, nothing else is made of it.
    columns_said
        What a person has corrected: role to heading, or to a column's number counted from 1; ""
        says that the file doesn't have the role.
    order_said
        The order of day and month, where a person was asked.
    period_said
        The period that the file is for, where it is known otherwise than by its name.
    repeats
        What lines are that repeat an earlier line and its reference: "payments" of their own (equal
        lines of one invoice), or "duplicates", published twice. Where nobody has said, they are
        left out as duplicates, and asked about.

    Raises
    ------
    UnreadableFile
        It is no table, or no column of it can be an amount.

    Examples
    --------
    >>> file = b"Paid to,Date,Amount\\nAcorn Ltd,3 Apr 2023,\\"1,200.00\\"\\nTotal,,1200\\n"
    >>> made = read(file, "x.csv")
    >>> made.payments[0].amount, made.rejected[0].why, made.rows, made.reconciles
    (Decimal('1200.00'), 'it is a line of totals', 2, True)
    """
    grids = [one for one in sheets.grids(data, name) if any(map(_filled, one.lines))]
    if not grids:
        raise UnreadableFile("The file holds no table.")
    found: list[tuple[sheets.Grid, list[Stretch], int]] = []
    passed: list[tuple[str, str]] = []
    known: Mapping | None = None
    for grid in grids:
        stretches, start = _stretches(grid, columns_said or {}, known)
        if not stretches:
            passed.append((grid.name, "no column of it can be an amount of money"))
            continue
        known = stretches[0].mapping
        found.append((grid, stretches, start))
    dated = [one for one in found if "date" in one[1][0].mapping.columns]
    if dated and len(found) > len(dated):
        passed += [
            (grid.name, "it has no dates, and others do: a summary")
            for grid, made, _ in found
            if "date" not in made[0].mapping.columns
        ]
        found = dated
    if not found:
        raise UnreadableFile("The file has no column that can be an amount of money.")
    titles = [
        " ".join(cell for cell in line if cell.strip())
        for grid, made, start in found
        for line in grid.lines[: min(start, 8)]
    ]
    stated = (
        period_said
        or values.period(name.rsplit("/", 1)[-1])
        or next(filter(None, map(values.period, titles)), None)
    )
    return _account(data, name, found, passed, stated, order_said, repeats)


def _account(
    data: bytes, name: str, found: list[tuple[sheets.Grid, list[Stretch], int]],
    passed: list[tuple[str, str]], stated: Days | None, order_said: Order | None,
    repeats: Repeats | None,
) -> Reading:  # fmt: skip
    settled = values.settle(
        (
            line[one.mapping.columns["date"]]
            for grid, made, _ in found
            for one in made
            if "date" in one.mapping.columns
            for line in grid.lines[one.first - 1 : one.last]
            if len(line) > one.mapping.columns["date"]
        ),
        stated,
    )
    lines = _Lines(order_said or settled.order, stated, repeats)
    rows, total = 0, _NIL
    for grid, made, start in found:
        for stretch in made:
            lines.take(grid, stretch)
        rows += sum(map(_filled, grid.lines[start:]))
        total += _money_in(grid, made)
    questions = []
    if settled.asks and not order_said:
        questions.append("Is the day or the month first in its dates? " + settled.reason + ".")
    mapped = {role for _, made, _ in found for one in made for role in one.mapping.columns}
    if "date" not in mapped and not stated:
        questions.append("For which period is it? Neither the file nor its name says.")
    if "supplier" not in mapped:
        questions.append("Which column names the payee? None looks like it.")
    if (count := len(lines.duplicates)) and repeats is None:
        some = "1 line says" if count == 1 else f"{count:,} lines say"
        questions.append(
            f"{some} word for word what an earlier one says, with the same reference: left out as "
            "published twice. Are they equal lines of one invoice instead?"
        )
    return Reading(
        name=name,
        digest=hashlib.sha256(data).hexdigest(),
        rows=rows,
        total=total,
        payments=lines.payments,
        rejected=lines.rejected,
        duplicates=lines.duplicates,
        stretches=[one for _, made, _ in found for one in made],
        order="said by a person" if order_said else settled.reason,
        period=stated,
        stated=lines.stated,
        questions=questions,
        passed_over=passed,
    )


def _filled(line: Sequence[str]) -> bool:
    return any(cell.strip("\xa0 \t\r\n\x1a") for cell in line)


def _stretches(
    grid: sheets.Grid, said: AnyMapping[str, str], known: Mapping | None
) -> tuple[list[Stretch], int]:
    """The stretches of a sheet, and how many lines stand above the first."""
    lines = grid.lines
    scores = [columns.header_score(line) for line in lines[:SEARCHED]]
    best = max(scores, default=0)
    if best < 2:
        # No heading: as the sheet before, else by the look of the cells.
        # The last lines, as notes stand in front more often than behind.
        sample = [line for line in lines if _filled(line)][-SAMPLE:]
        # Headings in words that nobody has thought of: a line of words over lines with amounts.
        at = None if known else _words_over_amounts(lines)
        header = [] if at is None else [cell.strip() for cell in lines[at]]
        start = 0 if at is None else at + 1
        mapping = _said(known or columns.guess(header, sample), said)
        if "amount" not in mapping.columns:
            return [], 0
        return [Stretch(grid.name, start + 1, len(lines), mapping)], start
    at = scores.index(best)
    header, start = _header(lines, at)
    heads = [(start, header)]
    for number in range(start, len(lines)):
        line = lines[number]
        # Another heading further down begins another layout, unless it says the same.
        if (
            columns.header_score(line) >= best
            and columns.header_score(line) > 1
            and (
                [cell.strip() for cell in line if cell.strip()]
                != [c.strip() for c in lines[at] if c.strip()]
            )
        ):
            heads.append((number + 1, [cell.strip() for cell in line]))
    made: list[Stretch] = []
    for (first, heading), after in zip(heads, [*heads[1:], (len(lines) + 1, [])], strict=True):
        last = after[0] - 1 if after[1] else len(lines)
        sample = [line for line in lines[first:last] if _filled(line)][:SAMPLE]
        mapping = _said(columns.guess(heading, sample), said)
        if "amount" not in mapping.columns:
            if not made:
                return [], 0
            continue
        made.append(Stretch(grid.name, first + 1, last, mapping))
    # A heading inside belongs to the stretch before it, where it is refused as a heading.
    for index in range(len(made) - 1):
        made[index] = Stretch(
            grid.name, made[index].first, made[index + 1].first - 1, made[index].mapping
        )
    if made:
        made[-1] = Stretch(grid.name, made[-1].first, len(lines), made[-1].mapping)
    return made, start


def headings(data: bytes, name: str) -> list[str]:
    """The headings of a file that can't be read yet, for a person to say which column is what; of
    its first sheet that has any. Empty where no line looks like headings."""
    for grid in sheets.grids(data, name):
        scores = [columns.header_score(line) for line in grid.lines[:SEARCHED]]
        best = max(scores, default=0)
        at = scores.index(best) if best else _words_over_amounts(grid.lines)
        if at is not None:
            return [cell.strip() for cell in grid.lines[at]]
    return []


def _words_over_amounts(lines: list[list[str]]) -> int | None:
    """The first line of words in at least two cells right over a line with an amount in one of
    them; None where there is none."""
    for at, (line, under) in enumerate(itertools.pairwise(lines[:SEARCHED])):
        filled = [cell.strip() for cell in line if cell.strip()]
        if (
            len(filled) > 1
            and len(filled) >= len([cell for cell in under if cell.strip()])
            and not any(values.amount(cell) is not None or values.days(cell) for cell in filled)
            and any(
                values.amount(cell) is not None and cell.strip() not in values.EMPTY
                for cell in under
            )
        ):
            return at
    return None


def _header(lines: list[list[str]], at: int) -> tuple[list[str], int]:
    """The heading at a line, with the second half of one that stands in two lines; and how many
    lines are above the payments."""
    top = [cell.strip() for cell in lines[at]]
    if at + 1 < len(lines):
        under = [cell.strip() for cell in lines[at + 1]]
        filled = [cell for cell in under if cell]
        words = {"gross", "net", "nett", "vat", "amount", "value", "total", "name", "date"}
        if len(filled) > 1 and all(columns.plain(cell) in words for cell in filled):
            width = max(len(top), len(under))
            pairs = zip(
                top + [""] * (width - len(top)), under + [""] * (width - len(under)), strict=True
            )
            return [low or high for high, low in pairs], at + 2
    return top, at + 1


def _said(mapping: Mapping, said: AnyMapping[str, str]) -> Mapping:
    """A guess, with what a person has said put in its place."""
    chosen, reasons = dict(mapping.columns), dict(mapping.reasons)
    plain = [columns.plain(head) for head in mapping.header]
    for role, where in said.items():
        if role not in columns.ROLES:
            raise UnreadableFile(f"{role!r} is nothing that a payment says. Say one of: "
                                 + ", ".join(columns.ROLES) + ".")  # fmt: skip
        if not where:
            chosen.pop(role, None)
            continue
        if columns.plain(where) in plain:
            at = plain.index(columns.plain(where))
        elif where.isdigit() and 0 < int(where) <= len(mapping.header):
            at = int(where) - 1
        else:
            raise UnreadableFile(f"The file has no column {where!r}.")
        chosen = {other: column for other, column in chosen.items() if column != at}
        chosen[role], reasons[role] = at, "a person has said so"
    order = {role: chosen[role] for role in columns.ROLES if role in chosen}
    return Mapping(order, mapping.header, reasons)


class _Lines:
    """Sends each line of a file to one of three lists."""

    def __init__(self, order: Order, stated: Days | None, repeats: Repeats | None) -> None:
        self.order, self.stated_period, self.repeats = order, stated, repeats
        self.payments: list[Payment] = []
        self.rejected: list[Refused] = []
        self.duplicates: list[Refused] = []
        self.stated: list[tuple[str, int, Decimal, Decimal]] = []
        self.seen: set[tuple[str, ...]] = set()

    def take(self, grid: sheets.Grid, stretch: Stretch) -> None:
        at = stretch.mapping.columns
        heading = [cell for cell in map(columns.plain, stretch.mapping.header) if cell]
        since = _NIL
        for number in range(stretch.first, stretch.last + 1):
            line = grid.lines[number - 1]
            if not _filled(line):
                continue
            get = {role: line[column].replace("\xa0", " ").strip() if column < len(line) else ""
                   for role, column in at.items()}  # fmt: skip
            money = values.amount(get["amount"]) if get["amount"] else None
            why, days = _why_not(line, get, money, heading, since, self.order, self.stated_period)
            if why == TOTALS and money is not None:
                self.stated.append((grid.name, number, money, since))
                since = _NIL
            else:
                since += money or _NIL
            if why or money is None:
                self.rejected.append(Refused(grid.name, number, why, money))
                continue
            key = tuple(cell.strip() for cell in line)
            if get.get("reference") and key in self.seen and self.repeats != "payments":
                self.duplicates.append(
                    Refused(grid.name, number, "every cell of it stands in an earlier line", money)
                )
                continue
            self.seen.add(key)
            supplier = " ".join(get.get("supplier", "").split())
            more = {role: text for role, text in get.items()
                    if text and role not in ("amount", "supplier", "date")}  # fmt: skip
            if "invoice_date" in more:
                invoiced = values.days_any(more.pop("invoice_date"), self.order)
                if invoiced and invoiced.is_exact:
                    more["invoice_date"] = invoiced.first.isoformat()
            self.payments.append(
                Payment(grid.name, number, days, supplier, payee(supplier), money, more)
            )


TOTALS = "it is a line of totals"


def _why_not(
    line: Sequence[str], get: dict[str, str], money: Decimal | None, heading: list[str],
    since: Decimal, order: Order, stated: Days | None,
) -> tuple[str, Days | None]:  # fmt: skip
    """Why a line is no payment ("" where it is one), and the days on which it was paid."""
    filled = [cell.strip() for cell in line if cell.strip()]
    if money is None and (
        columns.header_score(line) > 1 or [columns.plain(cell) for cell in filled] == heading
    ):
        return "it is a heading", None
    # Totals have a total's words, or stand alone and come to the lines above.
    nameless = not get.get("supplier") and not get.get("date")
    words = any(_TOTAL.match(cell) for cell in filled[:3])
    if words and (nameless or not get.get("date") or _TOTAL.match(get.get("supplier", ""))):
        return TOTALS, None
    if money is not None and nameless and money == since and since and len(filled) <= 2:
        return TOTALS, None
    if money is None:
        if get["amount"]:
            return f"{get['amount'][:40]!r} is no amount of money", None
        return ("its amount is missing" if get.get("supplier") and get.get("date")
                else "it has no amount: a note"), None  # fmt: skip
    if "date" not in get:
        return "", stated
    if not get["date"]:
        return "its date is missing", None
    days = values.days_any(get["date"], order)
    if days is None:
        return f"{get['date'][:40]!r} is no date", None
    return "", days


def _money_in(grid: sheets.Grid, stretches: list[Stretch]) -> Decimal:
    """What the amount columns of a sheet come to: apart from the reading, and simpler."""
    total = _NIL
    for one in stretches:
        column = one.mapping.columns["amount"]
        for line in grid.lines[one.first - 1 : one.last]:
            total += _bare(line[column]) if column < len(line) else _NIL
    return total


_SIMPLE = re.compile(r"\d[\d,]{0,14}(?:\.\d{1,2})?")


def _bare(cell: str) -> Decimal:
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
    pennies = exact.quantize(Decimal("0.01"))
    exact = pennies if abs(exact - pennies) < Decimal("0.000001") else exact
    return -exact if minus or credit or "(" in text else exact


def difference(old: Reading, new: Reading) -> tuple[list[Payment], list[Payment]]:
    """What a corrected file changes: payments that are gone, payments that are new.

    Lines are told apart by everything that they say but where they stand.
    """
    before, after = Counter(map(_says, old.payments)), Counter(map(_says, new.payments))
    return list(_left(old.payments, before - after)), list(_left(new.payments, after - before))


def _says(one: Payment) -> tuple[object, ...]:
    return one.paid, one.supplier, one.amount, tuple(sorted(one.more.items()))


def _left(payments: list[Payment], left: Counter[tuple[object, ...]]) -> Iterator[Payment]:
    for one in payments:
        if left[_says(one)] > 0:
            left[_says(one)] -= 1
            yield one
