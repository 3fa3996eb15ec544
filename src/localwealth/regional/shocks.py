"""What an area loses while an industry, or one employer in it, makes less: a scenario.

An employer is split out of its industry: it sells and buys as the industry does, in proportion, and
is then taken out whole. With k the industry, θ the employer's share of it, x what the industry
makes in the area and L the area's inverse, industry i loses

    θ · x_k · L_ik / (1 + θ · (L_kk − 1))

which is a whole extraction where θ is 1 (:mod:`~localwealth.regional.extraction`), and nothing
where it is 0. An industry that loses a share of itself is the same sum. One column of the inverse
answers it, so no inverse is made.

Losses are gross: what others take over is not in them. Jobs are those at sites in the area.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.regional import multipliers
from localwealth.regional.areas import AreaJobs
from localwealth.regional.multipliers import Closure
from localwealth.regional.quotients import quotients as quotients_of
from localwealth.regional.tables import Matrix, Table, Vector
from localwealth.words import many

# Below these, jobs that a survey rounds say too little of what an area's industries are.
FEWEST_JOBS = 10_000
FEWEST_IN_INDUSTRY = 50
LONGEST = 120
COUNTED = ("output", "gva", "pay", "jobs")


@dataclass(frozen=True)
class DemandShock:
    """Who loses how much, for how long.

    ``share`` (over 0, at most 1) is of the industry or, where ``employer_jobs`` says how many jobs
    an employer has in the area, of that employer. ``pounds`` instead of a share: what is no longer
    sold in a year, in millions of today's. ``pay_kept`` is the share of pay that support goes on
    paying (furlough), for ``support_months``; 0 is no support.
    """

    industry: str
    months: int
    share: float = 1.0
    employer_jobs: float | None = None
    pounds: float | None = None
    pay_kept: float = 0.0
    support_months: int = 0

    @property
    def pay_lost(self) -> float:
        """The share of pay that is lost over the whole time."""
        return 1 - self.pay_kept * min(self.support_months, self.months) / self.months


@dataclass(frozen=True)
class Net:
    """A town's own assumptions, shares from 0 to 1: what falls elsewhere (leakage), what others
    here take over (displacement), what would have gone anyway (deadweight)."""

    leakage: float = 0.0
    displacement: float = 0.0
    deadweight: float = 0.0

    @property
    def left(self) -> float:
        """What is left of a gross loss."""
        return (1 - self.leakage) * (1 - self.displacement) * (1 - self.deadweight)


@dataclass(frozen=True)
class AreaAssumptions:
    """What a scenario takes for granted of the area: the share of jobs at its sites that people
    who live there hold, and what cost 1 in the table's year costs today."""

    resident_share: float
    prices: float = 1.0


@dataclass(frozen=True)
class Loss:
    """What is lost at one δ. Each amount has one figure an industry: jobs at one time; output,
    value added and pay in millions of the table's year's prices, over the months. ``direct`` is
    the employer's or the industry's own, a figure each; ``type_2`` adds what households no longer
    buy, None where the model is not closed."""

    delta: float
    direct: dict[str, float]
    type_1: dict[str, Vector]
    type_2: dict[str, Vector] | None


def share_of(table: Table, area: AreaJobs, shock: DemandShock) -> float:
    """The share of the area's industry that goes: θ.

    Raises
    ------
    UnreadableFile
        The table has no such industry, the area or the industry in it is too small, or the shock
        is larger than what there is.
    """
    _check(table, area, shock)
    at = table.codes.index(shock.industry)
    jobs = float(area.region[at])
    if shock.pounds is not None:
        share = shock.pounds / float(output_of(table, area)[at])
        refusal = "It sells more than the whole industry makes in the area."
    elif shock.employer_jobs is not None:
        of_industry = shock.employer_jobs / jobs
        # An employer can't be larger than its industry, also where only a part of it goes.
        share = of_industry if of_industry > 1 else shock.share * of_industry
        refusal = (
            f"The employer has {many(round(shock.employer_jobs), 'job')}, and the industry "
            f"{shock.industry!r} only {jobs:,.0f} in the area. Is it another industry, or are the "
            "jobs of another year?"
        )
    else:
        share, refusal = shock.share, "A share lies between 0 and 1."
    if share > 1:
        raise UnreadableFile(refusal)
    return share


def _check(table: Table, area: AreaJobs, shock: DemandShock) -> None:
    if shock.industry not in table.codes:
        raise UnreadableFile(f"The table has no industry {shock.industry!r}.")
    at = table.codes.index(shock.industry)
    for is_wrong, sentence in (
        (
            area.region.sum() < FEWEST_JOBS,
            f"The area is too small for this: it has {many(round(area.region.sum()), 'job')}, and "
            f"the method says nothing below {FEWEST_JOBS:,}.",
        ),
        (
            not table.has_output[at],
            f"The industry {shock.industry!r} has no output in the table.",
        ),
        (
            area.region[at] < FEWEST_IN_INDUSTRY,
            f"Too few people work in {shock.industry!r} in the area: {area.region[at]:,.0f}, and "
            f"below {FEWEST_IN_INDUSTRY} the count is mostly rounding.",
        ),
        (not 0 < shock.share <= 1, "What is lost is more than 0 and at most 100%."),
        (not 0 <= shock.pay_kept <= 1, "The share of pay that is kept lies between 0 and 100%."),
        (not 1 <= shock.months <= LONGEST, f"A shock lasts 1 to {LONGEST} months."),
        (not 0 <= shock.support_months <= shock.months, "Support can't outlast the shock."),
        ((shock.employer_jobs or 1) <= 0, "The employer has no jobs in the area."),
        ((shock.pounds or 1) <= 0, "What is no longer sold is more than nothing."),
    ):
        if is_wrong:
            raise UnreadableFile(sentence)


def output_of(table: Table, area: AreaJobs) -> Vector:
    """What each industry makes in the area in a year: the nation's output by the area's share of
    its jobs, in millions of the table's year's prices."""
    share = np.divide(area.region, area.nation, out=np.zeros(len(table)), where=area.nation > 0)
    output: Vector = table.output * share
    return output


def lost(
    table: Table,
    area: AreaJobs,
    closure: Closure | None,
    shock: DemandShock,
    place: AreaAssumptions,
) -> list[Loss]:
    """What is lost at each δ of the area. Pounds of today are deflated by ``place.prices``.

    Raises
    ------
    UnreadableFile
        As :func:`share_of`; or a share of the assumptions is none.
    """
    if not 0 <= place.resident_share <= 1:
        raise UnreadableFile("The share of jobs that residents hold lies between 0 and 100%.")
    if not 0.2 <= place.prices <= 20:
        raise UnreadableFile("What cost £1 in the table's year costs between 20p and £20 today.")
    if shock.pounds is not None:
        shock = replace(shock, pounds=shock.pounds / place.prices)
    question = _Question(table, area, closure, shock, place, share_of(table, area, shock))
    national = multipliers.coefficients(table)
    return [question.at(delta, national) for delta in area.deltas]


@dataclass(frozen=True)
class _Question:
    """One question, with the share of the industry that it comes to."""

    table: Table
    area: AreaJobs
    closure: Closure | None
    shock: DemandShock
    place: AreaAssumptions
    share: float

    @property
    def industry(self) -> int:
        """Where the industry stands in the table."""
        return self.table.codes.index(self.shock.industry)

    def per_unit(self) -> dict[str, Vector]:
        """What each industry has of each thing that is counted, per unit of its output."""
        table = self.table
        output = output_of(table, self.area)
        jobs = np.divide(self.area.region, output, out=np.zeros(len(table)), where=output > 0)
        units = {
            "output": np.ones(len(table)),
            "gva": multipliers.per_output(table, table.gva),
            "jobs": jobs,
        }
        if table.pay is not None:
            units["pay"] = multipliers.per_output(table, table.pay) * self.shock.pay_lost
        return units

    def at(self, delta: float, national: Matrix) -> Loss:
        """What is lost at one δ."""
        units = self.per_unit()
        first, second = self._columns(units, national, delta)
        year = self.shock.months / 12
        times = {quantity: 1 if quantity == "jobs" else year for quantity in units}
        gone = self.share * output_of(self.table, self.area)[self.industry]

        def amounts(column: Vector) -> dict[str, Vector]:
            itself = 1 + self.share * (column[self.industry] - 1)
            return {
                quantity: gone * column / itself * unit * times[quantity]
                for quantity, unit in units.items()
            }

        direct = {
            quantity: float(gone * unit[self.industry] * times[quantity])
            for quantity, unit in units.items()
        }
        return Loss(delta, direct, amounts(first), None if second is None else amounts(second))

    def _columns(
        self, units: dict[str, Vector], national: Matrix, delta: float
    ) -> tuple[Vector, Vector | None]:
        """The industry's column of the inverse, of type I and of the model closed to households.
        Both come of one solving: households are a row and a column more."""
        table, area = self.table, self.area
        # Once for industries and households: to work them out costs as much as a solving.
        quotients = np.minimum(quotients_of(area.method, area.region, area.nation, delta), 1)
        system = np.eye(len(table)) - national * quotients
        unit = np.zeros(len(table))
        unit[self.industry] = 1
        if self.closure is None:
            alone: Vector = np.linalg.solve(system, unit).astype(np.float64)
            return alone, None
        if table.households is None:
            raise UnreadableFile(multipliers.NEEDS_HOUSEHOLDS)
        at_home = table.households * np.diag(quotients)
        spent = multipliers.spending(table, self.closure, at_home)
        right = np.column_stack([unit, spent])
        both: Matrix = np.linalg.solve(system, right).astype(np.float64)
        first, spread = both[:, 0], both[:, 1]
        # Who lives elsewhere spends there, and what support pays is spent as before: of neither
        # is anything lost here.
        earned = units["pay"] * self.place.resident_share
        return first, first + spread * (earned @ first) / (1 - earned @ spread)
