"""Metrics that the system works out itself, each by a registered function.

A function is asked about a period and, where that matters, a partner. It reads the facts of the
register as they were on the last day, in one pass over the ledger, or what another room says, and
answers with a figure and the counts that it is made of; None when there is nothing to count, which
is shown as such and never as nought.
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
from commonweal.partners.models import Partner, months_later
from commonweal.places.models import the_town
from commonweal.pledges import ledger
from commonweal.pledges import standing as st
from commonweal.pledges.reads import state_of_the_register
from commonweal.spend import reads as spend_reads

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


@dataclass(frozen=True)
class Asked:
    """What a function is asked: the first and last day of a period, and the metric's partner."""

    first: date
    last: date
    partner: Partner | None = None

    @property
    def facts(self) -> Facts:
        return facts(self.last)


Work = Callable[[Asked], Worked | None]


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
    # Whether every town begins with a metric of it; others are made where they are wanted.
    starts: bool = True
    # Whether what it counts from can be corrected later, so that its figures are looked at again.
    revises: bool = False


REGISTERED: dict[str, Function] = {}


def metric(
    name: str, *, title: str, question: str, definition: str, kind: str = "share",
    unit: str = "%", direction: str = "up", starts: bool = True,
    revises: bool = False,
) -> Callable[[Work], Work]:  # fmt: skip
    """Register a function under the code of its metric; its page is ``docs/methods/NAME.md``."""

    def add(work: Work) -> Work:
        REGISTERED[name] = Function(
            name, title, question, definition, kind, unit, direction, work, starts, revises
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
def pledges_verified(asked: Asked) -> Worked | None:
    due = [s for day, s in asked.facts.dated if day <= asked.last and s != st.Standing.WITHDRAWN]
    checked = sum(standing in st.VERIFIED for standing in due)
    return share(checked, len(due), checked=checked, due=len(due))


@metric(
    "promises-kept",
    title="Promises kept",
    question="Of what fell due in the last year, how much was kept?",
    definition="Of all promises whose date lay in the twelve months up to the last day of the "
    "period, withdrawn and lapsed ones included: the share that was verified as met.",
)
def promises_kept(asked: Asked) -> Worked | None:
    since = months_later(asked.last, -12)
    due = [standing for day, standing in asked.facts.dated if since < day <= asked.last]
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
def promises_overdue(asked: Asked) -> Worked | None:
    overdue = asked.facts.standings[st.Standing.OVERDUE]
    return Worked(Decimal(overdue), {"overdue": overdue, "all": asked.facts.standings.total()})


@metric(
    "reviews-in-time",
    title="Reports reviewed within 30 days",
    question="Does a partner that reports get an answer?",
    definition="Of all reports with evidence made in the period, moved back by 30 days so that "
    "each had its 30 days: the share that somebody reviewed within 30 days.",
)
def reviews_in_time(asked: Asked) -> Worked | None:
    back = timedelta(days=REVIEW_DAYS)
    since, upto = asked.first - back, asked.last - back
    made = [days for day, days in asked.facts.reviewed if since <= day <= upto]
    in_time = sum(days is not None and days <= REVIEW_DAYS for days in made)
    return share(in_time, len(made), in_time=in_time, reports=len(made))


@metric(
    "questions-answered",
    title="Questions answered in time",
    question="When a resident asks, does the partner answer?",
    definition="Of all questions published in the period, moved back by the days that a partner "
    "has to answer: the share that was answered within those days.",
)
def questions_answered(asked: Asked) -> Worked | None:
    known = asked.facts
    back = timedelta(days=known.answer_days)
    since, upto = asked.first - back, asked.last - back
    put = [days for day, days in known.answered if since <= day <= upto]
    in_time = sum(days is not None and days <= known.answer_days for days in put)
    return share(in_time, len(put), in_time=in_time, questions=len(put))


@metric(
    "partners-signed",
    title="Organisations that have signed",
    question="How many stand behind the charter?",
    definition="Partners with a signature on a version of the charter that had not ended on the "
    "last day of the period.",
    kind="count",
    unit="organisations",
)
def partners_signed(asked: Asked) -> Worked | None:
    signed = charter_reads.signed_on(asked.last)
    return Worked(Decimal(signed), {"signed": signed})


@metric(
    "local-share",
    title="Payments to suppliers in the town",
    question="Does the money stay?",
    definition="Of all payments of the period to suppliers, those to other anchors left out: the "
    "share that went to suppliers whose registered office is certainly in the town. What is not "
    "known where counts as not shown to be local.",
    starts=False,
    revises=True,
)
def local_share(asked: Asked) -> Worked | None:
    if asked.partner is None:
        return None
    found = spend_reads.local_share(asked.partner, asked.first, asked.last)
    if found is None or found.at_least is None:
        return None
    return Worked(
        found.at_least.quantize(Decimal("0.1")),
        {"pounds_in_the_town": int(found.low), "pounds_not_known_where": int(found.unknown),
         "pounds_in_all": int(found.whole)},
        f"It may be as much as {found.at_most:.1f}%: of the rest it is not known where it went.",
    )  # fmt: skip
