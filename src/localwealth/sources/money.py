"""What the cells of a payment's line come to: in which figures, units and money a column is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from localwealth.sources.signs import is_credit, says_sterling
from localwealth.tables.amounts import DASHES, DecimalSign, amount, decimal_of, other_money

# Not the bound above which payments are published: *over £1 million*.
_THOUSANDS = re.compile(
    r"(?<![\d,])['’]?0{3}s?\b|£ ?k\b|\(k\)|(?<!\d )\bthousands?\b|\bmiloedd\b", re.I
)
_MILLIONS = re.compile(r"£ ?m\b|(?<!\d )\bmillions?\b|\bmiliynau\b", re.I)
_PENCE = re.compile(r"\bpence\b|\(p\)|\bceiniog(?:au)?\b", re.I)
_MONEY_IN_WORDS = re.compile(r"\b(?:us |u\.s\. )?(?:euros?|dollars?)\b", re.I)
_BY_THREES = re.compile(r"[-(]?£?-?[1-9]\d{0,2}(?:\.\d{3})+\)?")
UNITS = {Decimal(1000): "thousands", Decimal(1_000_000): "millions", Decimal("0.01"): "pence"}
POUNDS = {"", "GBP", "£", "STG", "STERLING", "UKP", "POUND", "POUNDS", "POUND STERLING", "UK"}


@dataclass(frozen=True)
class Money:
    """How a column of amounts is read: the sign before its pennies, how many pounds one of it is,
    how many of its cells have another sign before the pennies, and the money of another country
    that its heading names ("" where it names none)."""

    decimal: DecimalSign = "."
    factor: Decimal = Decimal(1)
    otherwise: int = 0
    foreign: str = ""

    @classmethod
    def of_column(cls, heading: str, texts: Iterable[str], separator: str = "") -> Money:
        """As its heading and all of its cells have it. ``separator`` parts the cells of a text:
        where it is a semicolon, the comma is the sign before pennies."""
        texts = list(texts)
        sign, otherwise = decimal_of(texts)
        if separator == ";" and _are_thousands(texts):
            sign = ","
        return cls(sign, factor_of(heading), otherwise, _other_money(heading))

    def pounds(self, get: Mapping[str, str]) -> Decimal | None:
        """What a line's cells, by role, come to; minus for a credit. None where they say no amount
        of pounds.

        >>> str(Money(factor=Decimal(1000)).pounds({"amount": "1.5"}))
        '1500.0'
        >>> str(Money().pounds({"amount": "", "credit": "20.00"}))
        '-20.00'
        """
        if self.foreign or not is_pounds(get):
            return None
        if "credit" in get:
            return self._net(get["amount"], get["credit"])
        paid = amount(get["amount"], self.decimal) if get["amount"] else None
        if paid is None:
            return None
        if paid > 0 and is_credit(get.get("debit_or_credit", "")):
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


def why_no_amount(get: Mapping[str, str], money: Money) -> str:
    """Why a line that names an amount comes to none."""
    if money.foreign:
        return f"it is in {money.foreign}, as the heading says"
    if not is_pounds(get):
        return f"it is in {get['currency'][:20]}"
    if named := other_money(get["amount"]):
        return f"it is in {named}"
    figures = get["amount"] or get.get("credit", "")
    return f"{figures[:40]!r} is no amount of money"


def _other_money(heading: str) -> str:
    """The money of another country that a heading names beside no pounds.

    >>> [_other_money(head) for head in ("Amount (EUR)", "Value in US dollars", "Amount £/€")]
    ['EUR', 'US DOLLARS', '']
    """
    if says_sterling(heading):
        return ""
    worded = _MONEY_IN_WORDS.search(heading)
    return other_money(heading) or (worded[0].upper() if worded else "")


def _are_thousands(texts: Sequence[str]) -> bool:
    """Whether amounts have points between thousands alone: all that have one have three figures
    behind it, and there are several."""
    pointed = [text.strip() for text in texts if "." in text]
    return len(pointed) > 1 and all(map(_BY_THREES.fullmatch, pointed))


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
