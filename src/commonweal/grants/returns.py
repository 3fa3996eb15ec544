"""What a fund spent by a day, signed; what is published; what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.cases import urgency
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.places.models import the_town
from commonweal.pledges import ledger

from .entries import State, needs_role
from .models import Award, Fund, FundReturn, Payment, PaymentRun, ReturnedPayment


def figures(fund: Fund, upto: date) -> dict[str, Any]:
    """What was spent by a day, by category: awards and pounds, to the penny."""
    paid = Payment.objects.filter(award__fund=fund, state="paid", paid_on__lte=upto)
    # What came back by that day was not spent; what came back later belongs to a later return.
    back = ReturnedPayment.objects.filter(state="agreed", decided_at__date__lte=upto)
    paid = paid.exclude(pk__in=back.values("payment"))
    rows = {
        category: {"awards": count, "spent": f"{total:.2f}"}
        for category, count, total in _by_category(paid)
    }
    total = paid.aggregate(s=Sum("amount"))["s"] or Decimal(0)
    return {
        "fund": fund.code,
        "upto": upto.isoformat(),
        "budget": f"{fund.budget:.2f}",
        "spent": f"{total:.2f}",
        "unspent": f"{fund.budget - total:.2f}",
        "carried_over": f"{fund.budget - total if fund.carries_over else Decimal(0):.2f}",
        "categories": rows,
        "households": paid.values("award__resident").distinct().count(),
    }


def _by_category(paid: Any) -> list[tuple[str, int, Decimal]]:
    rows = (
        paid.values_list("award__category")
        .annotate(Count("award", distinct=True), Sum("amount"))
        .order_by("award__category")
    )
    return list(rows)


@transaction.atomic
def make_return(*, fund: Fund, upto: date, by: Person) -> FundReturn:
    """What a fund spent up to a day that has come.

    Raises
    ------
    Refused
        The day lies ahead; a payment run up to it is not closed; there is a return for it already.
    """
    if upto > timezone.localdate():
        raise Refused("That day has not come yet. A return says what was spent.")
    if PaymentRun.objects.filter(fund=fund, made_on__lte=upto, closed_on=None).exists():
        raise Refused("A payment run up to that day is not closed yet.")
    totals = figures(fund, upto)
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
    if figures(fund_return.fund, fund_return.upto) != fund_return.figures:
        raise Refused("The figures have changed since the return was made. Make it again.")
    done = FundReturn.objects.filter(pk=fund_return.pk, signed_by=None).update(
        signed_by=by, signed_on=timezone.localdate()
    )
    if not done:
        raise Refused("This return is signed already.")
    record("return signed", about=fund_return, by=by)


def _month_of(moment: datetime | None) -> str:
    """The month of a moment, in the town's own time, as its first day."""
    return f"{timezone.localdate(moment):%Y-%m}-01" if moment else ""


def giving_360(funds: Sequence[Fund] | None = None) -> list[dict[str, Any]]:
    """Grants to individuals in 360Giving's shape, as far as they may be published: no name, no
    area smaller than the town, the month instead of the day, and no kind of grant that fewer than
    five people got.
    """
    town = the_town()
    prefix = town.ons_code or "town"
    awards = Award.objects.filter(state=State.PAID).select_related("fund")
    if funds is not None:
        awards = awards.filter(fund__in=funds)
    rows = list(awards.order_by("decided_at", "id"))
    counted: dict[tuple[int, str, str], set[int]] = {}
    for award in rows:
        key = (award.fund_id, award.reason, award.purpose)
        counted.setdefault(key, set()).add(award.resident_id)
    return [
        {
            "id": f"{prefix}-{_public_id(award)}",
            "title": award.get_purpose_display(),
            "description": f"Hardship grant: {award.get_reason_display().lower()}",
            "currency": "GBP",
            "amountAwarded": float(award.amount or 0),
            "awardDate": _month_of(award.decided_at),
            "fundingOrganization": [{"id": town.ons_code, "name": town.council_name}],
            "grantProgramme": [{"code": award.fund.code, "title": award.fund.name}],
            "toIndividualsDetails": {
                "primaryGrantReason": award.reason,
                "grantPurpose": [award.purpose],
            },
            "recipientIndividual": {
                "id": f"{prefix}-individual-{_public_id(award)}",
                "name": "Individual Recipient",
            },
            "beneficiaryLocation": [{"name": town.name, "geoCode": town.ons_code}],
        }
        for award in rows
        if len(counted[award.fund_id, award.reason, award.purpose]) >= 5
    ]


def _public_id(award: Award) -> str:
    """Not the award's own code, which stands in a letter that somebody may hold."""
    return keyed_hash(f"360:{award.code}")[:12]


def waiting() -> Any:
    """Grants that wait for somebody: of the most urgent cases first, then the oldest."""
    waits = Award.objects.filter(
        state__in=[State.ASKED, State.ASSESSED, State.HELD, State.APPROVED]
    ).select_related("fund", "resident")
    return waits.order_by(*urgency.in_order("case__", then="asked_on"))
