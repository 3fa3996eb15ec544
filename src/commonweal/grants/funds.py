"""Funds: opening one, and what is left in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents import naming

from .entries import SPENT, needs_role, needs_words
from .models import Fund, FundBefore, Payment


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


CHANGING = ("budget", "ends_on", "most", "window_days", "methods", "carries_over")


@transaction.atomic
def change_fund(*, fund: Fund, values: dict[str, Any], because: str, by: Person) -> Fund:
    """Change the rules of a fund by a decision, and keep what they were. What was approved under
    them stays.

    Raises
    ------
    Refused
        No decision is named; nothing changes; it would end before it begins; its money would be
        less than is approved; it would pay by no way.
    """
    needs_role(by, Role.FINANCE_OFFICER)
    needs_words(because, "Name the decision: whose, of which day, and where it is minuted.")
    fund = Fund.objects.select_for_update().get(pk=fund.pk)
    changed = {name: values[name] for name in CHANGING if values[name] != getattr(fund, name)}
    if not changed:
        raise Refused("These are the rules that the fund has. Change one of them.")
    _refuse_rules(fund, values)
    FundBefore.objects.create(
        fund=fund,
        changed_by=by,
        because=because.strip(),
        was={name: _kept(getattr(fund, name)) for name in changed},
    )
    for name, rule in changed.items():
        setattr(fund, name, rule)
    fund.save(update_fields=list(changed))
    record("fund changed", about=fund, by=by, rules=sorted(changed))
    return fund


def _refuse_rules(fund: Fund, values: dict[str, Any]) -> None:
    if values["ends_on"] < fund.starts_on:
        raise Refused("The fund would end before it begins.")
    committed = balance(fund).committed
    if values["budget"] < committed:
        raise Refused(f"Approved already: £{committed:,.2f}. It can't have less.")
    if not values["methods"]:
        raise Refused("Choose one way at least by which it pays.")


def _kept(rule: Any) -> Any:
    """A rule as JSON holds it."""
    return rule if isinstance(rule, bool | int | list) else str(rule)


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
