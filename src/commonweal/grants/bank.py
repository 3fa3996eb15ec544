"""How a grant is paid, and to where: given by one person, looked at by a second.

Whoever approves has it before them, so that their yes is such a look. What is given or changed
later, or whose payment came back, holds the payment until somebody has looked.
"""

from __future__ import annotations

from django.db import transaction

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .assessing import hold_others, repeats_of
from .deciding import DESK
from .destinations import key_of, method_of, needs_a_method_of
from .entries import Kind, State, enter, locked, needs_the_account_shown, standing_of
from .methods import METHODS, TRANSFER, Method
from .models import Award, Payment
from .other_names import needs_it_known

SECOND = (Role.GRANTS_ASSESSOR, Role.GRANTS_APPROVER, Role.FINANCE_OFFICER)


def is_complete(award: Award) -> bool:
    return all(getattr(award, column) for column in method_of(award).columns_asked)


@transaction.atomic
def give_account(
    *, award: Award, by: Person, words: str = "", method: str = "", **details: str
) -> Award:
    """Write down how it is paid and to where: the ``details`` that its ``method`` asks for, or
    those of another way that the fund allows. What another way asked for is emptied.

    Raises
    ------
    Refused
        A payment is under way; nothing is to be paid any more; the fund does not pay so; something
        is missing; it is what is there, and nobody says why it is right.
    """
    if not roles_of(by) & set(DESK):
        raise Refused("This takes a place at the help desk or among the grants officers.")
    award = locked(award)
    chosen = METHODS[method or award.method]
    needs_a_method_of(award.fund, chosen, but_for=award.method)
    filled = {column: "" for column in Award.DETAILS} | {
        column: details.get(column, "").strip() for column in chosen.columns_asked
    }
    if not all(filled[column] for column in chosen.columns_asked):
        raise Refused(_missing(chosen))
    if because := why_no_change(award):
        raise Refused(because)
    now_there = {column: getattr(award, column) for column in Award.DETAILS}
    if (award.method, now_there) == (chosen.code, filled) and not words.strip():
        raise Refused(
            f"This is the {_called(chosen)} that is there. Say why it is right, or change it."
        )
    award.method = chosen.code
    for column, detail in filled.items():
        setattr(award, column, detail)
    was, award.account_key = award.account_key, key_of(award)
    award.save(update_fields=["method", *Award.DETAILS, "account_key"])
    enter(award, Kind.ACCOUNT, by=by, text=_said(chosen, words))
    if award.account_key != was:
        _look_for_repeats(award)
    record("grant account given", about=award, by=by, method=chosen.code)
    return award


def _missing(method: Method) -> str:
    if method is TRANSFER:
        return "A payment takes a name, a sort code and an account number."
    return f"{method.title} takes: {', '.join(detail.label.lower() for detail in method.details)}."


def _called(method: Method) -> str:
    return "account" if method is TRANSFER else "method"


def _said(method: Method, words: str) -> str:
    """What the act says: of a transfer what is said of it, of any other way which one it is."""
    return words if method is TRANSFER else f"{method.title}. {words}".strip()


def why_no_change(award: Award) -> str:
    """Why its account can't be changed: no account changes under a payment, nor where nothing is
    to be paid any more; "" where it can."""
    if Payment.objects.filter(award=award, state="sent").exists():
        return "A payment to this account is under way. Change it once finance has read it back."
    if award.state not in Award.OPEN and standing_of(award).review != "open":
        return f"This grant is {award.get_state_display().lower()}: nothing is to be paid."
    return ""


def _look_for_repeats(award: Award) -> None:
    """Another account may be one that another grant goes to: both are held."""
    same = repeats_of(award, by="account_key")
    if same and award.state in (State.ASSESSED, State.HELD, State.APPROVED):
        enter(award, Kind.HELD, by=None, text="\n".join(same))
    hold_others(award)


@transaction.atomic
def see_account(
    *, award: Award, by: Person, shown: str | None = None, knows_why: bool = False
) -> Award:
    """A second person has looked at the account: it is the one that the person named.

    ``shown`` is the mark of the account that their page showed; ``knows_why`` as in `approve`.

    Raises
    ------
    Refused
        It is not complete; its payment came back and nobody has corrected it; the person gave it;
        it was changed after their page showed it; it is in another name.
    """
    if not roles_of(by) & set(SECOND):
        raise Refused("This takes a grants assessor, a grants approver or a finance officer.")
    award = locked(award)
    now = standing_of(award)
    if not is_complete(award):
        raise Refused(
            "There are no bank details yet."
            if award.method == "transfer"
            else method_of(award).lacking
        )
    needs_the_account_shown(award, shown)
    if now.came_back:
        raise Refused("The payment came back. Somebody has to correct the account first.")
    if now.account_by == by.pk:
        raise Refused("You gave this account. Somebody else must look at it.")
    if now.account_is_seen:
        raise Refused("Somebody else has looked at this account already.")
    needs_it_known(award, knows_why)
    enter(award, Kind.ACCOUNT_SEEN, by=by)
    record("grant account seen", about=award, by=by)
    return award
