"""What a fund spent by a day, signed; what waits for somebody."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.cases import urgency
from commonweal.office.errors import Refused
from commonweal.pledges import ledger

from . import breakdown
from .entries import State, needs_money_role, needs_pounds, needs_role
from .models import Award, Fund, FundReturn, Payment, PaymentRun, ReturnedPayment


def figures(fund: Fund, upto: date, *, costs: Decimal = Decimal(0)) -> dict[str, Any]:
    """What was spent by a day, to the penny: grants and pounds by category, by the way in which
    they reached somebody, by how they came in, asked for or offered, and by household (of which
    small counts are held back). ``costs``: of running the fund, in pounds."""
    paid = Payment.objects.filter(award__fund=fund, state="paid", paid_on__lte=upto)
    # What came back by that day was not spent; what came back later belongs to a later return.
    back = ReturnedPayment.objects.filter(state="agreed", decided_at__date__lte=upto)
    paid = paid.exclude(pk__in=back.values("payment"))
    rows = {
        category: {"awards": count, "spent": f"{total:.2f}"}
        for category, count, total in _by_category(paid)
    }
    total = paid.aggregate(s=Sum("amount"))["s"] or Decimal(0)
    unspent = fund.budget - total - costs
    return {
        "fund": fund.code,
        "upto": upto.isoformat(),
        "budget": f"{fund.budget:.2f}",
        "spent": f"{total:.2f}",
        "costs": f"{costs:.2f}",
        "unspent": f"{unspent:.2f}",
        "carried_over": f"{unspent if fund.carries_over else Decimal(0):.2f}",
        "categories": rows,
        "households": paid.values("award__resident").distinct().count(),
        **breakdown.of(paid),
    }


def _by_category(paid: Any) -> list[tuple[str, int, Decimal]]:
    rows = (
        paid.values_list("award__category")
        .annotate(Count("award", distinct=True), Sum("amount"))
        .order_by("award__category")
    )
    return list(rows)


@transaction.atomic
def make_return(*, fund: Fund, upto: date, by: Person, costs: Decimal = Decimal(0)) -> FundReturn:
    """What a fund spent up to a day that has come; ``costs`` are those of running it, in pounds.

    Raises
    ------
    Refused
        The role is missing; the day lies ahead; a payment run up to it is not closed; there is a
        return for it already; the costs are more than is left.
    """
    needs_money_role(by)
    if upto > timezone.localdate():
        raise Refused("That day has not come yet. A return says what was spent.")
    if PaymentRun.objects.filter(fund=fund, made_on__lte=upto, closed_on=None).exists():
        raise Refused("A payment run up to that day is not closed yet.")
    needs_pounds(costs)
    totals = figures(fund, upto, costs=costs)
    if Decimal(totals["unspent"]) < 0 < costs:
        raise Refused("The costs are more than the fund has left.")
    fund_return, fresh = FundReturn.objects.get_or_create(
        fund=fund,
        upto=upto,
        defaults={
            "figures": totals,
            "made_by": by,
            "sha256": ledger.sha256(ledger.canonical(totals)),
        },
    )
    if not fresh:
        raise Refused("There is a return for this day already.")
    record("return made", about=fund_return, by=by, fund=fund.code)
    return fund_return


@transaction.atomic
def sign_return(*, fund_return: FundReturn, by: Person) -> None:
    """The finance officer's sign-off. The figures must still be what they were."""
    needs_role(by, Role.FINANCE_OFFICER)
    if by.pk == fund_return.made_by_id:
        raise Refused("You made this return. Somebody else must sign it.")
    costs = Decimal(fund_return.figures.get("costs", "0"))
    now = figures(fund_return.fund, fund_return.upto, costs=costs)
    # A return of before may say less than one of today.
    if any(now.get(name) != figure for name, figure in fund_return.figures.items()):
        raise Refused("The figures have changed since the return was made. Make it again.")
    done = FundReturn.objects.filter(pk=fund_return.pk, signed_by=None).update(
        signed_by=by, signed_on=timezone.localdate()
    )
    if not done:
        raise Refused("This return is signed already.")
    record("return signed", about=fund_return, by=by)


def waiting() -> Any:
    """Grants that wait for somebody: of the most urgent cases first, then the oldest."""
    waits = Award.objects.filter(
        state__in=[State.ASKED, State.ASSESSED, State.HELD, State.APPROVED]
    ).select_related("fund", "resident")
    return waits.order_by(*urgency.in_order("case__", then="asked_on"))
