"""What the cells of a payment's line come to: in which figures, units and money a column is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from localwealth.sources.columns import CREDITS
from localwealth.tables.amounts import DASHES, DecimalSign, amount, decimal_of, other_money

_THOUSANDS = re.compile(r"(?<![\d,])['’]?0{3}s?\b|£ ?k\b|\(k\)|\bthousands?\b|\bmiloedd\b", re.I)
_MILLIONS = re.compile(r"£ ?m\b|\bmillions?\b|\bmiliynau\b", re.I)
_PENCE = re.compile(r"\bpence\b|\(p\)|\bceiniogau?\b", re.I)
UNITS = {Decimal(1000): "thousands", Decimal(1_000_000): "millions", Decimal("0.01"): "pence"}
POUNDS = {"", "GBP", "£", "STG", "STERLING", "UKP", "POUND", "POUNDS", "POUND STERLING", "UK"}


@dataclass(frozen=True)
class Money:
    """How a column of amounts is read: the sign before its pennies, how many pounds one of it is,
    and how many of its cells have another sign before the pennies."""

    decimal: DecimalSign = "."
    factor: Decimal = Decimal(1)
    otherwise: int = 0

    @classmethod
    def of_column(cls, heading: str, texts: Iterable[str]) -> Money:
        """As its heading and all of its cells have it."""
        sign, otherwise = decimal_of(texts)
        return cls(sign, factor_of(heading), otherwise)

    def pounds(self, get: Mapping[str, str]) -> Decimal | None:
        """What a line's cells, by role, come to; minus for a credit. None where they say no amount
        of pounds.

        >>> str(Money(factor=Decimal(1000)).pounds({"amount": "1.5"}))
        '1500.0'
        >>> str(Money().pounds({"amount": "", "credit": "20.00"}))
        '-20.00'
        """
        if not is_pounds(get):
            return None
        if "credit" in get:
            return self._net(get["amount"], get["credit"])
        paid = amount(get["amount"], self.decimal) if get["amount"] else None
        if paid is None:
            return None
        if get.get("debit_or_credit", "").upper().rstrip(".") in CREDITS and paid > 0:
            paid = -paid
        return paid * self.factor if self.factor != 1 else paid

    def _net(self, debit: str, credit: str) -> Decimal | None:
        if debit in DASHES and credit in DASHES:
            return None
        paid = amount(debit, self.decimal) if debit else Decimal(0)
        returned = amount(credit, self.decimal) if credit else Decimal(0)
        if paid is None or returned is None:
            return None
        # A credit is written with or without its minus.
        return (paid - abs(returned)) * self.factor


def is_pounds(get: Mapping[str, str]) -> bool:
    """Whether a line says no other money than pounds."""
    return "currency" not in get or get["currency"].upper().strip() in POUNDS


def why_no_amount(get: Mapping[str, str]) -> str:
    """Why a line that names an amount comes to none."""
    if not is_pounds(get):
        return f"it is in {get['currency'][:20]}"
    if named := other_money(get["amount"]):
        return f"it is in {named}"
    figures = get["amount"] or get.get("credit", "")
    return f"{figures[:40]!r} is no amount of money"


def factor_of(heading: str) -> Decimal:
    """How many pounds one of a column is, by its heading.

    >>> [str(factor_of(head)) for head in ("Amount (£000)", "Pence", "Amount", "Over £25,000")]
    ['1000', '0.01', '1', '1']
    """
    if _MILLIONS.search(heading):
        return Decimal(1_000_000)
    if _THOUSANDS.search(heading):
        return Decimal(1000)
    return Decimal("0.01") if _PENCE.search(heading) else Decimal(1)
