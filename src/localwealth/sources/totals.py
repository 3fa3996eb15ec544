"""Lines of totals: known by what they come to and where they stand, not by a word alone.

*Total Energies Gas Ltd* is a firm, and *Acorn Ltd Total* under two payments to Acorn is none. A
balance that a page carries over to the next is known likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_NIL = Decimal(0)
# A total by its words alone: nobody is called so.
_SAYS = re.compile(
    r"((grand|sub|overall|report|monthly|net|gross|page|final|running)[ -]?)?totals?\b[\s:£.()-]*"
    r"((for|of|paid|amount|net|gross|spend|spent|expenditure|payments?|value|gbp|in|this|the|"
    r"period|month|quarter|year|report|page|all|over|ex|excl|exc|inc|vat|to|date|suppliers?|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"q[1-4]|\d[\d,./]*|£[\d,.]+)[\s:£.()-]*)*|(is-?)?gyfanswm( .*)?|(is-?)?cyfanswm( .*)?",
    re.IGNORECASE,
)
# The word at either end of a name: a total only where the lines above come to it.
_ENDS = re.compile(r"\b(?:sub)?totals?\W*$", re.IGNORECASE)
_WORDS = re.compile(r"\b(?:sub)?totals?\b|gyfanswm|cyfanswm", re.IGNORECASE)
# Whole cells of a line that carries a balance over, as people write them. A list, so that a large
# file can be asked for all of them at once (localwealth.sources.bulk).
_OVER = ("b/f", "b/fwd", "brought forward", "c/f", "c/fwd", "carried forward")
_BALANCES = [f"{first}{over}" for first in ("", "balance ", "total ") for over in _OVER]
BALANCES = frozenset(
    spelt(phrase)
    for phrase in (*_BALANCES, "opening balance", "closing balance", "gweddill")
    for spelt in (str.lower, str.upper, str.capitalize, str.title)
)


@dataclass
class Sums:
    """What the lines come to, and how many they are: since the last line of totals, and in all.
    ``opening`` is the balance above the first of them, ``carried`` the last that was stated."""

    since: Decimal = _NIL
    overall: Decimal = _NIL
    lines: int = 0
    opening: Decimal = _NIL
    carried: Decimal = _NIL

    def add(self, money: Decimal, lines: int = 1) -> None:
        """Further lines."""
        self.since += money
        self.overall += money
        self.lines += lines

    def are(self, money: Decimal | None) -> bool:
        """Whether one of the sums is this, which is not nought."""
        return bool(money) and money in (
            *(self.since, self.overall),
            *(self.opening + self.since, self.opening + self.overall),
        )

    def carry(self, money: Decimal) -> None:
        """A line states this balance, which is brought or carried forward."""
        if not (self.lines or self.overall or self.carried):
            self.opening = money
        self.carried = money

    def close(self, money: Decimal) -> Decimal:
        """A line of totals stands here and says so much: what the lines that it is about come to.
        They are those that come to it, where any do."""
        with_opening = self.opening and money in (
            *(self.opening + self.since, self.opening + self.overall),
        )
        about = self.overall if money == self.overall else self.since
        about = money if with_opening else about
        self.since, self.lines = _NIL, 0
        return about


def is_total(
    line: Sequence[str], get: Mapping[str, str], money: Decimal | None, sums: Sums
) -> bool:
    """Whether a line is one of totals.

    It is where a cell at its beginning says so in words that are no name; where it names no payee
    and no day, and comes to what stands above; and where the word *total* is part of a payee's
    name, it bears no day, and comes to what stands above.
    """
    payee, day = get.get("supplier", ""), get.get("date", "")
    has_word = _has_word("\n".join(line))
    if not has_word and (payee or day):
        return False
    filled = list(filter(None, map(str.strip, line)))
    if has_word and _says_total(payee, day, filled):
        return True
    if day or not sums.are(money):
        return False
    return (not payee and len(filled) <= 2) or _is_named_sum(payee, filled, sums)


def is_balance(
    line: Sequence[str], get: Mapping[str, str], money: Decimal | None, sums: Sums
) -> bool:
    """Whether a line carries a balance over: a cell that says so and nothing else stands in the
    payee's place or, where there is none, at the beginning; and it bears no day, stands above all
    payments, or comes to those above or to the balance that was carried over last."""
    payee = get.get("supplier", "")
    cells = [payee] if payee else list(filter(None, map(str.strip, line)))[:3]
    if BALANCES.isdisjoint(cells):
        return False
    if not get.get("date", "") or money is None or sums.are(money):
        return True
    return not sums.overall or money == sums.carried


def _has_word(text: str) -> bool:
    # Hardly a line has it, and to look for a piece of it takes a tenth of looking for the word.
    small = text.lower()
    return ("total" in small or "yfanswm" in small) and _WORDS.search(text) is not None


def _says_total(payee: str, day: str, filled: Sequence[str]) -> bool:
    """Whether a cell at the beginning says so in words that are no name."""
    is_no_payment = not day or _SAYS.fullmatch(payee) is not None
    return is_no_payment and any(map(_SAYS.fullmatch, filled[:3]))


def _is_named_sum(payee: str, filled: Sequence[str], sums: Sums) -> bool:
    """Whether the word stands in a name, over more than a line. A firm's first payment comes to
    what stands above, where that is one line as large."""
    is_sum = sums.lines > 1 or _ENDS.search(payee) is not None
    return is_sum and any(map(_WORDS.search, filled[:3]))
