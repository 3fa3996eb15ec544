"""Metrics that the system works out itself, each by a registered function.

A function gets the facts of the register as they were on the last day of a period, read in one
pass over the ledger, and answers with a figure and the counts that it is made of; None when
there is nothing to count, which is shown as such and never as nought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import caches

from commonweal.charter import reads as charter_reads
from commonweal.partners.models import months_later
from commonweal.places.models import the_town
from commonweal.pledges import ledger
from commonweal.pledges import standing as st
from commonweal.pledges.reads import VERIFIED, state_of_the_register

REVIEW_DAYS = 30


@dataclass(frozen=True)
class Worked:
    """A figure with the counts that it is made of."""

    value: Decimal
    of_what: dict[str, int]
    note: str = ""


@dataclass
class Facts:
    """The register as it was on a day: what the functions count from."""

    on: date
    answer_days: int
    standings: Counter[str] = field(default_factory=Counter)
    # (day due, standing) of every public promise that has a date
    dated: list[tuple[date, str]] = field(default_factory=list)
    # (day of the claim, days until its first review or None), for claims with evidence
    reviewed: list[tuple[date, int | None]] = field(default_factory=list)
    # (day asked, days until the answer or None)
    answered: list[tuple[date, int | None]] = field(default_factory=list)


def facts(on: date) -> Facts:
    """Read them in one pass over the ledger. Kept until the register changes."""
    key = f"facts-{hash((on, *state_of_the_register()))}"
    found: Facts | None = caches["figures"].get(key)
    if found is None:
        town = the_town()
        found = Facts(on, town.answer_days)
        for _, lines in ledger.coded_pledges():
            _count(found, [line for line in lines if line.happened_on <= on], town.rules)
        caches["figures"].set(key, found, 3600)
    return found


def _count(found: Facts, lines: list[Any], rules: st.Days) -> None:
    state = st.state_of(lines, found.on, rules)
    if state.accepted_on is None:
        return
    found.standings[state.standing] += 1
    if state.due_on is not None:
        found.dated.append((state.due_on, state.standing))
    for claim in state.claims:
        if claim.evidence:
            first = min((review.on for review in claim.reviews), default=None)
            found.reviewed.append((claim.on, (first - claim.on).days if first else None))
    answers = {line.body["about"]: line.happened_on for line in lines if line.kind == "answer"}
    for seq, day in state.asked.items():
        found.answered.append((day, (answers[seq] - day).days if seq in answers else None))


Work = Callable[[Facts, date, date], Worked | None]


@dataclass(frozen=True)
class Function:
    """A registered function, with what a metric needs to be made of it."""

    name: str
    title: str
    question: str
    definition: str
    kind: str
    unit: str
    direction: str
    work_out: Work


REGISTERED: dict[str, Function] = {}


def metric(
    name: str, *, title: str, question: str, definition: str, kind: str = "share",
    unit: str = "%", direction: str = "up",
) -> Callable[[Work], Work]:  # fmt: skip
    """Register a function under the code of its metric; its page is ``docs/methods/NAME.md``."""

    def add(work: Work) -> Work:
        REGISTERED[name] = Function(
            name, title, question, definition, kind, unit, direction, work
        )  # fmt: skip
        return work

    return add


def share(part: int, whole: int, **names: int) -> Worked | None:
    """A share in per cent to one decimal; None of nothing."""
    if whole == 0:
        return None
    return Worked((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1")), names)


@metric(
    "pledges-verified",
    title="Promises checked by somebody else",
    question="When a promise falls due, does anybody check?",
    definition="Of all promises in the register whose date had passed on the last day of the "
    "period, withdrawn ones left out: the share that a reviewer of another organisation had "
    "found met, partly met or not met.",
)
def pledges_verified(known: Facts, first: date, last: date) -> Worked | None:
    due = [s for day, s in known.dated if day <= last and s != st.Standing.WITHDRAWN]
    checked = sum(standing in VERIFIED for standing in due)
    return share(checked, len(due), checked=checked, due=len(due))


@metric(
    "promises-kept",
    title="Promises kept",
    question="Of what fell due in the last year, how much was kept?",
    definition="Of all promises whose date lay in the twelve months up to the last day of the "
    "period, withdrawn and lapsed ones included: the share that was verified as met.",
)
def promises_kept(known: Facts, first: date, last: date) -> Worked | None:
    since = months_later(last, -12)
    due = [standing for day, standing in known.dated if since < day <= last]
    met = sum(standing == st.Standing.MET for standing in due)
    return share(met, len(due), met=met, due=len(due))


@metric(
    "promises-overdue",
    title="Promises overdue",
    question="How many promises are past their date without a report?",
    definition="Promises with the standing “overdue” on the last day of the period.",
    kind="count",
    unit="promises",
    direction="down",
)
def promises_overdue(known: Facts, first: date, last: date) -> Worked | None:
    overdue = known.standings[st.Standing.OVERDUE]
    return Worked(Decimal(overdue), {"overdue": overdue, "all": known.standings.total()})


@metric(
    "reviews-in-time",
    title="Reports reviewed within 30 days",
    question="Does a partner that reports get an answer?",
    definition="Of all reports with evidence made in the period, moved back by 30 days so that "
    "each had its 30 days: the share that somebody reviewed within 30 days.",
)
def reviews_in_time(known: Facts, first: date, last: date) -> Worked | None:
    back = timedelta(days=REVIEW_DAYS)
    made = [days for day, days in known.reviewed if first - back <= day <= last - back]
    in_time = sum(days is not None and days <= REVIEW_DAYS for days in made)
    return share(in_time, len(made), in_time=in_time, reports=len(made))


@metric(
    "questions-answered",
    title="Questions answered in time",
    question="When a resident asks, does the partner answer?",
    definition="Of all questions published in the period, moved back by the days that a partner "
    "has to answer: the share that was answered within those days.",
)
def questions_answered(known: Facts, first: date, last: date) -> Worked | None:
    back = timedelta(days=known.answer_days)
    asked = [days for day, days in known.answered if first - back <= day <= last - back]
    in_time = sum(days is not None and days <= known.answer_days for days in asked)
    return share(in_time, len(asked), in_time=in_time, questions=len(asked))


@metric(
    "partners-signed",
    title="Organisations that have signed",
    question="How many stand behind the charter?",
    definition="Partners with a signature on a version of the charter that had not ended on the "
    "last day of the period.",
    kind="count",
    unit="organisations",
)
def partners_signed(known: Facts, first: date, last: date) -> Worked | None:
    signed = charter_reads.signed_on(last)
    return Worked(Decimal(signed), {"signed": signed})
