"""A pledge as its ledger has it on a day: what each kind of entry changes of it.

No database, no clock, no Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from .kinds import Kind
from .standings import Standing


class Line(Protocol):
    """What the fold reads of a ledger entry."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def happened_on(self) -> date: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


@dataclass
class Review:
    seq: int
    on: date
    verdict: str
    value: Decimal | None
    by: str
    held_until: date | None
    replied_on: date | None = None
    agrees: bool = True

    def released_on(self) -> date:
        """The first day on which it counts: at once, or after the reply, or after its time."""
        if self.held_until is None:
            return self.on
        return min(self.held_until, self.replied_on or self.held_until)


@dataclass
class Claim:
    seq: int
    on: date
    as_of: date
    value: Decimal
    final: bool
    evidence: dict[int, date | None] = field(default_factory=dict)
    reviews: list[Review] = field(default_factory=list)

    def settled(self, on: date) -> Review | None:
        """The last review that counts on a day."""
        return next((r for r in reversed(self.reviews) if r.released_on() <= on), None)

    def held(self, on: date) -> Review | None:
        return next((r for r in reversed(self.reviews) if r.released_on() > on), None)

    def gone_since(self) -> date | None:
        """The day on which the last of its evidence went dead; None while any can be reached."""
        if not self.evidence or None in self.evidence.values():
            return None
        return max(day for day in self.evidence.values() if day is not None)


@dataclass
class State:
    """A pledge as its ledger has it on a day."""

    standing: Standing = Standing.PROPOSED
    until: date | None = None
    kind: str = "count"
    direction: str = "up"
    baseline: Decimal | None = None
    target: Decimal | None = None
    # The target with which it came into the register, whatever it was moved to since.
    first_target: Decimal | None = None
    due_on: date | None = None
    accepted_on: date | None = None
    returned: bool = False
    withdrawn_on: date | None = None
    removed_on: date | None = None
    claims: list[Claim] = field(default_factory=list)
    claimed: Decimal | None = None
    claimed_on: date | None = None
    verified: Decimal | None = None
    verified_on: date | None = None
    measured: Decimal | None = None
    measured_on: date | None = None
    offered: Decimal = Decimal(0)
    drawn: Decimal = Decimal(0)
    held_until: date | None = None
    asked: dict[int, date] = field(default_factory=dict)
    answered: set[int] = field(default_factory=set)

    def claim(self, seq: int) -> Claim | None:
        return next((claim for claim in self.claims if claim.seq == seq), None)

    def reaches(self, figure: Decimal | None) -> bool:
        return self._is_at(figure, self.target)

    def reaches_first(self, figure: Decimal | None) -> bool:
        """Whether a value reaches what was first promised."""
        return self.first_target is None or self._is_at(figure, self.first_target)

    def _is_at(self, figure: Decimal | None, target: Decimal | None) -> bool:
        if figure is None or target is None:
            return False
        return figure <= target if self.direction == "down" else figure >= target

    def progress(self, figure: Decimal | None) -> Decimal:
        """How far a value lies from the baseline on the way to the target; 0 at the baseline."""
        if figure is None:
            return Decimal(0)
        moved = figure - (self.baseline or Decimal(0))
        return -moved if self.direction == "down" else moved

    @property
    def first_unanswered_on(self) -> date | None:
        waiting = [day for seq, day in self.asked.items() if seq not in self.answered]
        return min(waiting, default=None)


def number(written: Any) -> Decimal | None:
    return None if written in (None, "") else Decimal(str(written))


def day_of(written: Any) -> date | None:
    return date.fromisoformat(written) if written else None


def fold(lines: Iterable[Line], on: date) -> State:
    """Read the lines up to and including a day, in the order of the ledger."""
    state = State()
    for line in lines:
        if line.happened_on <= on:
            _read(state, line)
    return state


def _read(state: State, line: Line) -> None:
    reader = READERS.get(line.kind)
    if reader is not None:
        reader(state, line)


def _proposed(state: State, line: Line) -> None:
    body = line.body
    state.kind = body.get("measure_kind", "count")
    state.direction = body.get("direction", "up")
    state.baseline = number(body.get("baseline"))
    state.target = number(body.get("target"))
    state.due_on = day_of(body.get("due_on"))
    state.returned = False


def _returned(state: State, line: Line) -> None:
    state.returned = True


def _accepted(state: State, line: Line) -> None:
    state.accepted_on = line.happened_on
    state.first_target = state.target


def _changed(state: State, line: Line) -> None:
    new = line.body["new"]
    match line.body["field"]:
        case "target":
            state.target = number(new)
        case "baseline":
            state.baseline = number(new)
        case "due_on":
            state.due_on = day_of(new)


def _claimed(state: State, line: Line) -> None:
    figure = number(line.body["value"])
    assert figure is not None
    as_of = day_of(line.body.get("as_of")) or line.happened_on
    is_final = bool(line.body.get("final"))
    state.claims.append(Claim(line.seq, line.happened_on, as_of, figure, is_final))


def _taken_back(state: State, line: Line) -> None:
    """A report came from a file that was undone: it counts as never made."""
    state.claims = [claim for claim in state.claims if claim.seq != line.body["about"]]


def _evidence(state: State, line: Line) -> None:
    if claim := state.claim(line.body["about"]):
        claim.evidence[line.seq] = None


def _link(state: State, line: Line) -> None:
    """A link of evidence went dead, or answers again."""
    about = line.body["about"]
    for claim in state.claims:
        if about in claim.evidence:
            claim.evidence[about] = line.happened_on if line.kind == Kind.LINK_DEAD else None


def _reviewed(state: State, line: Line) -> None:
    body = line.body
    if claim := state.claim(body["about"]):
        claim.reviews.append(
            Review(
                line.seq,
                line.happened_on,
                body["verdict"],
                number(body.get("value")),
                str(body.get("by", "")),
                day_of(body.get("held_until")),
            )
        )


def _replied(state: State, line: Line) -> None:
    for claim in state.claims:
        for review in claim.reviews:
            if review.seq == line.body["about"]:
                review.replied_on = line.happened_on
                review.agrees = bool(line.body.get("agrees"))


def _questioned(state: State, line: Line) -> None:
    state.asked[line.seq] = line.happened_on


def _answered(state: State, line: Line) -> None:
    state.answered.add(line.body["about"])


def _measured(state: State, line: Line) -> None:
    # Beside the claims, not among them: standing rests on reviews by people.
    state.measured = number(line.body["value"])
    state.measured_on = day_of(line.body["ends_on"])


def _offered(state: State, line: Line) -> None:
    # To an ask of the help desk or of another desk of the town; what is used of it is drawn.
    # Neither is progress: that is what the partner claims and somebody else verifies.
    state.offered += number(line.body["quantity"]) or Decimal(0)


def _drawn(state: State, line: Line) -> None:
    state.drawn += number(line.body["quantity"]) or Decimal(0)


def _withdrawn(state: State, line: Line) -> None:
    state.withdrawn_on = line.happened_on


def _removed(state: State, line: Line) -> None:
    state.removed_on = line.happened_on


def _relisted(state: State, line: Line) -> None:
    state.removed_on = None
    state.withdrawn_on = None


# What each kind of entry changes of a state; the other kinds change nothing of it.
READERS: Mapping[str, Callable[[State, Line], None]] = {
    Kind.PROPOSED: _proposed,
    Kind.RETURNED: _returned,
    Kind.ACCEPTED: _accepted,
    Kind.CHANGED: _changed,
    Kind.CLAIM: _claimed,
    Kind.TAKEN_BACK: _taken_back,
    Kind.EVIDENCE: _evidence,
    Kind.LINK_DEAD: _link,
    Kind.LINK_ALIVE: _link,
    Kind.REVIEW: _reviewed,
    Kind.REPLY: _replied,
    Kind.QUESTION: _questioned,
    Kind.ANSWER: _answered,
    Kind.MEASURED: _measured,
    Kind.OFFERED: _offered,
    Kind.DRAWN: _drawn,
    Kind.WITHDRAWN: _withdrawn,
    Kind.REMOVED: _removed,
    Kind.RELISTED: _relisted,
}
