"""The account of promises: what stood open, what moved, what stands open at the end.

Pure functions of ledger lines, two cuts and the town's days. No database, no clock. Definition,
formula and worked table: ``docs/methods/balance-sheet.md``.

Every accepted promise is, at any cut, divided without rest into parts: verified, met in part
(for promises as a whole; an amount is split instead), claimed only, not met, withdrawn, lapsed,
outstanding. So for each line, in promises and, where amounts can be added, in the measure's unit:

    opening + made + changed - verified - met in part - claimed - not met - withdrawn - lapsed
        = closing

where each movement is what that part grew by between the cuts. A part that shrank (a verified
result whose evidence is gone) moves the other way, with its sign.

What registers of other bodies list has an account of its own. Where the earlier statement still
counted it, the town's account lets it go: *stand apart* is one more movement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal

from commonweal.pledges import standing as st
from commonweal.pledges.standing import Kind, Line, Standing

ADDABLE = ("count", "hours", "money")
NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Cut:
    """Where the ledger is cut: entries up to this number that are about days up to this one; and
    which registers of other bodies stand apart there."""

    seq: int
    on: date
    apart: frozenset[str] = frozenset()

    def holds(self, line: Line) -> bool:
        return line.seq <= self.seq and line.happened_on <= self.on


@dataclass
class Position:
    """Promises at a cut. ``made`` and ``changed`` are where they came from; the others are
    where they are now. Figures are promises, or amounts in a measure's unit."""

    made: Decimal = NOUGHT
    changed: Decimal = NOUGHT
    verified: Decimal = NOUGHT
    partly: Decimal = NOUGHT
    claimed: Decimal = NOUGHT
    not_met: Decimal = NOUGHT
    withdrawn: Decimal = NOUGHT
    lapsed: Decimal = NOUGHT
    apart: Decimal = NOUGHT
    outstanding: Decimal = NOUGHT

    def let_go(self) -> Position:
        """The same with what is outstanding standing apart."""
        return replace(self, apart=self.outstanding, outstanding=NOUGHT)

    def __add__(self, addend: Position) -> Position:
        return Position(*(getattr(self, n) + getattr(addend, n) for n in NAMES))

    def __sub__(self, subtrahend: Position) -> Position:
        return Position(*(getattr(self, n) - getattr(subtrahend, n) for n in NAMES))

    @property
    def promised(self) -> Decimal:
        return self.made + self.changed

    @property
    def is_whole(self) -> bool:
        """Whether what was promised is what its parts add up to."""
        parts = sum((getattr(self, name) for name in PARTS), NOUGHT)
        return self.promised == parts + self.outstanding


ENDS = ("verified", "partly", "claimed", "not_met", "withdrawn", "lapsed")
# What leaves the town's account as it stands apart from now on.
APART = "apart"
PARTS = (*ENDS, APART)
NAMES = tuple(column.name for column in fields(Position))
# The movements in the order of the statement; those in ENDS leave what is outstanding.
MOVEMENTS = ("made", "changed", *ENDS)


@dataclass(frozen=True)
class Terms:
    """What a promise is about, as its own ledger says it; never as the tables say it today."""

    theme: str
    measure: str
    unit: str
    kind: str

    @property
    def addable(self) -> bool:
        return self.kind in ADDABLE


@dataclass
class Account:
    """One promise at a cut: as one promise, and in its unit."""

    terms: Terms
    standing: Standing
    promises: Position
    amount: Position
    # A promise without a figure can be counted, but has no amount.
    has_amount: bool


def account_of(lines: Sequence[Line], cut: Cut, days: st.Days) -> Account | None:
    """Where one promise stands at a cut; None while it is not in the register.

    Parameters
    ----------
    lines
        The entries of one pledge in ledger order.
    cut
        What is known and until which day.
    days
        The town's days, which decide when a promise has lapsed or its evidence is gone.
    """
    known = [line for line in lines if cut.holds(line)]
    state = st.state_of(known, cut.on, days)
    if state.accepted_on is None:
        return None
    terms = terms_of(known)
    promise = Position(made=Decimal(1))
    setattr(promise, st.PART_OF[state.standing], Decimal(1))
    has_amount = terms.addable and state.target is not None
    amount = _amount(known, state, cut) if terms.addable else Position()
    return Account(terms, state.standing, promise, amount, has_amount)


def source_of(lines: Iterable[Line]) -> str:
    """The list from which a promise came, as its own ledger says it; "" where it was made here."""
    return next((line.body["source"] for line in lines if line.body.get("source")), "")


def terms_of(lines: Iterable[Line]) -> Terms:
    """From the last proposal before the acceptance: a returned promise is proposed again."""
    body = next(line.body for line in reversed(list(lines)) if line.kind == Kind.PROPOSED)
    return Terms(
        body.get("theme") or "",
        body.get("measure") or "",
        body.get("unit") or "",
        body.get("measure_kind") or "",
    )


def _promised(state: st.State) -> Decimal:
    """How much is promised: from baseline to target, on the way that counts; never below 0."""
    return max(state.progress(state.target), NOUGHT) if state.target is not None else NOUGHT


def _amount(known: Sequence[Line], state: st.State, cut: Cut) -> Position:
    promised_first, changed = _made_and_changed(known, cut)
    promised = _promised(state)
    verified = min(max(state.progress(state.verified), NOUGHT), promised)
    claimed = min(max(state.progress(state.claimed), verified), promised) - verified
    remainder = promised - verified
    position = Position(made=promised_first, changed=changed)
    match state.standing:
        case Standing.WITHDRAWN:
            position.verified, position.withdrawn = verified, remainder
        case Standing.LAPSED:
            position.verified, position.lapsed = verified, remainder
        case Standing.PARTLY_MET | Standing.NOT_MET:
            position.verified, position.not_met = verified, remainder
        case Standing.UNAVAILABLE:
            # What was verified can't be looked at any more: it is a claim again.
            position.claimed, position.not_met = verified, remainder
        case _:
            position.verified, position.claimed = verified, claimed
            position.outstanding = remainder - claimed
    return position


def _made_and_changed(known: Sequence[Line], cut: Cut) -> tuple[Decimal, Decimal]:
    """What was promised when it was accepted, and by how much later entries changed it.

    Walks the entries one by one, so that it is a second way to the sum that `_promised` gives.
    """
    so_far: list[Line] = []
    first: Decimal | None = None
    changed = before = NOUGHT
    for line in known:
        if line.kind not in CHANGING:
            continue
        so_far.append(line)
        state = st.fold(so_far, cut.on)
        if state.accepted_on is None:
            continue
        now = _promised(state)
        if first is None:
            first = now
        else:
            changed += now - before
        before = now
    return first or NOUGHT, changed


CHANGING = (Kind.PROPOSED, Kind.ACCEPTED, Kind.CHANGED)


# --- Lines of the statement -------------------------------------------------------------------


@dataclass
class Sums:
    """A line of the statement while it is added up: theme × measure, at both cuts."""

    terms: Terms
    opening: Position = field(default_factory=Position)
    closing: Position = field(default_factory=Position)
    amount_opening: Position = field(default_factory=Position)
    amount_closing: Position = field(default_factory=Position)
    without_amount: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.terms.theme, self.terms.measure


class OutOfBalance(Exception):
    """A line does not add up. It can't be published; the message names it."""


def adds_up(opening: Position, closing: Position) -> bool:
    """Whether opening + movements = closing, with both positions whole."""
    moved = closing - opening
    left = sum((getattr(moved, name) for name in PARTS), NOUGHT)
    computed = opening.outstanding + moved.made + moved.changed - left
    return computed == closing.outstanding and opening.is_whole and closing.is_whole


@dataclass
class Book:
    """All lines of a period, and what the closing rules need to know of its promises. ``others`` is
    the account of what registers of other bodies list, where any stands apart."""

    lines: dict[tuple[str, str], Sums] = field(default_factory=dict)
    standings: dict[str, int] = field(default_factory=dict)
    entries: int = 0
    late_entries: int = 0
    others: Book | None = None

    @property
    def lets_go(self) -> bool:
        """Whether anything stands apart that the earlier statement still counted."""
        return any(sums.closing.apart or sums.amount_closing.apart for sums in self.lines.values())

    def let_go(self, before: Account | None) -> None:
        """What was outstanding of a promise at the start, and stands apart at the end."""
        if before is None or not (before.promises.outstanding or before.amount.outstanding):
            return
        key = before.terms.theme, before.terms.measure
        sums = self.lines.setdefault(key, Sums(before.terms))
        sums.opening += before.promises
        sums.amount_opening += before.amount
        sums.closing += before.promises.let_go()
        sums.amount_closing += before.amount.let_go()

    def count(self, lines: Sequence[Line], opening: Cut, closing: Cut) -> None:
        """Count the entries of a promise, and those of earlier days that came late."""
        for line in lines:
            if closing.holds(line):
                self.entries += 1
                if line.seq > opening.seq and line.happened_on <= opening.on:
                    self.late_entries += 1

    def add(self, before: Account | None, after: Account | None) -> None:
        if after is None:
            return
        sums = self.lines.setdefault((after.terms.theme, after.terms.measure), Sums(after.terms))
        self.standings[after.standing] = self.standings.get(after.standing, 0) + 1
        sums.closing += after.promises
        sums.amount_closing += after.amount
        if after.terms.addable and not after.has_amount:
            sums.without_amount += 1
        if before is not None:
            sums.opening += before.promises
            sums.amount_opening += before.amount

    def check(self) -> None:
        """Raise `OutOfBalance` unless every line adds up, to the unit."""
        for sums in self.lines.values():
            for unit, opening, closing in (
                ("promises", sums.opening, sums.closing),
                (sums.terms.unit, sums.amount_opening, sums.amount_closing),
            ):
                if not adds_up(opening, closing):
                    raise OutOfBalance(
                        f"{sums.terms.theme} / {sums.terms.measure} in {unit} does not add up: "
                        f"{opening} and {closing}"
                    )


def add_up(
    pledges: Iterable[Sequence[Line]],
    opening: Cut,
    closing: Cut,
    opening_days: st.Days,
    closing_days: st.Days,
) -> Book:
    """The account of a period, in one pass, in memory that grows with the lines of the
    statement and not with the ledger.

    Parameters
    ----------
    pledges
        For each pledge, its entries in ledger order.
    opening, closing
        The cut of the statement before (or the day before the first period), and this one's.
    opening_days, closing_days
        The town's days as they were at each.

    Raises
    ------
    OutOfBalance
        A line does not add up, which would be a fault of this module.
    """
    book, others = Book(), Book()
    for lines in pledges:
        before = account_of(lines, opening, opening_days)
        after = account_of(lines, closing, closing_days)
        source = source_of(lines)
        if source in closing.apart and source not in opening.apart:
            book.let_go(before)
        its_own = others if source in closing.apart else book
        its_own.add(before, after)
        its_own.count(lines, opening, closing)
    for each in (book, others):
        each.check()
    book.others = others if others.lines else None
    return book


def rows_of(
    pledges: Iterable[tuple[str, Sequence[Line]]],
    opening: Cut,
    closing: Cut,
    opening_days: st.Days,
    closing_days: st.Days,
    name: str,
    *,
    in_unit: bool,
) -> Iterator[tuple[str, Decimal, Standing]]:
    """The rows that a figure is made of: (code of the pledge, its part of the figure, standing).

    ``name`` is ``opening``, ``closing``, ``apart`` or one of `MOVEMENTS`. Their sum is the figure.
    """
    for code, lines in pledges:
        after = account_of(lines, closing, closing_days)
        if after is None:
            continue
        before = account_of(lines, opening, opening_days)
        start = (before.amount if in_unit else before.promises) if before else Position()
        end = after.amount if in_unit else after.promises
        if (source := source_of(lines)) in closing.apart:
            start = Position() if source in opening.apart else start
            end = start.let_go()
        if part := _part_of(name, start, end):
            yield code, part, after.standing


def _part_of(name: str, start: Position, end: Position) -> Decimal:
    """What a promise gives to a figure."""
    if name == "opening":
        return start.outstanding
    if name == "closing":
        return end.outstanding
    moved: Decimal = getattr(end - start, name)
    return moved
