"""Paying: the file for finance, reading it back, closing the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import handing_over
from . import returned as grant_returned
from .bank import is_complete
from .destinations import method_of
from .entries import Kind, keep, locked, needs_role, standing_of
from .methods import METHODS, TRANSFER
from .models import Award, Fund, Payment, PaymentRun
from .payment_files import Line, check_amount, day_of, lines_of, method_of_run

# Who did one of these to a grant does not pay it.
NOT_BY_WHO = (Kind.ASSESSED, Kind.RELEASED, Kind.APPROVED, Kind.REVIEWED)


@dataclass(frozen=True)
class Owed:
    """A grant with money to go out, in pounds, and why it can't go out yet; "": it can."""

    award: Award
    amount: Decimal
    why: str


def owed_of(award: Award) -> Decimal:
    """What is approved and neither paid nor under way, in pounds."""
    return (award.amount or Decimal(0)) - Payment.objects.filter(award=award).live().total()


def why_not(award: Award) -> str:
    """Why a grant with money to go out has to wait, in one sentence; "" when nothing holds it."""
    if award.resident.is_dead:
        return "Reported dead: no payment goes out."
    if not is_complete(award):
        return method_of(award).lacking
    if award.payments.filter(state="sent").exists():
        return "A payment is under way. The rest follows once finance has read it back."
    now = standing_of(award)
    if now.came_back:
        return f"Its payment came back. {_corrected(award)}"
    if not now.account_is_seen:
        return _to_look_at(award)
    if now.is_held:
        return f"Held: {'; '.join(award.held)}. An approver has to look."
    return ""


def _corrected(award: Award) -> str:
    method = method_of(award)
    return "The account has to be corrected." if method is TRANSFER else method.correct


def _to_look_at(award: Award) -> str:
    method = method_of(award)
    if method is TRANSFER:
        return "A second person has to look at the account."
    return f"A second person has to look at it: {method.title.lower()}."


def owed_by(fund: Fund) -> list[Owed]:
    """Every grant of a fund with money to go out, oldest first, and what holds it up."""
    # A grant that is paid is owed nothing: one that a review raised is approved again.
    awards = Award.objects.filter(fund=fund, state="approved").select_related("resident", "fund")
    amounts = [(award, owed_of(award)) for award in awards.order_by("asked_on", "id")]
    return [Owed(award, amount, why_not(award)) for award, amount in amounts if amount > 0]


@transaction.atomic
def make_run(*, fund: Fund, by: Person, method: str = TRANSFER.code) -> PaymentRun:
    """Put everything that is approved, complete and not under way, and goes by one way, into one
    file of payments. What is not complete waits and holds up no other.

    Whoever makes the file has assessed, approved and reviewed none of what is in it.
    """
    if method not in METHODS:
        raise Refused("There is no such way to pay.")
    needs_role(by, METHODS[method].who)
    # Two who press at once come one after the other.
    Fund.objects.select_for_update().get(pk=fund.pk)
    # And no account changes, and none is cancelled, between this look and the file.
    rows_of = Award.objects.filter(fund=fund, state="approved").order_by("id")
    list(rows_of.select_for_update(of=("self",)).values_list("pk", flat=True))
    owed = [row for row in owed_by(fund) if row.award.method == method]
    taking_part = [
        row.award for row in owed if row.award.decisions.filter(kind__in=NOT_BY_WHO, by=by).exists()
    ]
    rows = [row for row in owed if not row.why and row.award not in taking_part]
    if not rows:
        raise Refused(_nothing(owed, taking_part))
    run = _write_run(fund, rows, by, method)
    record(
        "payment file made",
        about=run,
        by=by,
        method=method,
        payments=len(rows),
        total=str(run.total),
        waiting=len(owed) - len(rows),
    )
    return run


def _write_run(fund: Fund, rows: list[Owed], by: Person, method: str) -> PaymentRun:
    try:
        with transaction.atomic():
            run = PaymentRun.objects.create(
                fund=fund, method=method, made_by=by, total=sum(row.amount for row in rows)
            )
            Payment.objects.bulk_create(
                Payment(award=row.award, run=run, amount=row.amount) for row in rows
            )
    except IntegrityError:
        raise Refused("Somebody else has just made this file.") from None
    return run


def _nothing(owed: list[Owed], taking_part: list[Award]) -> str:
    if taking_part:
        return f"You assessed or approved {taking_part[0].code}. Somebody else must pay it."
    if owed:
        return f"Nothing can be paid yet. {owed[0].award.code}: {owed[0].why}"
    return "Nothing waits to be paid."


# --- Reading back -----------------------------------------------------------------------------


@transaction.atomic
def reconcile(
    *, run: PaymentRun, text: str | bytes, by: Person, name: str = "payments.csv"
) -> tuple[int, int]:
    """Read back what finance, or an issuer, did: reference, state (paid or cancelled), date or
    reason, and a code where the way brings one. ``text`` is the file, of which ``name`` says the
    kind.

    All or nothing: a line that does not fit refuses the file. What was read back as paid stays
    so; that it came back after all is said by two officers, on the page of the grant.
    """
    run = PaymentRun.objects.select_for_update().get(pk=run.pk)
    method = method_of_run(run)
    needs_role(by, method.who)
    if run.closed_on is not None:
        raise Refused("This run is closed.")
    payments = {p.award.code: p for p in run.payments.select_related("award__fund")}
    counts, sums = {"paid": 0, "cancelled": 0}, {"paid": Decimal(0), "cancelled": Decimal(0)}
    content = text.encode() if isinstance(text, str) else text
    lines = lines_of(content, name, since=run.made_on, codes=method.brings_code)
    if method.brings_code:
        handing_over.refuse_doubles(lines)
    for line in lines:
        payment = payments.get(line.reference)
        if payment is None:
            raise Refused(f"Row {line.number}: {line.reference} is not in this run.")
        check_amount(line, payment.amount)
        if line.state not in counts:
            raise Refused(f"Row {line.number}: state {line.state!r} is neither paid nor cancelled.")
        if method.brings_code:
            handing_over.check_code(line, payment)
        if _read_back(line, payment, by):
            counts[line.state] += 1
            sums[line.state] += payment.amount
    record(
        "payments reconciled",
        about=run,
        by=by,
        paid=counts["paid"],
        cancelled=counts["cancelled"],
        paid_gbp=str(sums["paid"]),
        cancelled_gbp=str(sums["cancelled"]),
    )
    return counts["paid"], counts["cancelled"]


def _read_back(line: Line, payment: Payment, by: Person) -> bool:
    """Keep one line; False where it says what is known already."""
    paid_on = day_of(line, payment) if line.state == "paid" else None
    if line.state == "cancelled" and not line.because:
        raise Refused(f"Row {line.number}: a cancelled payment needs its reason.")
    if payment.state == line.state and payment.paid_on == paid_on:
        return False
    if payment.state != "sent":
        raise Refused(
            f"Row {line.number}: {line.reference} was read back as {payment.state} already. "
            "That a paid one came back is said by two officers, on the page of the grant."
        )
    award = locked(payment.award)
    done = Payment.objects.filter(pk=payment.pk, state="sent").update(
        state=line.state, paid_on=paid_on
    )
    if not done:
        raise Refused(f"Row {line.number}: somebody else has just read this back.")
    if line.state == "cancelled":
        grant_returned.came_back(payment=payment, because=line.because, by=by)
    else:
        # The code first: a grant that has one ends when it is handed over.
        handing_over.keep_code(line, payment, by=by)
        keep(award)
    return True


@transaction.atomic
def close_run(*, run: PaymentRun, by: Person, on: date | None = None) -> PaymentRun:
    """Close the day: what was paid must be what was approved less what was cancelled, to the
    penny. After that the database changes no line of it.

    Raises
    ------
    Refused
        It does not add up, or a payment is still under way; the sums are named.
    """
    run = PaymentRun.objects.select_for_update().get(pk=run.pk)
    needs_role(by, method_of_run(run).who)
    sums = {state: Decimal(0) for state in ("sent", "paid", "cancelled")}
    for state, total in run.payments.values_list("state").annotate(Sum("amount")).order_by():
        sums[state] = total
    if sums["sent"] or sums["paid"] != run.total - sums["cancelled"]:
        raise Refused(
            f"The day can't close: £{run.total:,.2f} were approved, £{sums['cancelled']:,.2f} "
            f"cancelled, £{sums['paid']:,.2f} paid, and £{sums['sent']:,.2f} are not accounted for."
        )
    done = PaymentRun.objects.filter(pk=run.pk, closed_on=None).update(
        closed_on=on or timezone.localdate(), closed_by=by
    )
    if not done:
        raise Refused("This run is closed already.")
    record(
        "payment run closed",
        about=run,
        by=by,
        paid_gbp=str(sums["paid"]),
        cancelled_gbp=str(sums["cancelled"]),
    )
    run.refresh_from_db()
    return run
