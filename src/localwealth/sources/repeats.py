"""What a file publishes twice: a block of lines again in the same order, or a sheet that repeats.

Equal lines alone tell nothing: bodies publish the lines of an invoice, and of many equal ones (a
rent a flat, a licence a person) each is a payment. What no invoice does is to say again, in the
same order, many different lines with several references.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from localwealth.sources.readings import PaymentLine

REPEATED = "it repeats a block of lines, in the same order"
# A block is so many lines at least, and says so many different things.
BLOCK_LEAST, DIFFERENT_LEAST = 10, 5
# A sheet without dates repeats another only if it has so many lines.
UNDATED_LEAST = 10


@dataclass(frozen=True)
class Block:
    """Lines ``first`` to ``last`` (places in their list, both included) say what as many lines
    from ``earlier`` on say."""

    first: int
    last: int
    earlier: int


def blocks(
    keys: Sequence[object],
    reference: Callable[[int], str] | None = None,
    places: Iterable[int] | None = None,
) -> list[Block]:
    """The blocks of a list of lines that say again, in the same order, what earlier ones say.

    ``keys`` say what each line says, ``reference`` gives the reference of a line, where the file
    has any; ``places``, going up, are where a line stands that another equals, where that is known.

    >>> lines = [f"line {number}" for number in range(12)]
    >>> blocks(lines + ["another"] + lines)
    [Block(first=13, last=24, earlier=0)]
    >>> blocks(["the same"] * 30)
    []
    """
    earliest: dict[object, int] = {}
    repeated: list[Block] = []
    start = back = end = 0
    for at in [*(range(len(keys)) if places is None else places), len(keys)]:
        is_next = at == end and at < len(keys)
        if not (is_next and back and keys[at - back] == keys[at]):
            if back and _is_block(keys, start, end, reference):
                repeated.append(Block(start, end - 1, start - back))
            back = at - earliest[keys[at]] if at < len(keys) and keys[at] in earliest else 0
            start = at
        end = at + 1
        if at < len(keys):
            earliest.setdefault(keys[at], at)
    return repeated


def _is_block(
    keys: Sequence[object], first: int, end: int, reference: Callable[[int], str] | None
) -> bool:
    if end - first < BLOCK_LEAST or len({*keys[first:end]}) < DIFFERENT_LEAST:
        return False
    # The lines of one invoice are all of one reference.
    return reference is None or len({reference(at) for at in range(first, end)}) > 1


def repeats_sheet(payments: Sequence[PaymentLine], others: Sequence[PaymentLine]) -> bool:
    """Whether every payment of a sheet stands in another sheet too."""
    if not payments or len(payments) > len(others):
        return False
    is_dated = any(payment.paid for payment in payments)
    if not is_dated and len(payments) < UNDATED_LEAST:
        return False
    return not Counter(map(_says, payments)) - Counter(map(_says, others))


def sums_sheet(payments: Sequence[PaymentLine], others: Sequence[PaymentLine]) -> bool:
    """Whether a sheet has a line a payee with what another sheet's lines to the payee come to; or
    no payee at all, fewer lines, and the same money, where the other has payees."""
    if _names_nobody(payments) and not _names_nobody(others):
        return len(payments) < len(others) and _money(payments) == _money(others)
    if len(payments) < 2 or len(payments) >= len(others):
        return False
    names = [payment.supplier.casefold() for payment in payments]
    if len(set(names)) < len(names):
        return False
    return dict(zip(names, (payment.amount for payment in payments), strict=True)) == _by_payee(
        others
    )


def _names_nobody(payments: Sequence[PaymentLine]) -> bool:
    return not any(payment.supplier for payment in payments)


def _money(payments: Sequence[PaymentLine]) -> Decimal:
    return sum((payment.amount for payment in payments), Decimal(0))


def _by_payee(payments: Sequence[PaymentLine]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for payment in payments:
        name = payment.supplier.casefold()
        sums[name] = sums.get(name, Decimal(0)) + payment.amount
    return sums


def _says(payment: PaymentLine) -> tuple[object, ...]:
    return payment.paid, payment.supplier, payment.amount, payment.roles.get("reference")
