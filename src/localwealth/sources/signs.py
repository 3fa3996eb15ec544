"""Columns that say of an amount whether it was paid or came back, and in which money it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# What stands in a column that says of each amount whether it was paid or came back.
DEBITS, CREDITS = {"D", "DR", "DB", "DEBIT", "+"}, {"C", "CR", "CREDIT", "-"}
# SAP's, whatever its language: Soll and Haben. A column of kinds of documents may say S for others.
_SAP_DEBITS, _SAP_CREDITS = {"S", "SOLL"}, {"H", "HABEN"}
# What stands in a column of kinds of documents: only the credit notes came back.
CREDIT_NOTES = {
    *("CREDIT NOTE", "CREDIT NOTES", "CREDIT MEMO", "CREDIT MEMOS", "CREDIT INVOICE", "CRN", "CN"),
    *("CR NOTE", "CRED NOTE", "SUPPLIER CREDIT", "PURCHASE CREDIT NOTE", "NODYN CREDYD"),
}
INVOICES = {"INV", "INVOICE", "INVOICES", "PURCHASE INVOICE", "SUPPLIER INVOICE", "ANFONEB"}
_DEBIT = re.compile(r"(debit|dr|debyd)\b")
_CREDIT = re.compile(r"(credit|cr|credyd)( credyd)?( amount| value)?( gbp)?")
_MARK = re.compile(
    r"(dr cr|cr dr|d c|c d|dc|cd|s h|debit (or )?credit|credit (or )?debit|sign|soll haben|shkzg|"
    r"debyd (neu )?credyd)( indicator| ind| flag| mark| kennzeichen)?"
)
_TYPE = re.compile(
    r"(transaction |trans |payment |document |doc |invoice )?type( of document)?|math( o ddogfen)?"
)
_STERLING = re.compile(r"£|\bgbp\b|\bsterling\b", re.IGNORECASE)


@lru_cache(1000)
def is_credit(mark: str) -> bool:
    """Whether a mark beside an amount says that it came back.

    >>> is_credit("Cr."), is_credit("Credit note"), is_credit("Invoice"), is_credit("H")
    (True, True, False, True)
    """
    capitals = " ".join(mark.upper().rstrip(".").split())
    return capitals in CREDITS | CREDIT_NOTES | _SAP_CREDITS


def says_sterling(heading: str) -> bool:
    """Whether a heading says that what stands below is in pounds."""
    return _STERLING.search(heading) is not None


def column_of_signs(
    debits: str, heads: Sequence[str], columns: Sequence[Sequence[str]], taken: set[int]
) -> tuple[str, int] | None:
    """A column of credits beside one of debits, or one that marks each amount as either: its role
    and its number from 0; None where there is none. ``debits`` is the heading of the amounts; all
    headings are in small letters and without signs."""
    for at, head in enumerate(heads):
        if at in taken:
            continue
        if _DEBIT.match(debits) and _CREDIT.fullmatch(head):
            return "credit", at
        if _marks(head, {" ".join(cell.upper().split()) for cell in columns[at]}):
            return "debit_or_credit", at
    return None


def _marks(heading: str, cells: set[str]) -> bool:
    """Whether a column marks amounts. One of kinds of documents must name others than credits:
    alone, C may be anything."""
    marks = {cell.rstrip(".") for cell in cells}
    if _MARK.fullmatch(heading):
        return any(
            bool(marks & credits) and marks <= debits | credits
            for debits, credits in ((DEBITS, CREDITS), (_SAP_DEBITS, _SAP_CREDITS))
        )
    if not _TYPE.fullmatch(heading):
        return False
    is_both = bool(marks & CREDITS) and bool(marks & DEBITS) and marks <= DEBITS | CREDITS
    return is_both or bool(marks & CREDIT_NOTES and marks & (INVOICES | DEBITS))
