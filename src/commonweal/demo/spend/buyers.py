"""Who buys and what from whom: the anchors of the fictional town, and lines of their payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .. import tables

# What anchors buy, and under which industries of the register.
TABLES = tables.read("spend")
BOUGHT: dict[str, list[str]] = TABLES["bought"]


@dataclass(frozen=True)
class Buyer:
    """An anchor: which things it buys, how many suppliers it has, how much of that is near."""

    partner: str
    number: str
    things: list[str]
    suppliers: int
    near: float
    typical: int


BUYERS = tuple(Buyer(**buyer) for buyer in TABLES["buyers"])
COUNCIL, COLLEGE, HOMES, HOSPITAL = BUYERS


@dataclass(frozen=True)
class Supplier:
    name: str
    postcode: str
    thing: str


# When it was paid, to whom, how much, and the reference.
Line = tuple[date, Supplier, Decimal, str]
