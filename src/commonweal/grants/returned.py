"""Payments that come back: a thing for the desk to do, never the same payment again.

Finance reads a payment back as cancelled, or two officers say of a paid one that it came back.
Either way ``came_back`` is called once, in the transaction of its cause: whatever else wants to
know of it (a next action of the case) hooks in there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.cases.models import Case
from commonweal.office.errors import Refused

from . import awaiting
from .destinations import method_of
from .entries import (
    Kind,
    enter,
    keep,
    locked,
    needs_money_role,
    needs_role,
    needs_words,
    standing_of,
)
from .methods import TRANSFER
from .models import Award, GrantDecision, Payment, ReturnedPayment

# A person in need waits for this money.
DAYS_TO_CORRECT = 2
SOON = timedelta(days=DAYS_TO_CORRECT)


@dataclass(frozen=True)
class ToDo:
    """What has to be done about one grant whose payment came back: by whom, by when, and what."""

    award: Award
    owner: Person | None
    due_on: date
    words: str
    because: str

    @property
    def is_late(self) -> bool:
        return self.due_on < timezone.localdate()


@transaction.atomic
def came_back(*, payment: Payment, because: str, by: Person) -> None:
    """Write down that a payment came back; its money is owed again, and waits for the account.

    Raises
    ------
    Refused
        No reason; it is not cancelled, nor do two say that it came back; that is written down.
    """
    needs_words(because, "Say why the payment came back.")
    award = locked(payment.award)
    is_said = ReturnedPayment.objects.filter(payment=payment, state=ReturnedPayment.State.AGREED)
    is_cancelled = Payment.objects.filter(pk=payment.pk, state="cancelled")
    if not (is_said.exists() or is_cancelled.exists()):
        raise Refused("This payment has not come back.")
    if payment.decisions.filter(kind=Kind.RETURNED).exists():
        raise Refused("That this payment came back is written down already.")
    enter(award, Kind.RETURNED, by=by, text=because, amount=payment.amount, payment=payment)
    record("payment came back", about=award, by=by, amount_gbp=str(payment.amount))
    owner = owner_of(award)
    if owner is not None:
        mail.write(
            key=f"payment-came-back-{payment.pk}",
            person=owner,
            subject="A payment came back",
            body=f"{_letter(award)}\n\n{settings.ADDRESS}{_page_for(owner, award)}\n",
        )
    awaiting.do_next(award, sentence=method_of(award).correct, within=SOON, owner=owner, by=by)


def _page_for(owner: Person, award: Award) -> str:
    """The case for its handler, the grant for the officer who assessed it."""
    case = award.case
    is_handler = case is not None and case.assigned_to_id == owner.pk
    return case.get_absolute_url() if case and is_handler else award.get_absolute_url()


def _letter(award: Award) -> str:
    method = method_of(award)
    if method is TRANSFER:
        return (
            "A grant of one of your cases could not be paid: the bank sent the money back. "
            "Sign in and open the case: ask the person for the right account and write it down. "
            "A second person then looks at it, and finance pays."
        )
    return (
        "A grant of one of your cases did not reach the person. Sign in and open the case: it says "
        "what to ask. A second person then looks at it, and it goes out again."
    )


def owner_of(award: Award) -> Person | None:
    """Who asks the person for the right account: the handler of the open case, else whoever
    assessed the grant."""
    case = award.case
    if case is not None and case.state != Case.State.CLOSED and case.assigned_to:
        return case.assigned_to
    return award.assessed_by


def to_do(case: Case | None = None) -> list[ToDo]:
    """Grants whose payment came back and can't be paid yet, oldest first; of one case, or all."""
    back = GrantDecision.objects.filter(kind=Kind.RETURNED, award__state=Award.State.APPROVED)
    if case is not None:
        back = back.filter(award__case=case)
    newest = {
        entry.award_id: entry
        for entry in back.select_related(
            "award__case__assigned_to", "award__assessed_by", "award__fund"
        ).order_by("id")
    }
    rows = []
    for entry in newest.values():
        now = standing_of(entry.award)
        if now.came_back:
            sentence, owner = method_of(entry.award).correct, owner_of(entry.award)
        elif not now.account_is_seen:
            sentence, owner = _to_look_at(entry.award, now.account_by)
        else:
            continue
        due_on = timezone.localdate(entry.at) + SOON
        rows.append(ToDo(entry.award, owner, due_on, sentence, entry.words))
    return rows


def _to_look_at(award: Award, corrected_by: int | None) -> tuple[str, Person | None]:
    """What has to be looked at, and who has the grant, unless it is they who corrected it."""
    what_changed = "the corrected account" if method_of(award) is TRANSFER else "what was corrected"
    by = None if corrected_by is None else Person.objects.filter(pk=corrected_by).first()
    owner = owner_of(award)
    is_theirs = owner is not None and owner.pk == corrected_by
    apart_from = f" than {by.name}" if by is not None else ""
    return (
        f"Somebody else{apart_from} has to look at {what_changed}.",
        None if is_theirs else owner,
    )


# --- Paid, and it came back: said by two ------------------------------------------------------


@transaction.atomic
def say_returned(*, payment: Payment, because: str, by: Person) -> ReturnedPayment:
    """A finance officer says of a paid payment that it came back. Nothing changes until a second
    one agrees.

    Raises
    ------
    Refused
        It was not paid; somebody has said so already; no reason.
    """
    needs_role(by, Role.FINANCE_OFFICER)
    needs_words(because, f"Say what {method_of(payment.award).sends_back} says.")
    locked(payment.award)
    payment = Payment.objects.get(pk=payment.pk)
    if payment.state != "paid":
        raise Refused("Only a payment that was paid can come back.")
    try:
        with transaction.atomic():
            returned = ReturnedPayment.objects.create(
                payment=payment, because=because.strip(), asked_by=by
            )
    except IntegrityError:
        raise Refused("Somebody has said already that this payment came back.") from None
    record(
        "payment said to have come back",
        about=payment.award,
        by=by,
        run=str(payment.run.code),
        amount_gbp=str(payment.amount),
    )
    return returned


@transaction.atomic
def decide_returned(*, returned: ReturnedPayment, agrees: bool, by: Person) -> ReturnedPayment:
    """A second officer agrees that it came back, or says that it did not.

    Raises
    ------
    Refused
        The person said it themselves; it is decided already.
    """
    needs_money_role(by)
    if by.pk == returned.asked_by_id:
        raise Refused("You said that it came back. Somebody else must agree.")
    payment = returned.payment
    award = locked(payment.award)
    state = ReturnedPayment.State.AGREED if agrees else ReturnedPayment.State.DECLINED
    done = ReturnedPayment.objects.filter(pk=returned.pk, state=ReturnedPayment.State.ASKED).update(
        state=state, decided_by=by, decided_at=timezone.now()
    )
    if not done:
        raise Refused("Somebody else has decided this already.")
    returned.refresh_from_db()
    record(
        "payment undone" if agrees else "payment stays paid",
        about=award,
        by=by,
        run=str(payment.run.code),
        amount_gbp=str(payment.amount),
    )
    if agrees:
        came_back(payment=payment, because=returned.because, by=by)
    keep(award)
    return returned
