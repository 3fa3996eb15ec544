"""Hardship grants: ask, assess, approve, pay, reconcile, review, return.

What can't happen, whoever asks for it: one person assesses and decides; an award without the
approvals that its amount takes; more than the budget, or after the fund's end; a review by the
first decider, after its time, or that lowers; a run closed whose money does not add up.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.actions import Refused
from commonweal.accounts.fields import keyed_hash
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.places.models import the_town
from commonweal.pledges import ledger

from . import keys, naming
from .models import (
    Approval,
    Award,
    AwardReview,
    Fund,
    FundReturn,
    HelpRequest,
    Payment,
    PaymentRun,
    Resident,
)

State = Award.State
PENNY = Decimal("0.01")
SPENT = (State.APPROVED, State.PAID)


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
    made = Fund.objects.create(**values)
    naming.keep_excuse("fund", made.code, caught, because=excuse, by=by)
    record("fund opened", about=made, by=by)
    return made


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
    paid = Payment.objects.filter(award__fund=fund, state="paid").aggregate(s=Sum("amount"))["s"]
    return Balance(fund.budget, committed, paid or Decimal(0))


# --- Asking and assessing ---------------------------------------------------------------------


@transaction.atomic
def apply(
    *,
    fund: Fund,
    resident: Resident,
    values: dict[str, Any],
    by: Person | None,
    request: HelpRequest | None = None,
    on: date | None = None,
) -> Award:
    """Ask a fund for money for somebody."""
    today = on or timezone.localdate()
    if not fund.starts_on <= today <= fund.ends_on:
        raise Refused(f"{fund.name} takes applications until {fund.ends_on:%-d %B %Y}.")
    if fund.categories and values["category"] not in fund.categories:
        raise Refused(f"{fund.name} does not pay for this category.")
    if values["asked"] <= 0:
        raise Refused("Ask for more than nought.")
    if resident.is_dead:
        raise Refused("This person was reported dead.")
    made = Award(fund=fund, resident=resident, request=request, asked_on=today, **values)
    made.account_key = account_key(made.sort_code, made.account)
    if resident.lives == Resident.Lives.ADDRESS and resident.postcode:
        fact = f"{keys.postcode(resident.postcode)} {keys.house(resident.address)}"
        made.address_key = keys.digest("address", fact)
    made.household_code = resident.household.code if resident.household else ""
    made.save()
    record("grant asked for", about=made, by=by, fund=fund.code)
    return made


def account_key(sort_code: str, account: str) -> str:
    figures = "".join(sign for sign in sort_code + account if sign.isdigit())
    return keyed_hash(f"account:{figures}") if figures else ""


def repeats_of(award: Award) -> list[str]:
    """Why this may be a repeat within the fund's window: one sentence a reason, no names."""
    since = award.asked_on - timedelta(days=award.fund.window_days)
    others = Award.objects.filter(
        fund=award.fund, asked_on__range=(since, award.asked_on),
        state__in=[State.ASSESSED, State.HELD, State.APPROVED, State.PAID],
    ).exclude(pk=award.pk)  # fmt: skip
    found = []
    for name, words in (
        ("resident", "the same person"), ("household_code", "the same household"),
        ("address_key", "the same address"), ("account_key", "the same bank account"),
    ):  # fmt: skip
        value = award.resident_id if name == "resident" else getattr(award, name)
        if not value:
            continue
        same = others.filter(**{name: value}).order_by("-asked_on").first()
        if same is not None:
            found.append(f"{words.capitalize()} as award {same.code} of {same.asked_on:%-d %B %Y}")
    return found


@transaction.atomic
def assess(*, award: Award, amount: Decimal, words: str, by: Person) -> Award:
    """Say how much is right, and why. A repeat within the fund's window is held.

    Raises
    ------
    Refused
        It was assessed already; too much for the fund; no reasons.
    """
    if Role.GRANTS_ASSESSOR not in roles_of(by):
        raise Refused("This takes the role of grants assessor.")
    if not words.strip():
        raise Refused("Write the reasons: the letter gives them.")
    if amount < 0 or amount != amount.quantize(PENNY):
        raise Refused("Enter pounds and pence.")
    if amount > award.fund.most:
        raise Refused(f"{award.fund.name} pays £{award.fund.most:,} at most.")
    award = Award.objects.select_for_update().select_related("fund", "resident").get(pk=award.pk)
    if award.state != State.ASKED:
        raise Refused("Somebody else has assessed this already.")
    award.amount, award.words = amount, words
    award.assessed_by, award.assessed_at = by, timezone.now()
    award.held = repeats_of(award)
    award.state = State.HELD if award.held else State.ASSESSED
    award.save()
    record("grant assessed", about=award, by=by, held=len(award.held))
    return award


@transaction.atomic
def release(*, award: Award, because: str, by: Person) -> None:
    """Look at why an award is held and let it go on, with the reason. Not by who assessed it."""
    if Role.GRANTS_APPROVER not in roles_of(by):
        raise Refused("This takes the role of grants approver.")
    if by.pk == award.assessed_by_id:
        raise Refused("You assessed this award. Somebody else must look at why it is held.")
    if not because.strip():
        raise Refused("Say why it may go on although it looks like a repeat.")
    done = Award.objects.filter(pk=award.pk, state=State.HELD).update(
        state=State.ASSESSED, released_by=by, released_because=because
    )
    if not done:
        raise Refused("This award is not held any more.")
    record("held grant released", about=award, by=by)


# --- Deciding ---------------------------------------------------------------------------------


@transaction.atomic
def approve(*, award: Award, by: Person) -> Award:
    """Say yes. With the last approval that its amount takes, it is approved.

    Raises
    ------
    Refused
        The person assessed it, or said yes already; it is held; the money is not there.
    """
    if Role.GRANTS_APPROVER not in roles_of(by):
        raise Refused("This takes the role of grants approver.")
    # The fund's row is held, so that two approvals can't spend the same pound.
    fund = Fund.objects.select_for_update().get(pk=award.fund_id)
    award = Award.objects.select_for_update().get(pk=award.pk)
    if award.state == State.HELD:
        raise Refused("It is held: " + "; ".join(award.held) + ". Somebody has to look first.")
    if award.state != State.ASSESSED or award.amount is None:
        raise Refused("Only an assessed award can be approved.")
    if by.pk == award.assessed_by_id:
        raise Refused("You assessed this award. Somebody else must approve it.")
    if timezone.localdate() > fund.ends_on:
        raise Refused(f"{fund.name} ended on {fund.ends_on:%-d %B %Y}.")
    if award.amount <= 0:
        raise Refused("There is nothing to approve. Refuse it, with the reasons.")
    if award.amount > balance(fund).left:
        raise Refused(f"{fund.name} has £{balance(fund).left:,.2f} left.")
    try:
        with transaction.atomic():
            Approval.objects.create(award=award, by=by, amount=award.amount)
    except IntegrityError:
        raise Refused("You approved this already. It takes somebody else as well.") from None
    if award.approvals.filter(amount=award.amount).count() >= fund.approvals_for(award.amount):
        award.state, award.decided_by, award.decided_at = State.APPROVED, by, timezone.now()
        award.save(update_fields=["state", "decided_by", "decided_at"])
    record("grant approved", about=award, by=by, state=award.state)
    return award


@transaction.atomic
def refuse(*, award: Award, words: str, by: Person) -> None:
    """Say no, with the reasons that the letter gives."""
    if Role.GRANTS_APPROVER not in roles_of(by):
        raise Refused("This takes the role of grants approver.")
    if by.pk == award.assessed_by_id:
        raise Refused("You assessed this award. Somebody else must decide it.")
    if not words.strip():
        raise Refused("Write the reasons: the letter gives them.")
    done = Award.objects.filter(pk=award.pk, state__in=[State.ASSESSED, State.HELD]).update(
        state=State.REFUSED, words=words, decided_by=by, decided_at=timezone.now()
    )
    if not done:
        raise Refused("Only an assessed award can be refused.")
    record("grant refused", about=award, by=by)


@transaction.atomic
def cancel(*, award: Award, because: str, by: Person) -> None:
    """Take back an approved award that was not paid; its money is free again."""
    if Role.GRANTS_APPROVER not in roles_of(by):
        raise Refused("This takes the role of grants approver.")
    if not because.strip():
        raise Refused("Say why it is cancelled.")
    if award.payments.filter(state__in=["sent", "paid"]).exists():
        raise Refused("A payment is under way. Reconcile it as cancelled first.")
    done = Award.objects.filter(pk=award.pk, state=State.APPROVED).update(
        state=State.CANCELLED, cancelled_because=because
    )
    if not done:
        raise Refused("Only an approved award can be cancelled.")
    record("grant cancelled", about=award, by=by)


def letter(award: Award) -> dict[str, Any]:
    """What the letter says: decision, reasons, and how to ask for a review, with the last day."""
    newest = award.reviews.exclude(decided_on=None).order_by("-id").first()
    decided = timezone.localdate(award.decided_at) if award.decided_at else timezone.localdate()
    return {
        "award": award,
        "town": the_town(),
        "is_awarded": award.state in SPENT,
        "decided_on": decided,
        "review_until": decided + timedelta(days=award.fund.ask_review_days),
        "review_days": award.fund.review_days,
        "review": newest,
    }


# --- Paying -----------------------------------------------------------------------------------


@transaction.atomic
def make_run(*, fund: Fund, by: Person) -> PaymentRun:
    """Put everything that is approved and not under way into one file of payments.

    Whoever makes the file has assessed and approved none of it.
    """
    if Role.FINANCE_OFFICER not in roles_of(by):
        raise Refused("This takes the role of finance officer.")
    awards = Award.objects.select_for_update().filter(fund=fund, state__in=SPENT)
    rows = [(award, owed_of(award)) for award in awards]
    rows = [(award, owed) for award, owed in rows if owed > 0]
    if not rows:
        raise Refused("Nothing waits to be paid.")
    own = [a.code for a, _ in rows
           if by.pk == a.assessed_by_id or a.approvals.filter(by=by).exists()]  # fmt: skip
    if own:
        raise Refused(f"You assessed or approved {own[0]}. Somebody else must pay it.")
    lacking = [a.code for a, _ in rows if not (a.sort_code and a.account and a.payee)]
    if lacking:
        raise Refused(f"Award {lacking[0]} has no bank details yet.")
    run = PaymentRun.objects.create(fund=fund, made_by=by, total=sum(o for _, o in rows))
    Payment.objects.bulk_create(Payment(award=a, run=run, amount=owed) for a, owed in rows)
    record("payment file made", about=run, by=by, payments=len(rows))
    return run


def owed_of(award: Award) -> Decimal:
    """What is approved and neither paid nor under way, in pounds."""
    under_way = award.payments.filter(state__in=["sent", "paid"]).aggregate(s=Sum("amount"))["s"]
    return (award.amount or Decimal(0)) - (under_way or Decimal(0))


def payment_file(run: PaymentRun) -> str:
    """The file for finance: reference, sort code, account, name, amount. Its own name says only
    the run's code."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["reference", "sort_code", "account", "payee", "amount"])
    for payment in run.payments.select_related("award"):
        award = payment.award
        writer.writerow([award.code, award.sort_code, award.account, award.payee,
                         f"{payment.amount:.2f}"])  # fmt: skip
    return out.getvalue()


@transaction.atomic
def reconcile(*, run: PaymentRun, text: str, by: Person) -> tuple[int, int]:
    """Read back what finance did: reference, state (paid or cancelled), date or reason.

    All or nothing: a line that does not fit refuses the file.
    """
    if Role.FINANCE_OFFICER not in roles_of(by):
        raise Refused("This takes the role of finance officer.")
    if run.closed_on is not None:
        raise Refused("This run is closed.")
    payments = {p.award.code: p for p in run.payments.select_related("award")}
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    if not rows or not {"reference", "state", "amount"} <= set(rows[0]):
        raise Refused("The file needs the columns reference, state, amount, and on or because.")
    paid = cancelled = 0
    for number, row in enumerate(rows, 2):
        payment = payments.get((row["reference"] or "").strip())
        if payment is None:
            raise Refused(f"Row {number}: {row['reference']} is not in this run.")
        _check_amount(number, row["amount"], payment.amount)
        match (row["state"] or "").strip().lower():
            case "paid":
                payment.state, payment.because = "paid", ""
                payment.paid_on = _day(number, row.get("on") or "")
                paid += 1
            case "cancelled":
                payment.state, payment.paid_on = "cancelled", None
                payment.because = (row.get("because") or "").strip()[:200]
                if not payment.because:
                    raise Refused(f"Row {number}: a cancelled payment needs its reason.")
                cancelled += 1
            case other:
                raise Refused(f"Row {number}: state {other!r} is neither paid nor cancelled.")
        payment.save()
        _settle_award(payment.award)
    record("payments reconciled", about=run, by=by, paid=paid, cancelled=cancelled)
    return paid, cancelled


def _check_amount(number: int, text: str | None, amount: Decimal) -> None:
    try:
        same = Decimal((text or "").replace(",", "").replace("£", "").strip()) == amount
    except InvalidOperation:
        same = False
    if not same:
        raise Refused(f"Row {number}: the amount is {text}, and £{amount} was sent.")


def _day(number: int, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"Row {number}: {text!r} is no date; write 2027-03-31.") from None


def _settle_award(award: Award) -> None:
    paid = award.payments.filter(state="paid").aggregate(s=Sum("amount"))["s"] or Decimal(0)
    state = State.PAID if paid >= (award.amount or Decimal(0)) else State.APPROVED
    Award.objects.filter(pk=award.pk).update(state=state)


@transaction.atomic
def close_run(*, run: PaymentRun, by: Person, on: date | None = None) -> PaymentRun:
    """Close the day: what was paid must be what was approved less what was cancelled, to the
    penny.

    Raises
    ------
    Refused
        It does not add up, or a payment is still under way; the sums are named.
    """
    if Role.FINANCE_OFFICER not in roles_of(by):
        raise Refused("This takes the role of finance officer.")
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
    record("payment run closed", about=run, by=by)
    run.refresh_from_db()
    return run


# --- The right of review ----------------------------------------------------------------------


@transaction.atomic
def ask_review(
    *, award: Award, words: str, by: Person | None, on: date | None = None
) -> AwardReview:
    """The resident asks that somebody else looks again.

    Raises
    ------
    Refused
        Nothing was decided; the time to ask is over; a review is open.
    """
    today = on or timezone.localdate()
    if award.decided_at is None or award.state not in (*SPENT, State.REFUSED):
        raise Refused("There is no decision to review yet.")
    last = timezone.localdate(award.decided_at) + timedelta(days=award.fund.ask_review_days)
    if today > last:
        raise Refused(f"A review could be asked for until {last:%-d %B %Y}.")
    was = award.amount if award.state in SPENT and award.amount else Decimal(0)
    try:
        with transaction.atomic():
            made = AwardReview.objects.create(
                award=award, words=words, asked_on=today, was=was,
                due_on=today + timedelta(days=award.fund.review_days),
            )  # fmt: skip
    except IntegrityError:
        raise Refused("A review of this award is open already.") from None
    record("review asked for", about=award, by=by)
    return made


@transaction.atomic
def decide_review(
    *, review: AwardReview, amount: Decimal, words: str, by: Person, on: date | None = None
) -> None:
    """Another officer decides: the same or more, never less.

    Raises
    ------
    Refused
        The person had a part in the first decision; it would lower the award; no reasons; too
        much for the fund.
    """
    if Role.GRANTS_APPROVER not in roles_of(by):
        raise Refused("This takes the role of grants approver.")
    award = Award.objects.select_for_update().select_related("fund").get(pk=review.award_id)
    first = {award.assessed_by_id, award.decided_by_id}
    first |= set(award.approvals.values_list("by", flat=True))
    if by.pk in first:
        raise Refused("You had a part in the first decision. Another officer must review it.")
    if amount < review.was:
        raise Refused(f"A review can't lower an award: it was £{review.was:,.2f}.")
    if not words.strip():
        raise Refused("Write the reasons: the letter gives them.")
    if amount > award.fund.most:
        raise Refused(f"{award.fund.name} pays £{award.fund.most:,} at most.")
    if amount - review.was > balance(award.fund).left:
        raise Refused(f"{award.fund.name} has £{balance(award.fund).left:,.2f} left.")
    done = AwardReview.objects.filter(pk=review.pk, decided_on=None).update(
        decided_on=on or timezone.localdate(), decided_by=by, amount=amount, decision_words=words
    )
    if not done:
        raise Refused("Somebody else has decided this review already.")
    if amount > review.was:
        award.amount, award.state = amount, State.APPROVED
        award.decided_by = by
        award.save(update_fields=["amount", "state", "decided_by"])
    record("review decided", about=award, by=by, raised=amount > review.was)


def late_reviews(on: date) -> list[AwardReview]:
    """Reviews past their time limit, oldest first."""
    found = AwardReview.objects.filter(decided_on=None, due_on__lt=on).select_related("award__fund")
    return list(found.order_by("due_on"))


# --- Returns and open data --------------------------------------------------------------------


def figures(fund: Fund, upto: date) -> dict[str, Any]:
    """What was spent by a day, by category: awards and pounds, to the penny."""
    paid = Payment.objects.filter(award__fund=fund, state="paid", paid_on__lte=upto)
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
    from django.db.models import Count

    found = (
        paid.values_list("award__category")
        .annotate(Count("award", distinct=True), Sum("amount"))
        .order_by("award__category")
    )
    return list(found)


@transaction.atomic
def make_return(*, fund: Fund, upto: date, by: Person) -> FundReturn:
    if PaymentRun.objects.filter(fund=fund, made_on__lte=upto, closed_on=None).exists():
        raise Refused("A payment run up to that day is not closed yet.")
    said = figures(fund, upto)
    made, fresh = FundReturn.objects.get_or_create(
        fund=fund, upto=upto,
        defaults={"figures": said, "made_by": by,
                  "sha256": ledger.sha256(ledger.canonical(said))},
    )  # fmt: skip
    if not fresh:
        raise Refused("There is a return for this day already.")
    record("return made", about=made, by=by, fund=fund.code)
    return made


@transaction.atomic
def sign_return(*, made: FundReturn, by: Person) -> None:
    """The finance officer's sign-off. The figures must still be what they were."""
    if Role.FINANCE_OFFICER not in roles_of(by):
        raise Refused("This takes the role of finance officer.")
    if by.pk == made.made_by_id:
        raise Refused("You made this return. Somebody else must sign it.")
    if figures(made.fund, made.upto) != made.figures:
        raise Refused("The figures have changed since the return was made. Make it again.")
    done = FundReturn.objects.filter(pk=made.pk, signed_by=None).update(
        signed_by=by, signed_on=timezone.localdate()
    )
    if not done:
        raise Refused("This return is signed already.")
    record("return signed", about=made, by=by)


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
            "awardDate": f"{award.decided_at:%Y-%m}-01" if award.decided_at else "",
            "fundingOrganization": [{"id": town.ons_code, "name": town.council_name}],
            "grantProgramme": [{"code": award.fund.code, "title": award.fund.name}],
            "toIndividualsDetails": {
                "primaryGrantReason": award.reason,
                "grantPurpose": [award.purpose],
            },
            "recipientIndividual": {"id": f"{prefix}-individual-{_public_id(award)}",
                                    "name": "Individual Recipient"},
            "beneficiaryLocation": [{"name": town.name, "geoCode": town.ons_code}],
        }
        for award in rows
        if len(counted[award.fund_id, award.reason, award.purpose]) >= 5
    ]  # fmt: skip


def _public_id(award: Award) -> str:
    """Not the award's own code, which stands in a letter that somebody may hold."""
    return keyed_hash(f"360:{award.code}")[:12]


def waiting() -> Any:
    """Awards that wait for somebody, oldest first."""
    return Award.objects.filter(
        Q(state__in=[State.ASKED, State.ASSESSED, State.HELD, State.APPROVED])
    ).select_related("fund", "resident")  # fmt: skip
