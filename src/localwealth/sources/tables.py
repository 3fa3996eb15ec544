"""Payments as a table, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa

from localwealth.sources import columns
from localwealth.sources.readings import Payment

MONEY = pa.decimal128(18, 4)
EXACT = Decimal("0.0001")
TEXTS = tuple(
    role for role in columns.ROLES if role not in ("amount", "supplier", "date", "invoice_date")
)
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


def table_of(payments: Sequence[Payment]) -> pa.Table:
    """Payments in the columns of ``PAYMENTS``."""
    made: dict[str, list[object]] = {key: [] for key in PAYMENTS.names}
    for one in payments:
        made["sheet"].append(one.sheet)
        made["line"].append(one.line)
        made["first"].append(one.paid.first if one.paid else None)
        made["last"].append(one.paid.last if one.paid else None)
        made["supplier"].append(one.supplier)
        made["payee"].append(one.payee)
        made["amount"].append(one.amount.quantize(EXACT))
        invoiced = one.more.get("invoice_date")
        made["invoice_date"].append(date.fromisoformat(invoiced) if invoiced else None)
        for role in TEXTS:
            made[role].append(one.more.get(role))
    return pa.table(made, PAYMENTS)
