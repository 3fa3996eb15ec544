"""The file that goes to the bank, and the file that comes back from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from commonweal.design import csvs
from commonweal.design.amounts import Unclear, pounds
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.tables import dates
from localwealth.tables.cutting import cut

from .entries import Kind
from .models import Payment, PaymentRun


def payment_file(run: PaymentRun) -> str:
    """The file for finance: reference, sort code, account, name, amount. Its own name says only
    the run's code. It holds what has not been read back yet, so that fetched late it pays nothing
    twice; and nothing for somebody who was reported dead since it was made. Accounts are text:
    their noughts stay in front.

    Raises
    ------
    Refused
        The run is closed, all of it was read back, or whoever is left was reported dead.
    """
    run.refresh_from_db()
    if run.closed_on is not None:
        raise Refused("This run is closed: its file is not given out any more.")
    payments = to_pay(run)
    rows = [
        {
            "reference": payment.award.code,
            "sort_code": payment.award.sort_code,
            "account": payment.award.account,
            "payee": payment.award.payee,
            "amount": f"{payment.amount:.2f}",
        }
        for payment in payments
    ]
    if not rows and run.payments.filter(state="sent").exists():
        raise Refused(
            "Whoever is left in this run was reported dead. Read it back as cancelled, with that."
        )
    if not rows:
        raise Refused("All of this run was read back. There is nothing to pay in it.")
    return csvs.csv_text(COLUMNS, rows)


COLUMNS = ("reference", "sort_code", "account", "payee", "amount")


def to_pay(run: PaymentRun) -> list[Payment]:
    """The payments of a run that finance has to make: under way, and to nobody reported dead."""
    payments = run.payments.filter(state="sent").select_related("award__resident").order_by("id")
    return [payment for payment in payments if not payment.award.resident.is_dead]


@dataclass(frozen=True)
class Line:
    """One line of what finance sent back, as it was typed."""

    number: int
    reference: str
    state: str
    amount: str
    on: str
    because: str


def _heads_of(cells: list[list[str]]) -> list[str]:
    """The names of the columns; refused where one that is needed is not there."""
    heads = [head.strip().lower() for head in cells[0]] if cells else []
    if not {"reference", "state", "amount"} <= set(heads):
        raise Refused("The file needs the columns reference, state, amount, and on or because.")
    return heads


def lines_of(text: str) -> list[Line]:
    """The lines of finance's file, whatever separates its columns.

    Raises
    ------
    Refused
        A column is missing, or a grant stands in it twice.
    """
    try:
        cells = cut(text, ["reference", "state", "amount"]).lines
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    heads = _heads_of(cells)
    lines, seen = [], set()
    for number, row in enumerate(cells[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        named = dict(zip(heads, (cell.strip() for cell in row), strict=False))
        reference = named.get("reference", "").upper()
        if reference in seen:
            raise Refused(f"Row {number}: {reference} stands in the file twice.")
        seen.add(reference)
        lines.append(
            Line(
                number,
                reference,
                named.get("state", "").lower(),
                named.get("amount", ""),
                named.get("on", ""),
                named.get("because", ""),
            )
        )
    if not lines:
        raise Refused("The file has no line.")
    return lines


def check_amount(line: Line, amount: Decimal) -> None:
    try:
        same = pounds(line.amount) == amount
    except Unclear:
        same = False
    if not same:
        raise Refused(f"Row {line.number}: the amount is {line.amount}, and £{amount} was sent.")


def day_of(line: Line, payment: Payment) -> date:
    """The day of a payment, in any usual spelling, day before month: from the day on which its
    money was approved until today."""
    days = dates.days(line.on)
    if days is None or not days.is_exact:
        raise Refused(f"Row {line.number}: {line.on!r} is no date; write 31/03/2027 or 2027-03-31.")
    first = approved_on(payment)
    if not first <= days.first <= timezone.localdate():
        raise Refused(
            f"Row {line.number}: {days.first:%-d %B %Y} can't be when it was paid. It was approved "
            f"on {first:%-d %B %Y}, and today is {timezone.localdate():%-d %B %Y}."
        )
    return days.first


def approved_on(payment: Payment) -> date:
    """The day on which the money of a payment was approved: the last yes before its file."""
    decisions = payment.award.decisions.filter(kind__in=[Kind.APPROVED, Kind.REVIEWED])
    days = [timezone.localdate(at) for at in decisions.values_list("at", flat=True)]
    before = [day for day in days if day <= payment.run.made_on]
    return max(before, default=payment.run.made_on)
