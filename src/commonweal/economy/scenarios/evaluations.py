"""What published evaluations found of other jobs for each job that came to a place.

They stand beside a scenario as a second source and move none of its figures. The list is a file
beside this one, which says where each figure was read.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class JobsPerJob:
    """Other jobs in the same place for each job ``of`` a kind; fewer where it is below nought."""

    of: str
    others: str
    jobs: Decimal
    place: str
    source: str
    url: str

    @property
    def written(self) -> str:
        return f"{self.jobs:f} more" if self.jobs >= 0 else f"{-self.jobs:f} fewer"

    @property
    def words(self) -> str:
        return f"for each job {self.of}: {self.written} {self.others}"


@dataclass(frozen=True)
class Toolkit:
    """Who gathers such evaluations, and what of it was not read."""

    title: str
    url: str
    says: str


@dataclass(frozen=True)
class Published:
    """All findings, by study; never added up, never averaged."""

    toolkit: Toolkit
    findings: tuple[JobsPerJob, ...]

    def range_of(self, sector: str) -> tuple[Decimal, Decimal]:
        """The lowest and the highest figure for a job whose kind has this word in it."""
        jobs = [finding.jobs for finding in self.findings if sector in finding.of]
        return min(jobs), max(jobs)


# What the findings don't speak for; it goes wherever they go.
NOT_OF = (
    "Most are of cities in the United States, and none is of a single British town.",
    "They follow jobs that came, over years. When jobs go it need not be the same the other way.",
    "They count shops, building and services, or the private sector, not suppliers alone, and they "
    "hold for no single industry or firm.",
)


@cache
def published() -> Published:
    """The list, read once."""
    listed = tomllib.loads(Path(__file__).with_name("evaluations.toml").read_text("utf-8"))
    findings = tuple(
        JobsPerJob(
            finding["of"],
            finding["others"],
            Decimal(finding["jobs"]),
            study["place"],
            study["source"],
            study["url"],
        )
        for study in listed["studies"]
        for finding in study["findings"]
    )
    return Published(Toolkit(**listed["toolkit"]), findings)
