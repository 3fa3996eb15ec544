"""What pages show of proposals: shown ones alone, residents' and enterprises' counted apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Sum

from commonweal.cases.held_back import SMALL
from localwealth.likeness import likeness

from ..models import Comment, Consultation, Proposal, Sent, Support, Tie, Visibility, Voice

ALIKE = 0.6
ALIKE_MOST = 5
CSV_COLUMNS = (
    "code",
    "consultation",
    "title",
    "words",
    "who",
    "made_on",
    "outcome",
    "answer",
    "answered_on",
    "merged_into",
    "leads_to",
)


@dataclass(frozen=True)
class SupportCount:
    """How many of one voice support a proposal and those merged into it; None: fewer than 5."""

    title: str
    count: int | None


@dataclass(frozen=True)
class Whole:
    """A proposal with all that its page shows."""

    proposal: Proposal
    supports: list[SupportCount]
    comments: list[Comment]
    merged: list[Proposal]
    ties: list[Tie]


def shown(consultation: Consultation) -> list[Proposal]:
    """The proposals that others may read, the oldest first."""
    return list(
        Proposal.objects.filter(
            consultation=consultation, visibility=Visibility.SHOWN
        ).select_related("partner", "merged_into")
    )


@dataclass(frozen=True)
class Part:
    """The shown proposals of one voice."""

    title: str
    proposals: list[Proposal]


def by_voice(consultation: Consultation) -> list[Part]:
    every = shown(consultation)
    titles = {Voice.RESIDENT: "Of residents", Voice.ENTERPRISE: "Of local enterprises"}
    return [
        Part(title, [proposal for proposal in every if proposal.voice == voice])
        for voice, title in titles.items()
    ]


def whole_proposal(proposal: Proposal) -> Whole:
    merged = list(proposal.merged.filter(visibility=Visibility.SHOWN))
    comments = proposal.comments.filter(visibility=Visibility.SHOWN).select_related("partner")
    ties = proposal.ties.select_related("action", "ask", "pledge")
    return Whole(proposal, supports_of([proposal, *merged]), list(comments), merged, list(ties))


def supports_of(proposals: list[Proposal]) -> list[SupportCount]:
    """Who supports any of some proposals, each person and each enterprise once."""
    supports = Support.objects.filter(proposal__in=proposals)
    counts = {
        "Residents": (supports.filter(voice=Voice.RESIDENT), "person"),
        "Local enterprises": (supports.filter(voice=Voice.ENTERPRISE), "partner"),
    }
    lines = []
    for title, (of_voice, who) in counts.items():
        signed_in = of_voice.filter(entered_by=None).values(who).distinct().count()
        entered = of_voice.filter(entered_by__isnull=False).aggregate(n=Sum("count"))["n"] or 0
        count = signed_in + entered
        lines.append(SupportCount(title, None if 0 < count < SMALL else count))
    return lines


def alike(proposal: Proposal) -> list[Proposal]:
    """Others of its consultation that may say the same and are not merged with it yet, the likest
    first: a person decides."""
    every = Proposal.objects.filter(consultation=proposal.consultation_id)
    others = [
        candidate
        for candidate in every.exclude(pk=proposal.pk).exclude(visibility=Visibility.KEPT_OUT)
        if candidate.merged_into_id != proposal.pk and candidate.pk != proposal.merged_into_id
    ]
    scores = likeness(
        [f"{candidate.title}. {candidate.words}" for candidate in others],
        f"{proposal.title}. {proposal.words}",
    )
    near = [pair for pair in zip(scores, others, strict=True) if pair[0] >= ALIKE]
    near.sort(key=lambda pair: (-pair[0], pair[1].pk))
    return [candidate for _, candidate in near[:ALIKE_MOST]]


def to_read(consultation: Consultation) -> list[tuple[str, Sent]]:
    """(kind, what was sent) of what waits to be read, or for the answer to an appeal."""
    sent: list[tuple[str, Sent]] = [
        ("proposal", proposal) for proposal in Proposal.objects.filter(consultation=consultation)
    ]
    comments = Comment.objects.filter(proposal__consultation=consultation)
    sent += [("comment", comment) for comment in comments.select_related("proposal")]
    return [
        (kind, piece)
        for kind, piece in sent
        if piece.visibility == Visibility.WAITING or piece.waits_for_appeal
    ]


@dataclass(frozen=True)
class Done:
    """You asked, we said, we did: a proposal, its answer, and what it led to."""

    proposal: Proposal
    ties: list[Tie]


def done() -> list[Done]:
    """Every accepted proposal, the newest answer first."""
    accepted = (
        Proposal.objects.filter(outcome=Proposal.Outcome.ACCEPTED, visibility=Visibility.SHOWN)
        .select_related("consultation")
        .prefetch_related("ties__action", "ties__ask", "ties__pledge")
        .order_by("-answered_on", "-pk")
    )
    return [Done(proposal, list(proposal.ties.all())) for proposal in accepted]


def rows(consultation: Consultation) -> Iterator[dict[str, object]]:
    """Shown proposals as rows of a file."""
    for proposal in shown(consultation):
        leads = [tie.address for tie in proposal.ties.all()]
        yield {
            "code": proposal.code,
            "consultation": consultation.code,
            "title": proposal.title,
            "words": proposal.words,
            "who": proposal.voice,
            "made_on": proposal.made_on,
            "outcome": proposal.outcome,
            "answer": proposal.answer,
            "answered_on": proposal.answered_on,
            "merged_into": proposal.merged_into.code if proposal.merged_into else "",
            "leads_to": " ".join(leads),
        }
