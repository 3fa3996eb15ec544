"""What comes of reading a file of payments: payments, refused lines, duplicates, its mapping."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from localwealth.sources.columns import ColumnMapping
from localwealth.sources.money import Money
from localwealth.sources.payees import Payee
from localwealth.tables.dates import Days

if TYPE_CHECKING:
    import pyarrow as pa

_NIL = Decimal(0)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One accepted line. ``paid`` is the day, or the first and last day where the file gives a
    month only, or None where it gives no date at all; ``amount`` is in pounds, minus for a credit;
    ``roles`` are the other roles that the file fills, ``invoice_date`` as YYYY-MM-DD."""

    sheet: str
    line: int
    paid: Days | None
    supplier: str
    payee: Payee
    amount: Decimal
    roles: dict[str, str]


class Many(Sequence[PaymentLine]):
    """Payments that are kept as columns, and made when they are asked for."""

    @property
    @abstractmethod
    def total(self) -> Decimal:
        """What they come to, in pounds."""

    @abstractmethod
    def outside(self, first: date, last: date) -> list[tuple[int, Days]]:
        """The line and the days of each payment before or after these days, in order."""

    @abstractmethod
    def table(self) -> pa.Table:
        """All of them, in the columns of ``tables.PAYMENTS``."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One line that is no payment, or one too many: where it stands, why, and its amount (None
    where it has none that can be read)."""

    sheet: str
    line: int
    why: str
    amount: Decimal | None


@dataclass(frozen=True)
class Stretch:
    """Lines under one heading: where they begin and end (line numbers, both included), which
    column says what, and how its amounts are read."""

    sheet: str
    first: int
    last: int
    mapping: ColumnMapping
    money: Money = field(default_factory=Money)


@dataclass(frozen=True)
class Reading:
    """One file, read.

    ``rows`` and ``total`` are counted on the file as it stands, apart from the reading itself.
    ``stated`` are totals that the file prints: (sheet, line, what it says, what the lines above
    come to). ``questions`` are what a person should be asked once; ``passed_over`` are sheets that
    hold no payments, with the reason; ``notes`` say what was repaired, joined or applied.
    """

    name: str
    digest: str
    rows: int
    total: Decimal
    payments: Sequence[PaymentLine]
    rejected: list[Rejected]
    duplicates: list[Rejected]
    stretches: list[Stretch]
    order: str
    period: Days | None
    stated: list[tuple[str, int, Decimal, Decimal]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def accepted_gbp(self) -> Decimal:
        """What the payments come to, in pounds."""
        if isinstance(self.payments, Many):
            return self.payments.total
        return sum((payment.amount for payment in self.payments), _NIL)

    @property
    def rejected_gbp(self) -> Decimal:
        """What the rejected lines come to, in pounds; without a readable amount to nothing."""
        return sum((line.amount or _NIL for line in self.rejected), _NIL)

    @property
    def duplicate_gbp(self) -> Decimal:
        """What the lines left out as duplicates come to, in pounds."""
        return sum((line.amount or _NIL for line in self.duplicates), _NIL)

    @property
    def reconciles(self) -> bool:
        """Whether lines in are lines out, and the money is the file's, to the last penny."""
        lines = len(self.payments) + len(self.rejected) + len(self.duplicates)
        money = self.accepted_gbp + self.rejected_gbp + self.duplicate_gbp
        return lines == self.rows and money == self.total

    @property
    def remarks(self) -> list[str]:
        """A sentence for all that was done to the file, and for each sheet that was passed over."""
        return self.notes + [
            f"Sheet {sheet!r} was passed over: {why}." for sheet, why in self.passed_over
        ]

    @property
    def mapping(self) -> ColumnMapping:
        """The mapping of the longest stretch."""
        return max(self.stretches, key=lambda stretch: stretch.last - stretch.first).mapping

    def table(self) -> pa.Table:
        """The payments, in the columns of ``tables.PAYMENTS`` and the order of the file."""
        if isinstance(self.payments, Many):
            return self.payments.table()
        from localwealth.sources.tables import table_of

        return table_of(self.payments)

    def sample(self, size: int = 3) -> list[PaymentLine]:
        """The first payments, for a person to look at before the file is taken."""
        return list(itertools.islice(self.payments, size))


def difference(old: Reading, new: Reading) -> tuple[list[PaymentLine], list[PaymentLine]]:
    """What a corrected file changes: payments that are gone, payments that are new.

    Lines are told apart by everything that they say but where they stand.
    """
    before, after = Counter(map(_says, old.payments)), Counter(map(_says, new.payments))
    return list(_left(old.payments, before - after)), list(_left(new.payments, after - before))


def _says(payment: PaymentLine) -> tuple[object, ...]:
    return payment.paid, payment.supplier, payment.amount, tuple(sorted(payment.roles.items()))


def _left(
    payments: Sequence[PaymentLine], left: Counter[tuple[object, ...]]
) -> Iterator[PaymentLine]:
    for payment in payments:
        if left[_says(payment)] > 0:
            left[_says(payment)] -= 1
            yield payment
