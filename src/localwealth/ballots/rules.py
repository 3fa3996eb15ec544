"""What is counted how: a rule sheet in which everything has a name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from localwealth.errors import UnreadableFile

from .elections import POINTS, RANKING, SCORES, Election

SHARES = "equal-shares"
PHRAGMEN = "phragmen"
GREEDY = "greedy"
NO_SKIP = "greedy-no-skip"
THRESHOLD = "greedy-threshold"
KINDS = (SHARES, PHRAGMEN, GREEDY, NO_SKIP, THRESHOLD)

# Codes of projects, each with the lesser sums that it may be funded with, the fullest first.
Lesser = tuple[tuple[str, tuple[Decimal, ...]], ...]

TIES = ("cheaper", "votes", "lot:SEED", "listed")
USUAL_TIES = ("cheaper", "votes", "lot:1")

# The rules that files of the format name, and what each is here.
NAMED: dict[str, dict[str, str]] = {
    "greedy": {"kind": GREEDY},
    "greedy-no-skip": {"kind": NO_SKIP},
    "greedy-threshold": {"kind": THRESHOLD},
    "equalshares": {"kind": SHARES},
    "equalshares-comparison": {"kind": SHARES, "comparison": "count"},
    "equalshares/add1": {"kind": SHARES, "completion": "add1"},
    "equalshares/add1-comparison": {"kind": SHARES, "completion": "add1", "comparison": "count"},
}
NOT_TOLD = {
    "unknown": "says that its rule is not known",
    "greedy-custom": "was decided by a rule of its town's own, which the format does not tell",
    "greedy-exclusive": "was decided with projects that exclude each other, and does not say which",
}


@dataclass(frozen=True)
class Rule:
    """Everything that decides what a count comes to.

    Attributes
    ----------
    kind
        One of `KINDS`.
    satisfaction
        What a project is worth to whoever named it: its cost, 1, the points given, or the points
        for its place. Greedy and its kinds go by votes, points or places and never by cost.
    completion
        What happens to money that Equal Shares leaves. ``none``; ``add1``: everybody gets ``step``
        more, again and again, until the next step would spend more than the budget;
        ``add1-exhaustive``: also no further once no project left out would fit; ``by-votes``: the
        rest by votes.
    start
        What everybody has at first, in the currency; None for the budget divided by the ballots,
        for `add1` in whole units of currency, rounded down.
    comparison
        ``count``: greedy's projects win if more voters named more of them.
    ties
        What decides between equals, in this order. A lot is drawn once for a whole count.
    threshold
        The least score for `greedy-threshold`, and for a greedy count as the file itself has it.
    exclusive
        Groups of projects of which one can win.
    lesser
        Sums in the currency, falling, that a project may get where its full cost can't be paid.
    """

    kind: str = SHARES
    satisfaction: str = "cost"
    completion: str = "none"
    step: Decimal = Decimal(1)
    start: Decimal | None = None
    comparison: str = "none"
    ties: tuple[str, ...] = USUAL_TIES
    threshold: int = 0
    exclusive: tuple[tuple[str, ...], ...] = ()
    lesser: Lesser = ()

    def as_dict(self) -> dict[str, Any]:
        """The whole rule in words but for what everybody has at first, which `endowment` says."""
        sheet: dict[str, Any] = {"rule": self.kind, "satisfaction": self.satisfaction}
        if self.kind == SHARES:
            sheet["completion"] = self.completion
            sheet["step"] = str(self.step)
            sheet["stop"] = STOPS[self.completion]
            sheet["comparison"] = self.comparison
        if self.kind == THRESHOLD or self.threshold:
            sheet["threshold"] = self.threshold
        sheet["ties"] = list(self.ties)
        sheet["exclusive"] = [list(group) for group in self.exclusive]
        if self.lesser:
            sheet["lesser"] = {
                code: [f"{lesser:f}" for lesser in sums] for code, sums in self.lesser
            }
        return sheet


STOPS = {
    "none": "when nobody's money pays for a further project",
    "add1": "before the step that would spend more than the budget",
    "add1-exhaustive": "before the step that would spend more than the budget, or once no "
    "project left out fits into what is left",
    "by-votes": "when no project left out fits into what is left",
}


def named_by(election: Election, name: str = "the file") -> Rule:
    """The rule that a file names, with ties as it lists its projects (greedy) or in the usual
    order (Equal Shares).

    Raises
    ------
    UnreadableFile
        It names none, or one that the format does not tell.
    """
    named = election.meta.get("rule", "")
    if named not in NAMED:
        why = NOT_TOLD.get(named, f"names the rule {named!r}" if named else "names no rule")
        raise UnreadableFile(
            f"{name} {why}: say how to count it, by --rule with one of {', '.join(KINDS)}."
        )
    rule = Rule(**NAMED[named])  # type: ignore[arg-type]
    if rule.kind == SHARES:
        return rule
    # A file that asks for a least score asks it whichever of greedy's kinds it names.
    return replace(rule, ties=("listed",), **_of_greedy(election, THRESHOLD, name))


def suited(rule: Rule, election: Election, name: str = "the file") -> Rule:
    """A rule that somebody asked for, with what the election adds to it.

    Raises
    ------
    UnreadableFile
        The ballots can't be counted by it.
    """
    if rule.satisfaction == "points" and election.kind not in (POINTS, SCORES):
        raise UnreadableFile(f"{name}: ballots are {election.kind} and give no points.")
    if rule.satisfaction == "borda" and election.kind != RANKING:
        raise UnreadableFile(f"{name}: ballots are {election.kind} and rank nothing.")
    known = {project.code for project in election.projects}
    strange = [code for group in rule.exclusive for code in group if code not in known]
    if strange:
        raise UnreadableFile(
            f"{name} has no project {strange[0]}, which is said to exclude others."
        )
    if rule.kind in (GREEDY, NO_SKIP, THRESHOLD):
        return replace(rule, **_of_greedy(election, rule.kind, name))
    return rule


def _of_greedy(election: Election, kind: str, name: str) -> dict[str, Any]:
    usual = {POINTS: "points", SCORES: "points", RANKING: "borda"}
    filled: dict[str, Any] = {"satisfaction": usual.get(election.kind, "cardinality")}
    if kind == THRESHOLD:
        filled["threshold"] = threshold_of(election, name)
    return filled


def threshold_of(election: Election, name: str) -> int:
    """The least score that the file asks of a project."""
    stated = election.meta.get("min_project_score_threshold", "0")
    try:
        return int(Decimal(stated))
    except InvalidOperation:
        raise UnreadableFile(
            f"{name}: min_project_score_threshold is {stated!r}, which is no number."
        ) from None


def ties_of(text: str) -> tuple[str, ...]:
    """The order of ties as typed, ``cheaper,votes,lot:7``.

    Raises
    ------
    UnreadableFile
        A word is none of `TIES`.
    """
    ties = tuple(word.strip() for word in text.split(",") if word.strip())
    for word in ties:
        if word not in ("cheaper", "votes", "listed") and not (
            word.startswith("lot:") and len(word) > 4
        ):
            raise UnreadableFile(f"--tie takes {', '.join(TIES)}, not {word!r}.")
    if not ties:
        raise UnreadableFile(f"--tie takes {', '.join(TIES)}.")
    return ties


def tie_order(election: Election, ties: Sequence[str]) -> list[int]:
    """The place of each project in the order of ties: the lowest wins. What is equal to the end
    goes as the file lists it."""
    keys = [_key_of(election, word) for word in ties]
    places = range(len(election.projects))
    keys.append(election.whole)
    ordered = sorted(places, key=lambda place: (*(key(place) for key in keys), place))
    order = [0] * len(ordered)
    for rank, place in enumerate(ordered):
        order[place] = rank
    return order


def _key_of(election: Election, word: str) -> Callable[[int], Any]:
    if word == "cheaper":
        return lambda place: election.costs[place]
    if word == "votes":
        return lambda place: -election.votes[place]
    if word == "listed":
        return election.whole
    seed = word.removeprefix("lot:")
    # By a hash and not by a language's own chance, so that anybody can draw it again.
    return lambda place: hashlib.sha256(
        f"{seed}:{election.projects[election.whole(place)].code}".encode()
    ).hexdigest()


def endowment(rule: Rule, election: Election) -> Fraction:
    """What everybody has at first, in the smallest unit of the election's money."""
    if rule.start is not None:
        return Fraction(rule.start) * election.scale
    if not election.voters:
        return Fraction(0)
    each = Fraction(election.money, election.voters)
    if rule.completion.startswith("add1"):
        return Fraction(each // election.scale) * election.scale
    return each
