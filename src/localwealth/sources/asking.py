"""What a person should be asked of a file of payments, and what should be said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from localwealth.sources.accounting import Lines, Part
from localwealth.sources.money import UNITS
from localwealth.sources.readings import Many, PaymentLine, Stretch
from localwealth.tables.dates import Days
from localwealth.tables.showing import letters
from localwealth.words import many

if TYPE_CHECKING:
    from localwealth.sources.bulk import Bulk

# A file has payments of some months around its own; of other years it has slips of the pen.
AROUND = timedelta(days=92)
NAMED_MOST = 5
# Not *payments over £25 million*.
_IN_UNITS = re.compile(
    r"£ ?['’]?0{3}s?\b|\(£ ?[km]\)|£ ?[km]$|"
    r"\b(in|are|as|mewn)\b[^.]{0,12}\b(thousands?|millions?|pence|miloedd|£ ?[km])\b",
    re.IGNORECASE,
)
_CALLED = {"amount": "amounts", "supplier": "payees", "date": "dates"}


def questions(
    lines: Lines,
    stretches: Sequence[Stretch],
    *,
    asks_order: str,
    asks_period: bool,
    asks_repeats: bool,
) -> list[str]:
    """One sentence for each thing that the file leaves open."""
    asked = []
    if asks_order:
        asked.append(asks_order)
    mapped = {role for stretch in stretches for role in stretch.mapping.columns}
    if "date" not in mapped and not lines.stated_period:
        asked.append("For which period is it? Neither the file nor its name says.")
    if "supplier" not in mapped:
        asked.append("Which column names the payee? None looks like it.")
    asked += dict.fromkeys(_doubled(stretches))
    if asks_period:
        asked += _outside(lines)
    if asks_repeats:
        asked += _repeated(lines)
    return asked


def _doubled(stretches: Sequence[Stretch]) -> Iterator[str]:
    for stretch in stretches:
        mapping = stretch.mapping
        for role, others in mapping.doubled.items():
            taken = mapping.columns[role]
            further = " and ".join(letters(at) for at in others)
            yield (
                f"{many(len(others), 'more column')} headed {mapping.header[taken]!r} ({further}): "
                f"the {_CALLED[role]} come from the first ({letters(taken)}). Is that right?"
            )


def _outside(lines: Lines) -> Iterator[str]:
    stated = lines.stated_period
    if stated is None:
        return
    far = _far(lines.payments, stated.first - AROUND, stated.last + AROUND)
    # Where many are, the name of the file says something else than the days of payment.
    if far and len(far) * 2 < len(lines.payments) + len(far):
        named = ", ".join(f"line {line}: {_day(span)}" for line, span in far[:NAMED_MOST])
        rest = " …" if len(far) > NAMED_MOST else ""
        yield (
            f"The file is for {_day(stated)}, and it has {many(len(far), 'payment')} of days far "
            f"from it ({named}{rest}). Is that right?"
        )


def _far(payments: Sequence[PaymentLine], first: date, last: date) -> list[tuple[int, Days]]:
    if isinstance(payments, Many):
        return payments.outside(first, last)
    return [
        (payment.line, payment.paid)
        for payment in payments
        if payment.paid and (payment.paid.last < first or payment.paid.first > last)
    ]


def _day(span: Days) -> str:
    if span.is_exact:
        return f"{span.first:%-d %B %Y}"
    return f"{span.first:%-d %B %Y} to {span.last:%-d %B %Y}"


def _repeated(lines: Lines) -> Iterator[str]:
    count = len(lines.duplicates)
    if not count:
        return
    money = sum((left.amount or Decimal(0) for left in lines.duplicates), Decimal(0))
    yield (
        f"Left out as published twice (£{money:,.2f}): {many(count, 'line')}, in the order of "
        "earlier ones or of another sheet. Payments of their own instead?"
    )


def units_above(parts: Sequence[Part | Bulk]) -> Iterator[str]:
    """A question for a line above the headings that says in which units the amounts are, where no
    heading does: it may be about another table."""
    for part in parts:
        if any(stretch.money.factor != 1 for stretch in part.stretches):
            continue
        for title in part.titles():
            if _IN_UNITS.search(title):
                yield (
                    f"Above the headings stands {title[:80]!r}, and no heading says so: the "
                    "amounts are read as pounds. If they are not, say so in the heading."
                )


def notes_of(lines: Lines, sheet: str) -> list[str]:
    """What was done to the lines of a sheet."""
    where = f"Sheet {sheet!r}: " if sheet else ""
    notes = []
    if lines.joined:
        notes.append(
            f"{where}Joined in the only way that fits, as a separator stood in a cell without "
            f"quotation marks: line {_places(lines.joined)}."
        )
    if lines.cut_off:
        notes.append(
            f"{where}Passed over, as no heading stands above: the last cells of line "
            f"{_places(lines.cut_off)}."
        )
    return notes


def _places(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:8])) + (" …" if len(numbers) > 8 else "")


def units_of(stretches: Sequence[Stretch]) -> list[str]:
    """In which figures and units the amounts of a file are, where that isn't plain pounds."""
    notes = {}
    for stretch in stretches:
        money, mapping = stretch.money, stretch.mapping
        at = mapping.columns["amount"]
        heading = mapping.header[at] if at < len(mapping.header) else ""
        if money.factor != 1:
            notes[f"The heading {heading!r} says that its amounts are {UNITS[money.factor]}."] = 1
        if money.decimal == ",":
            notes["Its amounts have a comma before the pennies."] = 1
        if money.otherwise:
            amounts = many(money.otherwise, "amount")
            notes[f"Another sign before the pennies than in the rest: {amounts}."] = 1
        if "credit" in mapping.columns:
            notes["What stands in its column of credits is taken off."] = 1
        if "debit_or_credit" in mapping.columns:
            notes["Amounts that its column marks as credits are taken off."] = 1
    return list(notes)
