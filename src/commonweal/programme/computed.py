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

REVIEW_DAYS = 30


@dataclass(frozen=True)
class Worked:
    """A figure with the counts that it is made of."""

    figure: Decimal
    of_what: dict[str, int]
    note: str = ""


@dataclass
class Facts:
    """What was promised to the town as it was on a day: what the functions count from."""

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
    counted: Facts | None = caches["figures"].get(key)
    if counted is None:
        town = the_town()
        counted = Facts(on, town.answer_days)
        for _, lines in ledger.coded_pledges(pledge__is_of_others=False):
            _count(counted, [line for line in lines if line.happened_on <= on], town.rules)
        caches["figures"].set(key, counted, 3600)
    return counted


def _count(facts: Facts, lines: list[Any], rules: st.Days) -> None:
    state = st.state_of(lines, facts.on, rules)
    if state.accepted_on is None:
        return
    facts.standings[state.standing] += 1
    if state.due_on is not None:
        facts.dated.append((state.due_on, state.standing))
    facts.reviewed += [_reviewed(claim) for claim in state.claims if claim.evidence]
    answers = {line.body["about"]: line.happened_on for line in lines if line.kind == "answer"}
    for seq, day in state.asked.items():
        facts.answered.append((day, (answers[seq] - day).days if seq in answers else None))


def _reviewed(claim: Any) -> tuple[date, int | None]:
    """The day of a claim, and the days until its first review."""
    first = min((review.on for review in claim.reviews), default=None)
    return claim.on, (first - claim.on).days if first else None


@dataclass(frozen=True)
class MetricPeriod:
    """What a function is asked: the first and last day of a period, and the metric's partner.

    ``known`` are facts that somebody has already; without them the register is read.
    """

    first: date
    last: date
    partner: Partner | None = None
    known: Facts | None = None

    @property
    def facts(self) -> Facts:
        return self.known or facts(self.last)


Work = Callable[[MetricPeriod], Worked | None]


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
    name: str,
    *,
    title: str,
    question: str,
    definition: str,
    kind: str = "share",
    unit: str = "%",
    direction: str = "up",
    starts: bool = True,
    revises: bool = False,
) -> Callable[[Work], Work]:
    """Register a function under the code of its metric; its page is ``docs/methods/NAME.md``."""

    def add(work: Work) -> Work:
        REGISTERED[name] = Function(
            name, title, question, definition, kind, unit, direction, work, starts, revises
        )
        return work

    return add


def share(part: int, total: int, **names: int) -> Worked | None:
    """A share in per cent to one decimal; None of nothing."""
    if total == 0:
        return None
    return Worked((Decimal(part) * 100 / Decimal(total)).quantize(Decimal("0.1")), names)


@metric(
    "pledges-verified",
    title="Promises checked by somebody else",
    question="When a promise falls due, does anybody check?",
    definition="Of all promises in the register whose date had passed on the last day of the "
    "period, withdrawn ones left out: the share that a reviewer of another organisation had "
    "found met, partly met or not met.",
)
def pledges_verified(question: MetricPeriod) -> Worked | None:
    due = [
        s for day, s in question.facts.dated if day <= question.last and s != st.Standing.WITHDRAWN
    ]
    checked = sum(standing in st.VERIFIED for standing in due)
    return share(checked, len(due), checked=checked, due=len(due))


@metric(
    "promises-kept",
    title="Promises kept",
    question="Of what fell due in the last year, how much was kept?",
    definition="Of all promises whose date lay in the twelve months up to the last day of the "
    "period, withdrawn and lapsed ones included: the share that was verified as met.",
)
def promises_kept(question: MetricPeriod) -> Worked | None:
    since = months_later(question.last, -12)
    due = [standing for day, standing in question.facts.dated if since < day <= question.last]
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
def promises_overdue(question: MetricPeriod) -> Worked | None:
    overdue = question.facts.standings[st.Standing.OVERDUE]
    return Worked(Decimal(overdue), {"overdue": overdue, "all": question.facts.standings.total()})


@metric(
    "reviews-in-time",
    title="Reports reviewed within 30 days",
    question="Does a partner that reports get an answer?",
    definition="Of all reports with evidence made in the period, moved back by 30 days so that "
    "each had its 30 days: the share that somebody reviewed within 30 days.",
)
def reviews_in_time(question: MetricPeriod) -> Worked | None:
    back = timedelta(days=REVIEW_DAYS)
    since, upto = question.first - back, question.last - back
    reviews = [days for day, days in question.facts.reviewed if since <= day <= upto]
    in_time = sum(days is not None and days <= REVIEW_DAYS for days in reviews)
    return share(in_time, len(reviews), in_time=in_time, reports=len(reviews))


@metric(
    "questions-answered",
    title="Questions answered in time",
    question="When a resident asks, does the partner answer?",
    definition="Of all questions published in the period, moved back by the days that a partner "
    "has to answer: the share that was answered within those days.",
)
def questions_answered(question: MetricPeriod) -> Worked | None:
    known = question.facts
    back = timedelta(days=known.answer_days)
    since, upto = question.first - back, question.last - back
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
def partners_signed(question: MetricPeriod) -> Worked | None:
    signed = charter_reads.signed_on(question.last)
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
def local_share(question: MetricPeriod) -> Worked | None:
    if question.partner is None:
        return None
    # What reads payments is read in when it is asked, and not when the product starts.
    from commonweal.spend import reads as spend_reads

    paid = spend_reads.local_share(question.partner, question.first, question.last)
    if paid is None or paid.at_least is None:
        return None
    return Worked(
        paid.at_least.quantize(Decimal("0.1")),
        {
            "pounds_in_the_town": int(paid.low),
            "pounds_not_known_where": int(paid.unknown),
            "pounds_in_all": int(paid.total),
        },
        f"It may be as much as {paid.at_most:.1f}%: of the rest it is not known where it went.",
    )
