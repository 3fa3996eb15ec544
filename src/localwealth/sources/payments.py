"""Any file of payments, read so that every line is accounted for, to the penny.

Bodies publish what they pay in hundreds of layouts. A file is read without a line of code for its
publisher: its heading is found, its columns are guessed (:mod:`localwealth.sources.columns`), the
order of day and month is settled from the whole file (:func:`localwealth.tables.orders.settle`).
Every line under a heading is then a payment, refused with a reason, or published twice; nothing
else can happen to it. A second count (:mod:`localwealth.sources.counting`), by another way to the
file's bytes, must come to the same number of lines and the same money, else ``Reading.reconciles``
is false and nobody should use it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from localwealth.errors import UnreadableFile
from localwealth.sources import asking, counting
from localwealth.sources.accounting import Lines, Part, Repeats, filled
from localwealth.sources.columns import ColumnMapping
from localwealth.sources.headings import headings, stretches_of
from localwealth.sources.readings import PaymentLine, Reading, Rejected, Stretch, difference
from localwealth.sources.repeats import REPEATED, blocks, repeats_sheet, sums_sheet
from localwealth.tables import dates, orders
from localwealth.tables.bounds import unpacked
from localwealth.tables.dates import Days, Order
from localwealth.tables.grids import Grid, grids

if TYPE_CHECKING:
    from localwealth.sources.bulk import Bulk

__all__ = ["PaymentLine", "Reading", "Rejected", "Stretch", "difference", "headings", "read"]
# Smaller files are read line by line: it takes no time, and needs nothing heavy.
BULK_FROM = 4_000_000
# Payments of the next days stand in files; later ones are slips of the pen.
AHEAD_MOST = timedelta(days=31)


@dataclass(frozen=True)
class _Said:
    """What a person has said of a file: see :func:`read`."""

    columns: AnyMapping[str, str] = field(default_factory=dict)
    order: Order | None = None
    period: Days | None = None
    repeats: Repeats | None = None
    today: date = date.max

    @property
    def latest(self) -> date:
        """The last day on which anything can have been paid."""
        return self.today + AHEAD_MOST


def read(
    content: bytes,
    name: str,
    *,
    columns_said: AnyMapping[str, str] | None = None,
    order_said: Order | None = None,
    period_said: Days | None = None,
    repeats: Repeats | None = None,
    today: date | None = None,
) -> Reading:
    """Read a file of payments.

    Parameters
    ----------
    content, name
        The whole file, and its name: the name may state the period, nothing else is made of it.
    columns_said
        What a person has corrected: role to heading, or to a column's number counted from 1; ""
        says that the file doesn't have the role.
    order_said
        The order of day and month, where a person was asked.
    period_said
        The period that the file is for, where it is known otherwise than by its name.
    repeats
        What a block of lines is that repeats an earlier one in the same order, or a sheet that
        repeats another: "payments" of their own, or "duplicates", published twice. Where nobody has
        said, they are left out as duplicates, and asked about. Equal lines by themselves are always
        payments.
    today
        The day on which the file is read, if not today: a payment of much later can't be.

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
    today = today or datetime.now().astimezone().date()
    said = _Said(columns_said or {}, order_said, period_said, repeats, today)
    text, ending = unpacked(content, name)
    if len(text) >= BULK_FROM and (reading := _by_columns(text, ending, content, name, said)):
        return reading
    file = grids(text, ending)
    parts, passed = _parts([grid for grid in file.sheets if any(map(filled, grid.lines))], said)
    passed = [*file.passed_over, *passed]
    if not parts:
        raise UnreadableFile("The file has no column that can be an amount of money.")
    questions = [*file.questions, *asking.units_above(parts)]
    digest = hashlib.sha256(content).hexdigest()
    reading = _of_parts(parts, text, digest, name, said, passed, list(file.notes))
    return replace(reading, questions=[*questions, *reading.questions])


def _by_columns(text: bytes, ending: str, content: bytes, name: str, said: _Said) -> Reading | None:
    """A large, even text read by columns; None where it must be read line by line."""
    from localwealth.sources.bulk import Bulk, Unfit

    try:
        large = Bulk.of(text, ending, said.columns)
        digest = large.digest if text is content else hashlib.sha256(content).hexdigest()
        reading = _of_bulk(large, digest, name, said)
        return replace(reading, questions=[*asking.units_above([large]), *reading.questions])
    except Unfit:
        return None


def _parts(sheets: Sequence[Grid], said: _Said) -> tuple[list[Part], list[tuple[str, str]]]:
    """The sheets that hold payments, and those passed over with the reason."""
    if not sheets:
        raise UnreadableFile("The file holds no table.")
    parts: list[Part] = []
    passed: list[tuple[str, str]] = []
    known: ColumnMapping | None = None
    for grid in sheets:
        stretches, start = stretches_of(grid, said.columns, known)
        if not stretches:
            passed.append((grid.name, "no column of it can be an amount of money"))
            continue
        known = stretches[0].mapping
        parts.append(Part(grid, stretches, start))
    dated = [part for part in parts if "date" in part.stretches[0].mapping.columns]
    if dated and len(parts) > len(dated):
        passed += [
            (part.grid.name, "it has no dates, and others do: a summary")
            for part in parts
            if part not in dated
        ]
        parts = dated
    return parts, passed


def _stated(parts: Sequence[Part | Bulk], name: str, said: _Said) -> Days | None:
    """The period that a file is for: as a person, its name, or a title in it says."""
    titles = [title for part in parts for title in part.titles()]
    return (
        said.period
        or dates.period(name.rsplit("/", 1)[-1])
        or next(filter(None, map(dates.period, titles)), None)
    )


def _of_bulk(large: Bulk, digest: str, name: str, said: _Said) -> Reading:
    stated = _stated([large], name, said)
    settled = orders.settle(large.dates(), stated, latest=said.latest)
    lines = Lines(said.order or settled.order, stated, said.latest)
    large.take(lines, said.repeats)
    return _reading(
        lines,
        large.stretches,
        settled,
        said,
        name=name,
        digest=digest,
        rows=large.rows(),
        total=large.money(),
        notes=large.notes,
    )


def _of_parts(
    parts: list[Part],
    content: bytes,
    digest: str,
    name: str,
    said: _Said,
    passed: list[tuple[str, str]],
    notes: list[str],
) -> Reading:
    stated = _stated(parts, name, said)
    texts = sum((part.dates() for part in parts), Counter[str]())
    settled = orders.settle(texts, stated, latest=said.latest)
    taken = []
    for part in parts:
        lines = Lines(said.order or settled.order, stated, said.latest)
        part.take(lines)
        taken.append((part, lines))
    taken = _without_sums(taken, passed)
    if said.repeats != "payments":
        _leave_out_repeats(taken)
    of_all_sheets = Lines(said.order or settled.order, stated, said.latest)
    rows, total = 0, Decimal(0)
    for part, lines in taken:
        sheet = part.grid.name
        rows += counting.lines_of(part)
        total += _counted_again(part, content, lines)
        notes += asking.notes_of(lines, sheet)
        of_all_sheets.absorb(lines)
    return _reading(
        of_all_sheets,
        [stretch for part, _ in taken for stretch in part.stretches],
        settled,
        said,
        name=name,
        digest=digest,
        rows=rows,
        total=total,
        passed_over=passed,
        notes=notes,
    )


def _counted_again(part: Part, content: bytes, lines: Lines) -> Decimal:
    """What the second count comes to in a sheet."""
    read_of = {payment.line: payment.amount for payment in lines.accepted}
    for left in (*lines.rejected, *lines.duplicates):
        if left.amount:
            read_of[left.line] = left.amount
    return counting.money_of(part, content, read_of, {number for _, number in lines.unclear})


def _without_sums(
    taken: list[tuple[Part, Lines]], passed: list[tuple[str, str]]
) -> list[tuple[Part, Lines]]:
    """The sheets that don't sum up another, or all others."""
    left = []
    for part, lines in taken:
        beside = [pair for pair in taken if pair[0] is not part]
        if summed := _summed(lines, beside):
            by_payee = " by payee" if any(payment.supplier for payment in lines.accepted) else ""
            passed.append((part.grid.name, f"it sums up {summed}{by_payee}"))
        else:
            left.append((part, lines))
    return left


def _summed(lines: Lines, beside: list[tuple[Part, Lines]]) -> str:
    """What the lines of a sheet sum up among the sheets beside it; "" for nothing."""
    for sheet, further in beside:
        if sums_sheet(lines.accepted, further.accepted):
            return f"sheet {sheet.grid.name!r}"
    all_beside = [payment for _, further in beside for payment in further.accepted]
    return "the other sheets" if sums_sheet(lines.accepted, all_beside) else ""


def _leave_out_repeats(taken: list[tuple[Part, Lines]]) -> None:
    """Make duplicates of blocks of lines, and of sheets, that say again what others say."""
    for at, (_, lines) in enumerate(taken):
        about = _repeated_sheet(taken, at)
        if about is not None:
            lines.leave_out(range(len(lines.accepted)), f"it repeats sheet {about!r}")
            continue
        has_reference = any("reference" in payment.roles for payment in lines.accepted)
        reference = partial(_reference, lines.accepted) if has_reference else None
        repeated = blocks(lines.keys, reference)
        for block in reversed(repeated):
            lines.leave_out(range(block.first, block.last + 1), REPEATED)


def _repeated_sheet(taken: list[tuple[Part, Lines]], at: int) -> str | None:
    """The name of the sheet that one, by its place, repeats: of two that say the same the first
    stays."""
    lines = taken[at][1]
    for place, (sheet, further) in enumerate(taken):
        is_earlier_or_longer = place < at or len(further.accepted) > len(lines.accepted)
        if place != at and is_earlier_or_longer and repeats_sheet(lines.accepted, further.accepted):
            return sheet.grid.name
    return None


def _reference(payments: Sequence[PaymentLine], place: int) -> str:
    return payments[place].roles.get("reference", "")


def _reading(
    lines: Lines,
    stretches: list[Stretch],
    settled: orders.Settled,
    said: _Said,
    *,
    name: str,
    digest: str,
    rows: int,
    total: Decimal,
    passed_over: list[tuple[str, str]] | None = None,
    notes: list[str] | None = None,
) -> Reading:
    return Reading(
        name=name,
        digest=digest,
        rows=rows,
        total=total,
        payments=lines.payments,
        rejected=lines.rejected,
        duplicates=lines.duplicates,
        stretches=stretches,
        order="said by a person" if said.order else settled.reason,
        period=lines.stated_period,
        stated=lines.stated,
        questions=asking.questions(
            lines,
            stretches,
            asks_order="" if said.order else settled.question,
            asks_period=said.period is None,
            asks_repeats=said.repeats is None,
        ),
        passed_over=passed_over or [],
        notes=[*(notes or []), *asking.units_of(stretches)],
    )
