"""What a reviewer reads beside a claim: the figures to hold it against, what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commonweal.design.words import many

from .history import EntryLine
from .models import Direction, Entry, MeasureKind, Pledge


@dataclass(frozen=True)
class BesidePromise:
    """A claim beside its promise, as words: each figure with its unit."""

    promised: str
    claimed: str
    as_of: date
    difference: str
    verified: str
    measured: str


def figures_of(pledge: Pledge, claim: Entry) -> BesidePromise:
    """What was promised, what is claimed, by how much they differ, what is known beside them."""
    measure, reached = pledge.measure, Decimal(claim.body["value"])
    return BesidePromise(
        promised=measure.write(pledge.target),
        claimed=measure.write(reached),
        as_of=date.fromisoformat(claim.body["as_of"]),
        difference=_difference(pledge, reached),
        verified="" if pledge.verified is None else measure.write(pledge.verified),
        measured="" if pledge.measured is None else measure.write(pledge.measured),
    )


def _difference(pledge: Pledge, reached: Decimal) -> str:
    """By how much a claim misses its promise, or does better; of shares in points."""
    measure, target = pledge.measure, pledge.target
    if target is None or measure.kind == MeasureKind.YES_NO:
        return ""
    if reached == target:
        return "as promised"
    is_less, less_is_better = reached < target, measure.direction == Direction.DOWN
    if is_less != less_is_better:
        comparison = "short"
    elif is_less:
        comparison = "less"
    else:
        comparison = "more"
    by_how_much = abs(reached - target)
    is_share = measure.kind == MeasureKind.SHARE or measure.unit == "%"
    return f"{many(by_how_much, 'point') if is_share else measure.write(by_how_much)} {comparison}"


def same_files(pledge: Pledge, claim: Entry, lines: list[EntryLine]) -> list[tuple[str, Pledge]]:
    """Which files of a claim came first for another promise or another claim, and for which: one
    sheet, counted twice."""
    with_files = [line for line in lines if line.file]
    earlier = {
        line.entry.body["file"]
        for line in with_files
        if line.about != claim.seq and line.entry.seq < claim.seq
    }
    return [
        (line.entry.body["title"], line.file.pledge)
        for line in with_files
        if line.about == claim.seq and line.file and _is_of_another(line, earlier)
    ]


def _is_of_another(line: EntryLine, earlier: set[str]) -> bool:
    """Whether a file was kept for another promise, or stood with an earlier claim of this one."""
    is_elsewhere = line.file is not None and line.file.pledge_id != line.entry.pledge_id
    return is_elsewhere or line.entry.body["file"] in earlier


def is_before_the_promise(pledge: Pledge, claim: Entry) -> bool:
    """Whether a claim is about a day on which nothing had been promised yet."""
    return date.fromisoformat(claim.body["as_of"]) < pledge.made_on
