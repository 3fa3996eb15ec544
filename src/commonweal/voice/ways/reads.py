"""What the desk sees of paper, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from ..models import PaperBallot, PaperCheck, Round
from . import totals
from .papers import entered_of


@dataclass(frozen=True)
class Progress:
    """How far the papers of a round are. The lists name papers by their numbers."""

    taken: int
    entered_once: int
    differ: list[int]
    settled: int
    to_compare: list[int]
    compared: int
    check: PaperCheck | None
    is_over: bool

    @property
    def are_all_settled(self) -> bool:
        return 0 < self.taken == self.settled

    @property
    def is_done(self) -> bool:
        return self.check is not None and not self.to_compare

    @property
    def is_whole(self) -> bool:
        """Whether every paper is compared, and not some of them."""
        return self.check is not None and bool(
            self.check.wrong or self.check.drawn == self.check.papers
        )


def progress(budget_round: Round) -> Progress:
    papers = list(PaperBallot.objects.filter(round=budget_round))
    drawn = [paper for paper in papers if paper.is_drawn]
    to_compare = [paper.number for paper in drawn if not paper.is_checked]
    entered_twice = [paper for paper in papers if paper.second_by_id is not None]
    return Progress(
        taken=totals.of(budget_round, totals.Way.PAPER),
        entered_once=len(papers) - len(entered_twice),
        differ=[paper.number for paper in entered_twice if not paper.is_settled],
        settled=sum(paper.is_settled for paper in papers),
        to_compare=to_compare,
        compared=len(drawn) - len(to_compare),
        check=PaperCheck.objects.filter(round=budget_round).first(),
        is_over=_is_over(budget_round),
    )


def _is_over(budget_round: Round) -> bool:
    is_closed = budget_round.state in (Round.State.CLOSED, Round.State.COUNTED)
    return is_closed or budget_round.has_closed(timezone.now())


def is_looked_at(paper: PaperBallot) -> bool:
    """Whether there is something to say of a paper: two entries differ, or it is in the sample."""
    differs = paper.second_by_id is not None and not paper.is_settled
    return differs or (paper.is_drawn and not paper.is_checked)


def entries(paper: PaperBallot) -> list[Any]:
    """What is shown beside the paper: both entries where they differ, else what stands."""
    texts = [paper.choices] if paper.is_settled else [paper.first, paper.second]
    return [entered_of(text) for text in texts]
