"""Payments as a table, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from localwealth.sources.vocabulary import MONEY_ROLES, ROLES

if TYPE_CHECKING:
    from localwealth.sources.readings import PaymentLine

MONEY = pa.decimal128(18, 4)
EXACT = Decimal("0.0001")
# Of these each is a column of its own, or part of the amount.
_NO_TEXTS = {"amount", "supplier", "date", "invoice_date", *MONEY_ROLES}
TEXTS = tuple(role for role in ROLES if role not in _NO_TEXTS)
# One row a payment, as a table: ``first`` and ``last`` are its day, or the days of its month;
# ``amount`` in pounds; other roles are null where the line leaves them empty.
PAYMENTS = pa.schema(
    [
        ("sheet", pa.string()),
        ("line", pa.int32()),
        ("first", pa.date32()),
        ("last", pa.date32()),
        ("supplier", pa.string()),
        ("payee", pa.string()),
        ("amount", MONEY),
        ("invoice_date", pa.date32()),
        *((role, pa.string()) for role in TEXTS),
    ]
)


def table_of(payments: Sequence[PaymentLine]) -> pa.Table:
    """Payments in the columns of ``PAYMENTS``."""
    cells: dict[str, list[object]] = {key: [] for key in PAYMENTS.names}
    for payment in payments:
        cells["sheet"].append(payment.sheet)
        cells["line"].append(payment.line)
        cells["first"].append(payment.paid.first if payment.paid else None)
        cells["last"].append(payment.paid.last if payment.paid else None)
        cells["supplier"].append(payment.supplier)
        cells["payee"].append(payment.payee)
        cells["amount"].append(payment.amount.quantize(EXACT))
        invoiced = payment.roles.get("invoice_date")
        cells["invoice_date"].append(date.fromisoformat(invoiced) if invoiced else None)
        for role in TEXTS:
            cells[role].append(payment.roles.get(role))
    return pa.table(cells, PAYMENTS)
