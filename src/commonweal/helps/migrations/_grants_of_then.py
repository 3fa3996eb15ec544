"""Where a grant stood by the rules of 0004, which carries grants over by them.

They stay as they were then, whatever the rules become: a town of then is to be migrated as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

NOUGHT = Decimal(0)
UNDECIDED = ("assessed", "held")


@dataclass(frozen=True)
class Act:
    """One act about a grant. ``by``: a person's number, or nobody. ``needed``: how many people
    have to say the same amount, as it was when this was said."""

    kind: str
    by: int | None = None
    amount: Decimal | None = None
    at: datetime | None = None
    needed: int = 1


@dataclass(frozen=True)
class GrantState:
    """Where a grant stands. ``amount`` in pounds: asked for nothing yet, as assessed, as approved,
    and 0 once it is refused, cancelled or withdrawn. ``yes``: who agreed so far to what waits for
    an answer, the application or its review."""

    state: str = "asked"
    amount: Decimal | None = None
    assessed_by: int | None = None
    assessed_at: datetime | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None
    yes: tuple[int, ...] = ()
    needed: int = 0
    is_held: bool = False
    review: str = ""
    proposed: Decimal | None = None
    had_part: frozenset[int] = frozenset()
    account_by: int | None = None
    account_is_seen: bool = False
    came_back: bool = False

    @property
    def awarded(self) -> Decimal:
        """What the person is to get, in pounds: nothing unless it is approved."""
        return (self.amount or NOUGHT) if self.state in ("approved", "paid") else NOUGHT


def standing(acts: Iterable[Act], *, paid: Decimal = NOUGHT) -> GrantState:
    """Follow the acts of one grant. ``paid``: what was paid and did not come back, in pounds.

    An act that was not possible where the grant stood changes nothing.
    """
    now = GrantState()
    for act in acts:
        now = _after(now, act)
    if now.state == "approved" and paid >= now.awarded:
        return replace(now, state="paid")
    return now


def _after(now: GrantState, act: Act) -> GrantState:
    match act.kind:
        case "asked":
            return replace(now, account_by=act.by, account_is_seen=False)
        case "assessed" if now.state == "asked":
            return _takes_part(
                replace(
                    now, state="assessed", amount=act.amount, assessed_by=act.by, assessed_at=act.at
                ),
                act,
            )
        case "held" | "released":
            return _held(now, act)
        case "approved" if now.state == "assessed":
            return _said_yes(now, act)
        case "refused" if now.state in UNDECIDED:
            return _ended(now, act, "refused")
        case "withdrawn" if now.state in ("asked", *UNDECIDED):
            return replace(now, state="withdrawn", amount=NOUGHT, yes=(), is_held=False)
        case "cancelled" if now.state == "approved":
            ended = _ended(now, act, "cancelled")
            return replace(ended, decided_by=now.decided_by, decided_at=now.decided_at)
        case "review_asked" if now.review != "open":
            return replace(now, review="open", yes=(), proposed=None)
        case "reviewed" if now.review == "open":
            return _reviewed(now, act)
    return _account(now, act)


def _held(now: GrantState, act: Act) -> GrantState:
    """It looks like a repeat and waits; or somebody looked, and it may go on."""
    if act.kind == "held":
        return replace(now, is_held=True, state="held" if now.state == "assessed" else now.state)
    if not now.is_held:
        return now
    state = "assessed" if now.state == "held" else now.state
    return _takes_part(replace(now, is_held=False, state=state), act)


def _account(now: GrantState, act: Act) -> GrantState:
    """What an act says of the account: it is seen once somebody looked who did not give it."""
    match act.kind:
        case "account":
            return replace(now, account_by=act.by, account_is_seen=False, came_back=False)
        case "account_seen" if not now.came_back and act.by != now.account_by:
            return replace(now, account_is_seen=True)
        case "returned":
            return replace(now, account_is_seen=False, came_back=True)
    return now


def _takes_part(now: GrantState, act: Act) -> GrantState:
    return now if act.by is None else replace(now, had_part=now.had_part | {act.by})


def _ended(now: GrantState, act: Act, state: str) -> GrantState:
    ended = replace(
        now,
        state=state,
        amount=NOUGHT,
        yes=(),
        needed=0,
        is_held=False,
        decided_by=act.by,
        decided_at=act.at,
    )
    return _takes_part(ended, act)


def _sees(now: GrantState, act: Act) -> GrantState:
    """Whoever says yes has the account before them."""
    return _account(now, replace(act, kind="account_seen"))


def _said_yes(now: GrantState, act: Act) -> GrantState:
    if act.by is None or act.by in (*now.yes, now.assessed_by) or act.amount != now.amount:
        return now
    after = _takes_part(_sees(replace(now, yes=(*now.yes, act.by), needed=act.needed), act), act)
    if len(after.yes) < act.needed:
        return after
    return replace(after, state="approved", decided_by=act.by, decided_at=act.at)


def _reviewed(now: GrantState, act: Act) -> GrantState:
    """One officer's word in a review. Another amount than the one before begins anew."""
    if act.by is None or act.by in now.had_part or act.amount is None or act.amount < now.awarded:
        return now
    before = now.yes if act.amount == now.proposed else ()
    if act.by in before:
        return now
    after = _sees(replace(now, yes=(*before, act.by), needed=act.needed, proposed=act.amount), act)
    if len(after.yes) < act.needed:
        return after
    after = replace(after, review="decided")
    if act.amount <= now.awarded:
        return after
    fresh = now.state != "approved"
    return replace(
        after,
        state="approved",
        amount=act.amount,
        decided_by=act.by,
        decided_at=act.at if fresh else now.decided_at,
    )
