"""Location quotients, shift-share, diversity: of jobs by industry, with the counts behind them.

Jobs are counted at places of work: they are the area's jobs, not its residents'. All functions take
counts by industry and give no figure where a count is too small to carry one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from localwealth.errors import UnreadableFile

# Fewer jobs than this, both counted and expected, carry no quotient: at the rounding to 5 of the
# Business Register and Employment Survey, and its sampling, the figure would be mostly noise.
FEWEST = 100
Jobs = Mapping[str, float]


@dataclass(frozen=True)
class Quotient:
    """One industry. ``expected`` are the jobs that the area would have with the larger area's
    shares; ``lq`` is local over expected; None where both are fewer than ``FEWEST``, or where the
    larger area has no such jobs."""

    industry: str
    local: float
    wide: float
    expected: float
    lq: float | None

    @property
    def is_small(self) -> bool:
        """Whether too few jobs stand behind a quotient."""
        return max(self.local, self.expected) < FEWEST


def location_quotients(local: Jobs, wide: Jobs) -> list[Quotient]:
    """How much more of its jobs an area has in an industry than the larger area has.

    LQ = (local jobs in i ÷ local jobs) ÷ (wide jobs in i ÷ wide jobs). Page
    ``docs/methods/location-quotients.md``.

    Raises
    ------
    UnreadableFile
        An industry of the area is none of the larger area, or there are no jobs.

    Examples
    --------
    >>> [q.lq for q in location_quotients({"A": 300, "B": 100}, {"A": 4000, "B": 4000})]
    [1.5, 0.5]
    """
    total, wide_total = _totals(local, wide)
    quotients = []
    for industry, wide_jobs in wide.items():
        jobs = local.get(industry, 0)
        expected = wide_jobs * total / wide_total
        judged = expected > 0 and max(jobs, expected) >= FEWEST
        lq = jobs / expected if judged else None
        quotients.append(Quotient(industry, jobs, wide_jobs, expected, lq))
    return quotients


@dataclass(frozen=True)
class ShiftShare:
    """One industry between two years: ``change`` = ``growth`` (had it grown as all jobs of the
    larger area) + ``mix`` (that its industry grew otherwise there) + ``local`` (the rest: that it
    grew otherwise here). ``is_small``: too few jobs in both years to read anything into it."""

    industry: str
    before: float
    after: float
    growth: float
    mix: float
    local: float

    @property
    def change(self) -> float:
        """Jobs gained, or lost where below nought."""
        return self.after - self.before

    @property
    def is_small(self) -> bool:
        """Whether too few jobs stand behind the split."""
        return max(self.before, self.after) < FEWEST


def shift_share(
    before: Jobs,
    after: Jobs,
    wide_before: Jobs,
    wide_after: Jobs,
    *,
    unknown: Collection[str] = (),
    unknown_there: Collection[str] = (),
) -> list[ShiftShare]:
    """Split the change of an area's jobs into growth of all, mix of industries, and the rest.

    Industries whose jobs are ``unknown`` in one of the years are not split; those that are
    ``unknown_there``, in the larger area, are in no sum either.

    Dunn's classical form (1960): it describes and explains nothing; the rest is not what the town
    did. Page ``docs/methods/shift-share.md``.

    Raises
    ------
    UnreadableFile
        An industry of the area is none of the larger area, had no jobs there in the first year
        though the area had some, or is not in both years.

    Examples
    --------
    >>> [shift] = shift_share({"A": 100}, {"A": 130}, {"A": 1000}, {"A": 1100})
    >>> shift.growth, shift.mix, round(shift.local, 6)
    (10.000000000000009, 0.0, 20.0)
    """
    before, after = _without(before, unknown_there), _without(after, unknown_there)
    wide_before = _without(wide_before, unknown_there)
    wide_after = _without(wide_after, unknown_there)
    _totals(before, wide_before)
    _totals(after, wide_after)
    if unlike := set(wide_before) ^ set(wide_after):
        raise UnreadableFile(f"The industry {min(unlike)!r} is not in both years.")
    all_growth = sum(wide_after.values()) / sum(wide_before.values()) - 1
    shifts = []
    for industry, wide_jobs in _without(wide_before, unknown).items():
        jobs, later = before.get(industry, 0), after.get(industry, 0)
        if jobs and not wide_jobs:
            raise UnreadableFile(
                f"{industry!r} has jobs in the area and none in the larger one: it can't be split."
            )
        industry_growth = wide_after[industry] / wide_jobs - 1 if wide_jobs else all_growth
        growth, mix = jobs * all_growth, jobs * (industry_growth - all_growth)
        shifts.append(ShiftShare(industry, jobs, later, growth, mix, later - jobs - growth - mix))
    return shifts


def _without(jobs: Jobs, unknown: Collection[str]) -> Jobs:
    return {industry: number for industry, number in jobs.items() if industry not in unknown}


@dataclass(frozen=True)
class Diversity:
    """How an area's jobs are spread over industries.

    ``hhi``: sum of squared shares, 0 to 1; ``equal_industries``: so many industries of one size
    give the same; ``shannon`` in bits; ``krugman``: sum of differences from the larger area's
    shares, 0 (the same) to 2; ``hachman``: 1 (the same) towards 0; ``largest`` and its share.
    """

    jobs: float
    hhi: float
    shannon: float
    krugman: float
    hachman: float
    largest: str
    largest_share: float

    @property
    def equal_industries(self) -> float:
        """How many industries of one size would have the same sum of squares."""
        return 1 / self.hhi


def diversity(local: Jobs, wide: Jobs) -> Diversity:
    """How concentrated an area's jobs are, and how like the larger area's. Page
    ``docs/methods/job-diversity.md``.

    Raises
    ------
    UnreadableFile
        As for ``location_quotients``; or the area has too few jobs for any of it.

    Examples
    --------
    >>> spread = diversity({"A": 300, "B": 100}, {"A": 4000, "B": 4000})
    >>> spread.hhi, round(spread.shannon, 4), spread.krugman, spread.hachman
    (0.625, 0.8113, 0.5, 0.8)
    """
    total, wide_total = _totals(local, wide)
    if total < FEWEST:
        raise UnreadableFile(
            f"The area has too few jobs to say how they are spread: {total:,.0f}, where {FEWEST} "
            "would do."
        )
    shares = {industry: local.get(industry, 0) / total for industry in wide}
    wide_shares = {industry: jobs / wide_total for industry, jobs in wide.items()}
    likeness = sum(
        share * share / wide_shares[industry] for industry, share in shares.items() if share
    )
    largest = max(shares, key=lambda industry: shares[industry])
    return Diversity(
        total,
        sum(share * share for share in shares.values()),
        -sum(share * math.log2(share) for share in shares.values() if share),
        sum(abs(share - wide_shares[industry]) for industry, share in shares.items()),
        1 / likeness,
        largest,
        shares[largest],
    )


def _totals(local: Jobs, wide: Jobs) -> tuple[float, float]:
    for industry, jobs in [*local.items(), *wide.items()]:
        if jobs < 0:
            raise UnreadableFile(f"The jobs of {industry!r} lie below nought: {jobs:,.0f}.")
    for industry, jobs in local.items():
        if jobs and not wide.get(industry):
            raise UnreadableFile(
                f"The industry {industry!r} of the area is none of the larger area: are both "
                "tables of one classification?"
            )
    total, wide_total = sum(local.values()), sum(wide.values())
    if not total or not wide_total:
        raise UnreadableFile("There are no jobs in the table.")
    return total, wide_total
