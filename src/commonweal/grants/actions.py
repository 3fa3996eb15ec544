"""Hardship grants: everything that people do with them, under one name.

What can't happen, whoever asks for it: one person assesses and decides; a grant, at first or by a
review, without the approvals that its amount takes; more than the budget, or after the fund's end;
a review by who had a part, after its time, or that lowers; the same application twice; a payment
to an account that only one person has seen; the same payment again after it came back; a closed
run that changes. Each noun has its module; every act is a row (``grant_entries``), and where a
grant stands follows from the rows (``grant_state``).
"""

from .assessing import apply, assess, release, repeats_of
from .bank import give_account, is_complete, see_account, why_no_change
from .breakdown import parts_of, return_file
from .deciding import approve, cancel, refuse, withdraw
from .destinations import account_key, details_of, method_of
from .entries import PENNY, SPENT, State, account_mark, reasons_mark, standing_of
from .funds import Balance, balance, change_fund, open_fund
from .giving import giving_360, package
from .handing_over import code_of, hand_over, to_hand_over, to_hand_over_by
from .letter import letter
from .other_names import in_words as other_name_in_words
from .paying import Owed, close_run, make_run, owed_by, owed_of, reconcile, why_not
from .payment_files import method_of_run, payment_file, to_pay
from .returned import decide_returned, say_returned, to_do
from .returns import figures, make_return, sign_return, waiting
from .reviews import ask_review, ask_until, decide_review, late_reviews, words_on

__all__ = [
    "PENNY",
    "SPENT",
    "Balance",
    "Owed",
    "State",
    "account_key",
    "account_mark",
    "apply",
    "approve",
    "ask_review",
    "ask_until",
    "assess",
    "balance",
    "cancel",
    "change_fund",
    "close_run",
    "code_of",
    "decide_returned",
    "decide_review",
    "details_of",
    "figures",
    "give_account",
    "giving_360",
    "hand_over",
    "is_complete",
    "late_reviews",
    "letter",
    "make_return",
    "make_run",
    "method_of",
    "method_of_run",
    "open_fund",
    "other_name_in_words",
    "owed_by",
    "owed_of",
    "package",
    "parts_of",
    "payment_file",
    "reasons_mark",
    "reconcile",
    "refuse",
    "release",
    "repeats_of",
    "return_file",
    "say_returned",
    "see_account",
    "sign_return",
    "standing_of",
    "to_do",
    "to_hand_over",
    "to_hand_over_by",
    "to_pay",
    "waiting",
    "why_no_change",
    "why_not",
    "withdraw",
    "words_on",
]
