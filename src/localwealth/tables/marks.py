"""Marks for nothing, and for yes and no: one list for every file that people send."""

from __future__ import annotations

from localwealth import lists

# In small letters and single spaces. A cell that says one of these says nothing.
NOTHING = frozenset({"", *lists.entries("localwealth.tables", "marks/nothing")})
# Dates that programs write where there is none.
NO_DATES = frozenset(lists.entries("localwealth.tables", "marks/no_dates"))
# The marks as a list of SQL, for `list_contains` of a column in small letters: an `in` of so many
# DuckDB makes a join of, and rows come out of a join in any order.
_SPELT = [f"'{sign}{mark}'" for sign in ("", "#") for mark in sorted(NOTHING)]
SQL_LIST = f"[{', '.join(_SPELT)}]"
YES = frozenset({"y", "yes", "true", "t", "1", "x", "✓", "✔", "☑", "tick", "ie", "ydy", "oes"})
NO = frozenset({"n", "no", "false", "f", "0", "✗", "✘", "☐", "nac ydy", "nag oes"})


def is_nothing(text: str) -> bool:
    """Whether a cell says nothing.

    >>> is_nothing(" N/A "), is_nothing("NULL"), is_nothing("0"), is_nothing("Nil Ltd")
    (True, True, False, False)
    """
    # No mark ends in a figure, and most numbers do.
    return not text[-1:].isdecimal() and _plain(text) in NOTHING


def _plain(text: str) -> str:
    # Spreadsheets put a number sign before it.
    return " ".join(text.casefold().removeprefix("#").rstrip("!").split())


def said(text: str) -> str:
    """What a cell says, "" where it says nothing.

    >>> said("Acorn Ltd"), said("N/A")
    ('Acorn Ltd', '')
    """
    return "" if is_nothing(text) else text


def is_no_date(text: str) -> bool:
    """Whether a cell of a column of dates says that there is none.

    >>> is_no_date("00000000"), is_no_date("NULL"), is_no_date("13/04/2023")
    (True, True, False)
    """
    small = _plain(text)
    return small in NOTHING or small.removesuffix(" 00:00:00") in NO_DATES


def yes_or_no(text: str) -> bool | None:
    """What a cell answers to a question; None where it answers neither.

    >>> yes_or_no("Y"), yes_or_no("No"), yes_or_no("perhaps")
    (True, False, None)
    """
    small = " ".join(text.casefold().split())
    if small in YES:
        return True
    return False if small in NO else None
