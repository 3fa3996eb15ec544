"""Standing: one pure function of a pledge's ledger, a date and the town's days.

No database, no clock, no Django. The truth table stands in ``docs/methods/standing.md``; each of
its rows is a test. `state_of` folds the lines up to and including a day; the answer also says
until when it holds if no further line comes, so that it can be kept beside the pledge and is
worked out anew the moment that it may have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from .kinds import Kind as Kind


class Standing(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    CLAIMED = "claimed"
    MET = "verified_met"
    LOWERED = "verified_lowered"
    PARTLY_MET = "verified_partly"
    NOT_MET = "verified_not_met"
    UNAVAILABLE = "evidence_unavailable"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class StandingInfo:
    """What a standing is called and means, and how it is counted.

    ``part`` is where a promise as a whole stands in the balance sheet's account; "" for what is
    in no account. ``is_verified``: a reviewer's finding decided it.
    """

    code: Standing
    words: str
    meaning: str
    part: str
    is_open: bool = False
    is_verified: bool = False


# In the order in which standings are shown: good news last promised first, then what asks for
# eyes. All that is known of standings follows from this table: a new one is one line here.
STANDINGS: tuple[StandingInfo, ...] = (
    StandingInfo(
        Standing.PROPOSED, "Proposed", "Waits for the charter manager; not public.", part=""
    ),
    StandingInfo(
        Standing.MET,
        "Verified: met",
        "A reviewer of another organisation found that the target was reached.",
        part="verified",
        is_verified=True,
    ),
    StandingInfo(
        Standing.LOWERED,
        "Verified: lowered target met",
        "What was verified reaches the target only since the partner moved it. It does not reach "
        "what was first promised.",
        part="partly",
        is_verified=True,
    ),
    StandingInfo(
        Standing.PARTLY_MET,
        "Verified: partly met",
        "A reviewer found part of what was promised.",
        part="partly",
        is_verified=True,
    ),
    StandingInfo(
        Standing.NOT_MET,
        "Verified: not met",
        "A reviewer found nothing of what was promised.",
        part="not_met",
        is_verified=True,
    ),
    StandingInfo(
        Standing.CLAIMED,
        "Claimed",
        "The partner says it is done; nobody else has checked yet.",
        part="claimed",
        is_open=True,
    ),
    StandingInfo(
        Standing.ACTIVE,
        "Active",
        "Promised; its date lies ahead.",
        part="outstanding",
        is_open=True,
    ),
    StandingInfo(
        Standing.DUE_SOON,
        "Due soon",
        "Promised; its date is near.",
        part="outstanding",
        is_open=True,
    ),
    StandingInfo(
        Standing.OVERDUE,
        "Overdue",
        "Its date has passed without a final report.",
        part="outstanding",
        is_open=True,
    ),
    StandingInfo(
        Standing.DISPUTED,
        "Disputed",
        "The partner contests the review; a second reviewer decides.",
        part="claimed",
        is_open=True,
    ),
    StandingInfo(
        Standing.UNAVAILABLE,
        "Evidence unavailable",
        "It was verified, but its evidence can no longer be reached.",
        part="claimed",
    ),
    StandingInfo(
        Standing.LAPSED,
        "Lapsed",
        "Overdue for so long that nobody answers for it, or dropped by its source.",
        part="lapsed",
    ),
    StandingInfo(
        Standing.WITHDRAWN,
        "Withdrawn",
        "The partner took the promise back, and said why.",
        part="withdrawn",
    ),
)
WORDS: Mapping[str, str] = {info.code: info.words for info in STANDINGS}
MEANINGS: Mapping[str, str] = {info.code: info.meaning for info in STANDINGS}
# A promise as one: in which of the account's parts it is as a whole.
PART_OF: Mapping[str, str] = {info.code: info.part for info in STANDINGS if info.part}
OPEN = tuple(info.code for info in STANDINGS if info.is_open)
VERIFIED = tuple(info.code for info in STANDINGS if info.is_verified)
# Those that are shown: all but what is not public yet.
ORDER = tuple(info.code for info in STANDINGS if info.code != Standing.PROPOSED)


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


class Days(Protocol):
    @property
    def due_soon_days(self) -> int: ...
    @property
    def lapse_days(self) -> int: ...
    @property
    def evidence_dead_days(self) -> int: ...
    @property
    def edition(self) -> int: ...


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
    body = line.body
    match line.kind:
        case Kind.PROPOSED:
            state.kind = body.get("measure_kind", "count")
            state.direction = body.get("direction", "up")
            state.baseline = number(body.get("baseline"))
            state.target = number(body.get("target"))
            state.due_on = day_of(body.get("due_on"))
            state.returned = False
        case Kind.RETURNED:
            state.returned = True
        case Kind.ACCEPTED:
            state.accepted_on = line.happened_on
            state.first_target = state.target
        case Kind.CHANGED:
            _change(state, body)
        case Kind.CLAIM:
            figure = number(body["value"])
            assert figure is not None
            as_of = day_of(body.get("as_of")) or line.happened_on
            state.claims.append(
                Claim(line.seq, line.happened_on, as_of, figure, bool(body.get("final")))
            )
        case Kind.EVIDENCE:
            if claim := state.claim(body["about"]):
                claim.evidence[line.seq] = None
        case Kind.LINK_DEAD | Kind.LINK_ALIVE:
            for claim in state.claims:
                if body["about"] in claim.evidence:
                    dead = line.happened_on if line.kind == Kind.LINK_DEAD else None
                    claim.evidence[body["about"]] = dead
        case Kind.REVIEW:
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
        case Kind.REPLY:
            for claim in state.claims:
                for review in claim.reviews:
                    if review.seq == body["about"]:
                        review.replied_on = line.happened_on
                        review.agrees = bool(body.get("agrees"))
        case Kind.QUESTION:
            state.asked[line.seq] = line.happened_on
        case Kind.ANSWER:
            state.answered.add(body["about"])
        case Kind.MEASURED:
            # Beside the claims, not among them: standing rests on reviews by people.
            state.measured = number(body["value"])
            state.measured_on = day_of(body["ends_on"])
        case Kind.OFFERED:
            # To an ask of the help desk; what is used of it is drawn. Neither is progress: that
            # is what the partner claims and somebody else verifies.
            state.offered += number(body["quantity"]) or Decimal(0)
        case Kind.DRAWN:
            state.drawn += number(body["quantity"]) or Decimal(0)
        case Kind.WITHDRAWN:
            state.withdrawn_on = line.happened_on
        case Kind.REMOVED:
            state.removed_on = line.happened_on
        case Kind.RELISTED:
            state.removed_on = None
            state.withdrawn_on = None


def _change(state: State, body: Mapping[str, Any]) -> None:
    match body["field"]:
        case "target":
            state.target = number(body["new"])
        case "baseline":
            state.baseline = number(body["new"])
        case "due_on":
            state.due_on = day_of(body["new"])


def state_of(lines: Iterable[Line], on: date, days: Days) -> State:
    """A pledge's standing and figures on a day, and the day from which they may be others.

    Parameters
    ----------
    lines
        The entries of one pledge in ledger order; those after ``on`` are ignored.
    on
        The day asked about.
    days
        How long a pledge is due soon, may be overdue, and may lack its evidence.

    Returns
    -------
    State
        ``standing``; ``verified`` and ``claimed``, in the measure's unit, None when there is
        none; ``until``, the first day on which the passing of time alone may change the answer,
        None when it can't.

    Notes
    -----
    Definition and truth table: ``docs/methods/standing.md``.
    """
    state = fold(lines, on)
    thresholds: set[date] = set()
    state.standing = _standing(state, on, days, thresholds)
    later = [day for day in thresholds if day > on]
    state.until = min(later, default=None)
    return state


def _standing(state: State, on: date, days: Days, thresholds: set[date]) -> Standing:
    _figures(state, on, thresholds)
    if state.accepted_on is None:
        return Standing.PROPOSED
    if state.withdrawn_on is not None:
        return Standing.WITHDRAWN
    if state.removed_on is not None:
        return Standing.LAPSED
    last = state.claims[-1] if state.claims else None
    settled = last.settled(on) if last else None
    if settled and not settled.agrees and settled.verdict != "upheld":
        return Standing.DISPUTED
    due_on = state.due_on
    best = next((c for c in reversed(state.claims) if c.settled(on) is not None), None)
    # "Keep at or above" can't be met before its date: what is kept today may be lost tomorrow.
    keeps = state.kind == "keep" and best is not None and due_on is not None
    early = keeps and best is not None and due_on is not None and best.as_of < due_on
    if best and state.reaches(state.verified) and not early:
        as_promised = days.edition < 2 or state.reaches_first(state.verified)
        reached = Standing.MET if as_promised else Standing.LOWERED
        return _unless_gone(best, reached, on, days, thresholds)
    if last:
        closing = last.final or (due_on is not None and (last.as_of >= due_on or last.on > due_on))
        arrives = state.reaches(last.value) and state.kind != "keep"
        if settled is None and (closing or arrives):
            return Standing.CLAIMED
        if settled is not None and closing:
            has_moved = state.progress(state.verified) > 0
            if not has_moved:
                return Standing.NOT_MET
            return _unless_gone(last, Standing.PARTLY_MET, on, days, thresholds)
    return _by_date(due_on, on, days, thresholds)


def _figures(state: State, on: date, thresholds: set[date]) -> None:
    for claim in state.claims:
        state.claimed, state.claimed_on = claim.value, claim.as_of
        if held := claim.held(on):
            state.held_until = held.released_on()
        thresholds.update(review.released_on() for review in claim.reviews)
        settled = claim.settled(on)
        if settled and settled.verdict == "upheld":
            state.verified, state.verified_on = claim.value, claim.as_of
        elif settled and settled.verdict == "partly":
            state.verified, state.verified_on = settled.value, claim.as_of


def _unless_gone(
    claim: Claim, standing: Standing, on: date, days: Days, thresholds: set[date]
) -> Standing:
    gone_since = claim.gone_since()
    if gone_since is None:
        return standing
    unavailable_from = gone_since + timedelta(days=days.evidence_dead_days)
    thresholds.add(unavailable_from)
    return Standing.UNAVAILABLE if on >= unavailable_from else standing


def _by_date(due_on: date | None, on: date, days: Days, thresholds: set[date]) -> Standing:
    if due_on is None:
        return Standing.ACTIVE
    soon_from = due_on - timedelta(days=days.due_soon_days)
    overdue_from = due_on + timedelta(days=1)
    lapsed_from = overdue_from + timedelta(days=days.lapse_days)
    thresholds.update({soon_from, overdue_from, lapsed_from})
    if on >= lapsed_from:
        return Standing.LAPSED
    if on >= overdue_from:
        return Standing.OVERDUE
    return Standing.DUE_SOON if on >= soon_from else Standing.ACTIVE
