"""Standing: one pure function of a pledge's ledger, a date and the town's days.

No database, no clock, no Django. The truth table stands in ``docs/methods/standing.md``; each of
its rows is a test. `state_of` folds the lines up to and including a day; the answer also says
until when it holds if no further line comes, so that it can be kept beside the pledge and is
worked out anew the moment that it may have changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from .kinds import Kind
from .standings import (
    BESIDE,
    MEANINGS,
    OF_STORY,
    OPEN,
    ORDER,
    PART_OF,
    STANDINGS,
    STORIES,
    VERIFIED,
    WORDS,
    Standing,
    StandingInfo,
    Story,
)
from .state import Claim, Line, Review, State, day_of, fold, number

# Whoever asks about standings finds all of it here.
__all__ = [
    "BESIDE",
    "MEANINGS",
    "OF_STORY",
    "OPEN",
    "ORDER",
    "PART_OF",
    "STANDINGS",
    "STORIES",
    "VERIFIED",
    "WORDS",
    "Claim",
    "Days",
    "Kind",
    "Line",
    "Review",
    "Standing",
    "StandingInfo",
    "State",
    "Story",
    "day_of",
    "fold",
    "number",
    "state_of",
]


class Days(Protocol):
    @property
    def due_soon_days(self) -> int: ...
    @property
    def lapse_days(self) -> int: ...
    @property
    def evidence_dead_days(self) -> int: ...
    @property
    def edition(self) -> int: ...


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
    if (fixed := _by_decision(state)) is not None:
        return fixed
    last = state.claims[-1] if state.claims else None
    settled = last.settled(on) if last else None
    if settled and not settled.agrees and settled.verdict != "upheld":
        return Standing.DISPUTED
    return (
        _by_target(state, on, days, thresholds)
        or _by_last_claim(state, on, days, thresholds)
        or _by_date(state.due_on, on, days, thresholds)
    )


def _by_target(state: State, on: date, days: Days, thresholds: set[date]) -> Standing | None:
    """Where what was verified reaches the target; None where it does not, or may yet be lost."""
    best = next((c for c in reversed(state.claims) if c.settled(on) is not None), None)
    if best is None or not state.reaches(state.verified):
        return None
    # "Keep at or above" can't be met before its date: what is kept today may be lost tomorrow.
    if state.kind == "keep" and state.due_on is not None and best.as_of < state.due_on:
        return None
    as_promised = days.edition < 2 or state.reaches_first(state.verified)
    reached = Standing.MET if as_promised else Standing.LOWERED
    return _unless_gone(best, reached, on, days, thresholds)


def _by_decision(state: State) -> Standing | None:
    """Where it stands whatever was reported; None once it is accepted and nobody ended it."""
    if state.accepted_on is None:
        return Standing.PROPOSED
    if state.withdrawn_on is not None:
        return Standing.WITHDRAWN
    return Standing.LAPSED if state.removed_on is not None else None


def _is_closing(last: Claim, due_on: date | None) -> bool:
    """Whether a claim is the last word: by itself, or since the date has come."""
    return last.final or (due_on is not None and (last.as_of >= due_on or last.on > due_on))


def _by_last_claim(state: State, on: date, days: Days, thresholds: set[date]) -> Standing | None:
    """Where the last claim closes the promise; None where it is on its way still."""
    if not state.claims:
        return None
    last = state.claims[-1]
    closing = _is_closing(last, state.due_on)
    if last.settled(on) is None:
        arrives = state.reaches(last.value) and state.kind != "keep"
        return Standing.CLAIMED if closing or arrives else None
    if not closing:
        return None
    if state.progress(state.verified) <= 0 and not _was_kept_until(state, days):
        return Standing.NOT_MET
    return _unless_gone(last, Standing.PARTLY_MET, on, days, thresholds)


def _was_kept_until(state: State, days: Days) -> bool:
    """Whether "keep at or above" was found kept, if for a day before its date: that is a part of
    what was promised, also where it began higher and has come down."""
    return days.edition >= 3 and state.kind == "keep" and state.reaches(state.verified)


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
