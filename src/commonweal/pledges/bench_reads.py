"""The reviewer's bench: which claims stand in which queue, how old they are, and which is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commonweal.accounts.models import Person

from . import asking_more, review_reads
from .conflicts import conflicts_of
from .models import MoreAsked
from .review_reads import Waiting

# From so many days on a claim is late: docs/methods/reviews-in-time.md counts by it.
LATE_DAYS = 30
QUEUES = {
    "yours": "Given to you",
    "contested": "Contested",
    "oldest": "Free, oldest first",
    "partner": "Wait for the partner",
    "all": "All",
}
# What stands in each, for whom nothing is there.
EMPTY = {
    "yours": "Nothing is given to you.",
    "contested": "No partner contests a review that you could look at again.",
    "oldest": "No claim is free that you could check.",
    "partner": "No partner was asked for more.",
    "all": "No claim with evidence waits.",
}


@dataclass
class OnBench:
    """A claim that waits, as one reviewer meets it."""

    waiting: Waiting
    age_days: int
    holder: Person | None
    request: MoreAsked | None
    may: bool

    @property
    def is_late(self) -> bool:
        return self.age_days > LATE_DAYS

    @property
    def seq(self) -> int:
        return self.waiting.claim.seq


@dataclass
class Bench:
    """Everything that waits for a review on a day, oldest first, as one reviewer meets it."""

    person: Person
    claims: list[OnBench]

    def queue(self, code: str) -> list[OnBench]:
        """The claims of one of `QUEUES`; of an unknown one, all."""
        return [claim for claim in self.claims if self._stands_in(claim, code)]

    def _stands_in(self, claim: OnBench, code: str) -> bool:
        is_ready = claim.may and claim.request is None
        match code:
            case "yours":
                return is_ready and claim.holder == self.person
            case "contested":
                return is_ready and bool(claim.waiting.reviews)
            case "oldest":
                return is_ready and claim.holder in (None, self.person)
            case "partner":
                return claim.request is not None
        return True

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(code, title, how many) of each queue."""
        return [(code, title, len(self.queue(code))) for code, title in QUEUES.items()]

    def known(self, code: str) -> str:
        """The queue that was asked for, or the first in which something waits for this person."""
        if code in QUEUES:
            return code
        return next((name for name in ("yours", "contested", "oldest") if self.queue(name)), "all")

    def next_of(self, code: str, after: int) -> int | None:
        """The claim of a queue that follows another; behind the last comes the first."""
        others = [
            claim.seq
            for claim in self.queue(code)
            if claim.may and claim.request is None and claim.seq != after
        ]
        everything = [claim.seq for claim in self.claims]
        behind = set(everything[everything.index(after) + 1 :] if after in everything else others)
        return next(iter([*filter(behind.__contains__, others), *others]), None)


def bench_of(person: Person, on: date) -> Bench:
    """The bench of one reviewer on a day."""
    waiting = review_reads.reviews_waiting(on)
    conflicts, assigned = conflicts_of([person]), review_reads.assigned()
    requests = asking_more.running(on)
    return Bench(
        person,
        [
            OnBench(
                claim,
                (on - claim.claim.happened_on).days,
                assigned.get(claim.claim.seq),
                requests.get(claim.claim.seq),
                conflicts.may(person, claim),
            )
            for claim in waiting
        ],
    )
