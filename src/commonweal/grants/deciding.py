"""Saying yes or no to an application, taking it back, cancelling what was approved."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .entries import (
    Kind,
    State,
    enter,
    locked,
    locked_fund,
    needs_role,
    needs_the_account_shown,
    needs_words,
    standing_of,
)
from .funds import balance
from .models import Award, Fund, Payment
from .other_names import needs_it_known

DESK = (
    Role.CALL_HANDLER,
    Role.DESK_MANAGER,
    Role.NAMED_COLLEAGUE,
    Role.GRANTS_ASSESSOR,
    Role.GRANTS_APPROVER,
    Role.FINANCE_OFFICER,
)


def needs_money(fund: Fund, needed: Decimal) -> None:
    """Refuse what a fund has no time or no money for. ``needed``: pounds on top of what
    is committed. The fund's row is held by whoever asks."""
    if timezone.localdate() > fund.ends_on:
        raise Refused(f"{fund.name} ended on {fund.ends_on:%-d %B %Y}.")
    left = balance(fund).left
    if needed > left:
        raise Refused(f"{fund.name} has £{left:,.2f} left.")


@transaction.atomic
def approve(
    *, award: Award, by: Person, shown: str | None = None, knows_why: bool = False
) -> Award:
    """Say yes, and that the account is looked at. With the last approval that its amount takes,
    it is approved. ``shown`` is the mark of the account that their page showed; ``knows_why``:
    they say that they know why it is in another name, where it is.

    Raises
    ------
    Refused
        The person asked for it, assessed it, or said yes already; it is held; the money is not
        there; the account was changed after their page showed it, or is in another name.
    """
    needs_role(by, Role.GRANTS_APPROVER)
    fund, award = locked_fund(award), locked(award)
    if award.state == State.HELD:
        raise Refused("It is held: " + "; ".join(award.held) + ". Somebody has to look first.")
    if award.state != State.ASSESSED or award.amount is None:
        raise Refused("Only an assessed grant can be approved.")
    if by.pk == award.assessed_by_id:
        raise Refused("You assessed this grant. Somebody else must approve it.")
    if award.decisions.filter(kind=Kind.ASKED, by=by).exists():
        raise Refused("You asked for this grant. Somebody else must approve it.")
    if by.pk in standing_of(award).yes:
        raise Refused("You approved this already. It takes somebody else as well.")
    if award.amount <= 0:
        raise Refused("There is nothing to approve. Refuse it, with the reasons.")
    needs_the_account_shown(award, shown)
    needs_it_known(award, knows_why)
    needs_money(fund, award.amount)
    needed = fund.approvals_for(award.amount)
    enter(award, Kind.APPROVED, by=by, amount=award.amount, needed=needed)
    record("grant approved", about=award, by=by, state=award.state)
    return award


@transaction.atomic
def refuse(*, award: Award, words: str, by: Person) -> None:
    """Say no, with the reasons that the letter gives."""
    needs_role(by, Role.GRANTS_APPROVER)
    needs_words(words, "Write the reasons: the letter gives them.")
    award = locked(award)
    if by.pk == award.assessed_by_id:
        raise Refused("You assessed this grant. Somebody else must decide it.")
    if award.state not in (State.ASSESSED, State.HELD):
        raise Refused("Only an assessed grant can be refused.")
    enter(award, Kind.REFUSED, by=by, text=words)
    record("grant refused", about=award, by=by)


@transaction.atomic
def withdraw(*, award: Award, because: str, by: Person) -> None:
    """Take an application back before it is decided: the person does not want it any more, or it
    was asked for twice. No letter goes out.

    Raises
    ------
    Refused
        It is decided; no reason.
    """
    if not roles_of(by) & set(DESK):
        raise Refused("This takes a place at the help desk or among the grants officers.")
    needs_words(because, "Say why it is withdrawn.")
    award = locked(award)
    if award.state not in (State.ASKED, State.ASSESSED, State.HELD):
        raise Refused(
            f"This grant is {award.get_state_display().lower()}: only an application that nobody "
            "has decided yet can be withdrawn."
        )
    enter(award, Kind.WITHDRAWN, by=by, text=because)
    record("grant withdrawn", about=award, by=by)


@transaction.atomic
def cancel(*, award: Award, because: str, by: Person) -> None:
    """Take back an approved grant that was not paid: its money is free, the letter says why."""
    needs_role(by, Role.GRANTS_APPROVER)
    needs_words(because, "Say why it is cancelled.")
    award = locked(award)
    if Payment.objects.filter(award=award).live().exists():
        raise Refused("A payment is under way. Reconcile it as cancelled first.")
    if award.state != State.APPROVED:
        raise Refused("Only an approved grant can be cancelled.")
    enter(award, Kind.CANCELLED, by=by, text=because)
    record("grant cancelled", about=award, by=by)
