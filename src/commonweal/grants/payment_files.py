"""The file that goes to the bank, and the file that comes back from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from commonweal.design import csvs
from commonweal.office.errors import Refused
from commonweal.residents import references
from localwealth.errors import UnreadableFile
from localwealth.tables import amounts, dates, orders, vocabulary
from localwealth.tables.cutting import plain
from localwealth.tables.dates import Days
from localwealth.tables.grids import grids
from localwealth.tables.marks import is_no_date, said
from localwealth.tables.placing import place

from .entries import Kind
from .methods import METHODS, TRANSFER, Method
from .models import Payment, PaymentRun


def payment_file(run: PaymentRun) -> str:
    """The file for whoever pays by the way of a run: reference, what its way asks for, amount. Its
    own name says only the run's code. It holds what has not been read back yet, so that fetched
    late it pays nothing twice; and nothing for somebody who was reported dead since it was made.
    Numbers are text: their noughts stay in front.

    Raises
    ------
    Refused
        The run is closed, all of it was read back, or whoever is left was reported dead.
    """
    run.refresh_from_db()
    if run.closed_on is not None:
        raise Refused("This run is closed: its file is not given out any more.")
    columns = method_of_run(run).columns
    rows = [
        {"reference": payment.award.code, "amount": f"{payment.amount:.2f}"}
        | {column: getattr(payment.award, column) for column in columns}
        for payment in to_pay(run)
    ]
    if not rows and run.payments.filter(state="sent").exists():
        raise Refused(
            "Whoever is left in this run was reported dead. Read it back as cancelled, with that."
        )
    if not rows:
        raise Refused("All of this run was read back. There is nothing to pay in it.")
    return csvs.csv_text(("reference", *columns, "amount"), rows)


def method_of_run(run: PaymentRun) -> Method:
    """A run of before there were other ways is one of transfers."""
    return METHODS[run.method or TRANSFER.code]


def to_pay(run: PaymentRun) -> list[Payment]:
    """The payments of a run that finance has to make: under way, and to nobody reported dead."""
    payments = run.payments.filter(state="sent").select_related("award__resident").order_by("id")
    return [payment for payment in payments if not payment.award.resident.is_dead]


# How finance's systems head their columns and say what became of a payment, by what is meant.
HEADINGS = {
    "reference": "your reference,payment reference,grant,grant reference,cyfeirnod y taliad",
    "state": "payment status,result,outcome,paid or cancelled,canlyniad",
    "amount": "",
    "on": "on,day,diwrnod",
    "because": "because,why,pam",
    # Only where the way of a run brings codes: elsewhere a code is finance's own.
    "code": "code,voucher code,cash code,voucher,e voucher,pin,cod,cod y daleb",
}
# Which meanings of all readers they have.
SHARES = {
    "reference": ("reference",),
    "state": ("status",),
    "amount": ("amount",),
    "on": ("paid_on",),
    "because": ("note",),
}
STATES = {
    "paid": "paid,talwyd,wedi i dalu,issued,credited,topped up,delivered,collected,handed over",
    "cancelled": "cancelled,canceled,wedi canslo,canslwyd,failed,rejected,returned,not issued,"
    "not credited,not delivered,not collected,expired",
}
NEEDED = ("reference", "state", "amount")


def _by_word(named_by: dict[str, str]) -> dict[str, str]:
    pairs = ((word, meaning) for meaning, named in named_by.items() for word in named.split(","))
    return {word: meaning for word, meaning in pairs if word}


_SAYS = _by_word(STATES)
_MEANS = _by_word(HEADINGS) | {
    word: meaning for meaning, shared in SHARES.items() for word in vocabulary.words_of(*shared)
}


@dataclass(frozen=True)
class Line:
    """One line of what finance sent back: as it was typed, and its amount and day as the whole of
    their columns is read (None where they are none)."""

    number: int
    reference: str
    state: str
    amount: str
    on: str
    because: str
    code: str
    pounds: Decimal | None
    days: Days | None


def means(heading: str) -> str:
    """What a heading means, in whatever case and either language; "" where it is not known."""
    return next(
        (_MEANS[spelling] for spelling in vocabulary.ways(heading) if spelling in _MEANS), ""
    )


vocabulary.register("finance", SHARES, lambda heading, meaning: means(heading) == meaning)


def lines_of(content: bytes, name: str, *, since: date, codes: bool = False) -> list[Line]:
    """The lines of finance's file, or an issuer's, text or workbook. ``since`` is the day on which
    ours was made; ``codes``: whether it brings codes.

    Raises
    ------
    Refused
        It can't be read, a column is missing or there twice, a line has a cell too many, or a
        grant stands in it twice.
    """
    known = means if codes else _means_without_codes
    try:
        placed = place(grids(content, name, NEEDED), known)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    columns = _columns_of(placed.header, [known(heading) for heading in placed.header])
    if placed.longer:
        raise Refused(
            f"Row {min(placed.longer)} has more cells than there are headings: a comma too many "
            "would make another amount of it. Nothing was read."
        )
    rows = [
        (number, {meaning: said(cells[at]) for meaning, at in columns.items()})
        for number, cells in placed.rows
    ]
    if not rows:
        raise Refused("The file has no line.")
    return _typed(rows, since)


def _means_without_codes(heading: str) -> str:
    meaning = means(heading)
    return "" if meaning == "code" else meaning


def _columns_of(header: list[str], meanings: list[str]) -> dict[str, int]:
    if not set(NEEDED) <= set(meanings):
        raise Refused("The file needs the columns reference, state, amount, and on or because.")
    for meaning in HEADINGS:
        if meanings.count(meaning) > 1:
            both = zip(header, meanings, strict=True)
            two = " and ".join(f"“{heading}”" for heading, says in both if says == meaning)
            raise Refused(f"Two columns say the {meaning}: {two}. Leave one of them.")
    return {meaning: at for at, meaning in enumerate(meanings) if meaning}


def _typed(rows: list[tuple[int, dict[str, str]]], since: date) -> list[Line]:
    sign, _ = amounts.decimal_of(row["amount"] for _, row in rows)
    ours = Days(since, max(since, timezone.localdate()))
    order = orders.settle(
        Counter(row.get("on", "") for _, row in rows), ours, latest=ours.last
    ).order
    lines, seen = [], set()
    for number, row in rows:
        reference = references.grouped(row["reference"], "G") or row["reference"].upper()
        if not reference:
            raise Refused(f"Row {number} has no reference.")
        if reference in seen:
            raise Refused(f"Row {number}: {reference} stands in the file twice.")
        seen.add(reference)
        state, on = plain(row["state"]), row.get("on", "")
        lines.append(
            Line(
                number,
                reference,
                _SAYS.get(state, state),
                row["amount"],
                "" if is_no_date(on) else on,
                row.get("because", ""),
                row.get("code", ""),
                _pounds(row["amount"], sign),
                dates.days(on, order),
            )
        )
    return lines


def _pounds(text: str, sign: amounts.DecimalSign) -> Decimal | None:
    """An amount in pounds. A power of ten has lost its pennies, and other money is none of ours."""
    if "e" in text.lower() or amounts.other_money(text):
        return None
    return amounts.amount(text, sign)


def check_amount(line: Line, amount: Decimal) -> None:
    """Refuse a line that says another amount than was sent."""
    if line.pounds != amount:
        raise Refused(f"Row {line.number}: the amount is {line.amount}, and £{amount} was sent.")


def day_of(line: Line, payment: Payment) -> date:
    """The day of a payment, in any usual spelling: from the day on which its money was approved
    until today."""
    days = line.days
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
