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
from collections import Counter
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from localwealth.errors import UnreadableFile
from localwealth.sources import sheets, values
from localwealth.sources.accounting import Lines, Part, Repeats, filled
from localwealth.sources.columns import Mapping
from localwealth.sources.headings import headings, stretches_of
from localwealth.sources.readings import Payment, Reading, Rejected, Stretch, difference
from localwealth.sources.values import Days, Order

if TYPE_CHECKING:
    from localwealth.sources.bulk import Bulk

__all__ = ["Payment", "Reading", "Rejected", "Stretch", "difference", "headings", "read"]
# Smaller files are read line by line: it takes no time, and needs nothing heavy.
BULK_FROM = 4_000_000


def read(
    content: bytes,
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
    text, ending = sheets.unpacked(content, name)
    if len(text) >= BULK_FROM:
        from localwealth.sources.bulk import Bulk, Unfit

        try:
            large = Bulk.of(text, ending, columns_said or {})
            digest = large.digest if text is content else hashlib.sha256(content).hexdigest()
            return _account(digest, name, [large], [], period_said, order_said, repeats)
        except Unfit:
            pass
    grids = [grid for grid in sheets.grids(text, ending) if any(map(filled, grid.lines))]
    if not grids:
        raise UnreadableFile("The file holds no table.")
    parts: list[Part] = []
    passed: list[tuple[str, str]] = []
    known: Mapping | None = None
    for grid in grids:
        stretches, start = stretches_of(grid, columns_said or {}, known)
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
    if not parts:
        raise UnreadableFile("The file has no column that can be an amount of money.")
    return _account(
        hashlib.sha256(content).hexdigest(), name, parts, passed, period_said, order_said, repeats
    )


def _account(
    digest: str,
    name: str,
    parts: Sequence[Part | Bulk],
    passed: list[tuple[str, str]],
    period_said: Days | None,
    order_said: Order | None,
    repeats: Repeats | None,
) -> Reading:
    titles = [title for part in parts for title in part.titles()]
    stated = (
        period_said
        or values.period(name.rsplit("/", 1)[-1])
        or next(filter(None, map(values.period, titles)), None)
    )
    settled = values.settle(sum((part.dates() for part in parts), Counter[str]()), stated)
    lines = Lines(order_said or settled.order, stated, repeats)
    for part in parts:
        part.take(lines)
    questions = []
    if settled.asks and not order_said:
        questions.append("Is the day or the month first in its dates? " + settled.reason + ".")
    stretches = [stretch for part in parts for stretch in part.stretches]
    mapped = {role for stretch in stretches for role in stretch.mapping.columns}
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
        digest=digest,
        rows=sum(part.rows() for part in parts),
        total=sum((part.money() for part in parts), Decimal(0)),
        payments=lines.payments,
        rejected=lines.rejected,
        duplicates=lines.duplicates,
        stretches=stretches,
        order="said by a person" if order_said else settled.reason,
        period=stated,
        stated=lines.stated,
        questions=questions,
        passed_over=passed,
    )
