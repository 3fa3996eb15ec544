"""To which account a grant is paid: given by one person, looked at by a second.

Whoever approves has the account before them, so that their yes is such a look. An account that is
given or changed later, or whose payment came back, holds the payment until somebody has looked.
"""

from __future__ import annotations

from django.db import transaction

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .assessing import account_key, hold_others, repeats_of
from .deciding import DESK
from .entries import Kind, State, enter, locked, needs_the_account_shown, standing_of
from .models import Award, Payment

SECOND = (Role.GRANTS_ASSESSOR, Role.GRANTS_APPROVER, Role.FINANCE_OFFICER)


def is_complete(award: Award) -> bool:
    return bool(award.payee and award.sort_code and award.account)


@transaction.atomic
def give_account(
    *, award: Award, payee: str, sort_code: str, account: str, by: Person, words: str = ""
) -> Award:
    """Write down to which account it is paid, or another one.

    Raises
    ------
    Refused
        A payment is under way; nothing is to be paid any more; the account is the one that is
        there, and nobody says why it is right.
    """
    if not roles_of(by) & set(DESK):
        raise Refused("This takes a place at the help desk or among the grants officers.")
    if not (payee.strip() and sort_code and account):
        raise Refused("A payment takes a name, a sort code and an account number.")
    award = locked(award)
    _refuse_a_change(award)
    is_same = (payee.strip(), sort_code, account) == (award.payee, award.sort_code, award.account)
    if is_same and not words.strip():
        raise Refused("This is the account that is there. Say why it is right, or change it.")
    award.payee, award.sort_code, award.account = payee.strip(), sort_code, account
    was, award.account_key = award.account_key, account_key(sort_code, account)
    award.save(update_fields=["payee", "sort_code", "account", "account_key"])
    enter(award, Kind.ACCOUNT, by=by, text=words)
    if award.account_key != was:
        _look_for_repeats(award)
    record("grant account given", about=award, by=by)
    return award


def _refuse_a_change(award: Award) -> None:
    """No account changes under a payment, nor where nothing is to be paid any more."""
    if Payment.objects.filter(award=award, state="sent").exists():
        raise Refused(
            "A payment to this account is under way. Change it once finance has read it back."
        )
    if award.state not in Award.OPEN and standing_of(award).review != "open":
        raise Refused(f"This grant is {award.get_state_display().lower()}: nothing is to be paid.")


def _look_for_repeats(award: Award) -> None:
    """Another account may be one that another grant goes to: both are held."""
    same = [sentence for sentence in repeats_of(award) if "bank account" in sentence]
    if same and award.state in (State.ASSESSED, State.HELD, State.APPROVED):
        enter(award, Kind.HELD, by=None, text="\n".join(same))
    hold_others(award)


@transaction.atomic
def see_account(*, award: Award, by: Person, shown: str | None = None) -> Award:
    """A second person has looked at the account: it is the one that the person named.

    ``shown`` is the mark of the account that their page showed.

    Raises
    ------
    Refused
        It is not complete; its payment came back and nobody has corrected it; the person gave it;
        it was changed after their page showed it.
    """
    if not roles_of(by) & set(SECOND):
        raise Refused("This takes a grants assessor, a grants approver or a finance officer.")
    award = locked(award)
    now = standing_of(award)
    if not is_complete(award):
        raise Refused("There are no bank details yet.")
    needs_the_account_shown(award, shown)
    if now.came_back:
        raise Refused("The payment came back. Somebody has to correct the account first.")
    if now.account_by == by.pk:
        raise Refused("You gave this account. Somebody else must look at it.")
    if now.account_is_seen:
        raise Refused("Somebody else has looked at this account already.")
    enter(award, Kind.ACCOUNT_SEEN, by=by)
    record("grant account seen", about=award, by=by)
    return award
