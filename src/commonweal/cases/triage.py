"""How urgent a request is, with its reasons: a pure function of what was named.

Signs are codes, kept with the request; their wording decides nothing, and nobody's own words are
read for signs. Points and levels stand in ``docs/methods/triage.md``; each row there is a test. A
person may set another level, with a reason; working the score out again never touches that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

# What the caller is asked about right now: (code, question, points, reason in words).
SIGNS: tuple[tuple[str, str, int, str], ...] = (
    ("danger", "Somebody is in danger, or not safe at home", 100, "somebody is not safe"),
    ("no-shelter", "Nowhere to sleep tonight", 90, "nowhere to sleep tonight"),
    ("no-food", "No food today", 70, "no food today"),
    ("no-medicine", "No medicine that is needed today", 70, "medicine is needed today"),
    ("no-heat", "No heating, light or water", 60, "no heating, light or water"),
    ("eviction", "Must leave the home within 7 days", 45, "eviction within seven days"),
    ("no-money", "No money until next week or later", 35, "no money until next week or later"),
    ("baby", "A baby or a child under five", 25, "a child under five"),
    ("ill", "Illness or disability that makes it worse", 20, "illness or disability"),
    ("alone", "Over 70 and alone", 20, "over 70 and alone"),
    ("pregnant", "Somebody is pregnant", 20, "somebody is pregnant"),
    ("carer", "Cares for somebody", 10, "cares for somebody"),
)
POINTS = {code: (points, reason) for code, _, points, reason in SIGNS}
LEVELS = ((60, 1), (35, 2), (10, 3))
# As many points as the sign has: a need that weighs so much is danger by itself.
DANGER = POINTS["danger"][0]
MOST_WEIGHT = DANGER


# What a list or a partner sends: somebody has looked at it, so it is normal at least.
SENT_ON = 3


@dataclass(frozen=True)
class Judged:
    """A level from 1 (now) to 4 (can wait), with every reason, the largest first.

    In danger stands before everything else of its level, in every queue.
    """

    score: int
    level: int
    reasons: list[tuple[int, str]]
    in_danger: bool = False


def judge(
    signs: Iterable[str],
    *,
    needs: Iterable[tuple[str, int]] = (),
    came_as: int | None = None,
    failed_attempts: int = 0,
    days_waiting: int = 0,
    asked_before: int = 0,
) -> Judged:
    """Work out how urgent a request is.

    Parameters
    ----------
    signs
        Codes of `SIGNS` that the caller said yes to; unknown ones are left out.
    needs
        (name, weight) of each kind of help that is asked for. The heaviest counts, once.
    came_as
        The level with which it came from a list or a partner: never less urgent than that.
    failed_attempts
        Calls that did not reach anybody.
    days_waiting
        Whole days since it came in.
    asked_before
        Requests of the same resident in the last 90 days that ended unmet.
    """
    named = [sign for sign in dict.fromkeys(signs) if sign in POINTS]
    reasons = [POINTS[sign] for sign in named]
    heaviest, weight = max(needs, key=itemgetter(1), default=("", 0))
    if weight:
        reasons.append((weight, f"asks for: {heaviest}"))
    reasons += _reasons_of_waiting(failed_attempts, days_waiting, asked_before)
    reasons.sort(key=itemgetter(0), reverse=True)
    score = sum(points for points, _ in reasons)
    level = _level_of(score)
    if came_as is not None and came_as < level:
        level = came_as
        reasons.append((0, "as urgent as it came to the desk"))
    return Judged(score, level, reasons, "danger" in named or weight >= DANGER)


def _level_of(score: int) -> int:
    return next((level for least, level in LEVELS if score >= least), 4)


def _reasons_of_waiting(
    failed_attempts: int, days_waiting: int, asked_before: int
) -> Iterator[tuple[int, str]]:
    """What speaks for somebody the longer they are not helped."""
    if failed_attempts >= 2:
        yield 10, f"{failed_attempts} calls reached nobody"
    if days_waiting >= 2:
        yield min(5 * days_waiting, 30), f"waiting for {days_waiting} days"
    if asked_before:
        yield 15, "asked before and was not helped"


def level_of_sent(signs: Iterable[str], needs: Iterable[tuple[str, int]]) -> int:
    """The level with which somebody comes whom a list or a partner sends: normal at least."""
    return min(judge(signs, needs=needs).level, SENT_ON)
