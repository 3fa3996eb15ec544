"""Funds: opening one, and what is left in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents import naming

from .entries import SPENT
from .models import Fund, Payment


@transaction.atomic
def open_fund(*, values: dict[str, Any], by: Person | None, excuse: str = "") -> Fund:
    """Open a fund with its rules.

    Raises
    ------
    Refused
        It ends before it begins, its approvals are not in order, or its name is somebody's.
    """
    if values["ends_on"] < values["starts_on"]:
        raise Refused("The fund would end before it begins.")
    steps = [Decimal(str(step["up_to"])) for step in values.get("approvals", [])]
    counts = [int(step["approvals"]) for step in values.get("approvals", [])]
    if steps != sorted(steps) or counts != sorted(counts) or any(n < 1 for n in counts):
        raise Refused("Write the approvals in order: a higher amount never takes fewer.")
    caught = naming.check("fund", naming.texts_of(values, "name", "description"), excuse=excuse)
    fund = Fund.objects.create(**values)
    naming.keep_excuse("fund", fund.code, caught, because=excuse, by=by)
    record("fund opened", about=fund, by=by)
    return fund


@dataclass(frozen=True)
class Balance:
    """A fund's money on a day, in pounds: budget = approved or paid + left."""

    budget: Decimal
    committed: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        return self.budget - self.committed


def balance(fund: Fund) -> Balance:
    """What is left. Unspent money of an earlier fund comes in only where that one says so."""
    committed = fund.awards.filter(state__in=SPENT).aggregate(s=Sum("amount"))["s"] or Decimal(0)
    paid = Payment.objects.filter(award__fund=fund).settled().total()
    return Balance(fund.budget, committed, paid)
