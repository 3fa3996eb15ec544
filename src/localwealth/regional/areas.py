"""An area by its jobs, and how a national table is brought down to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.regional.quotients import slq
from localwealth.regional.tables import Table, Vector


@dataclass(frozen=True)
class AreaJobs:
    """Jobs of an area and of the nation by industry, in the table's order, and how the table is
    brought down to the area: ``method`` of :data:`~localwealth.regional.quotients.METHODS`."""

    region: Vector
    nation: Vector
    method: str
    deltas: tuple[float, ...]

    @property
    def share(self) -> float:
        """The area's share of the nation's jobs."""
        return float(self.region.sum() / self.nation.sum())


def area_of(
    table: Table, jobs: Mapping[str, tuple[float, float]], method: str, deltas: Sequence[float]
) -> AreaJobs:
    """The jobs put into the table's order.

    Raises
    ------
    UnreadableFile
        An industry has no jobs stated, or a name among the jobs is no industry of the table.
    """
    missing = [code for code in table.codes if code not in jobs]
    unknown = [code for code in jobs if code not in table.codes]
    for names, sentence in (
        (missing, "No jobs are given for {}. Jobs of another year's codes?"),
        (unknown, "The table has no industry {}. Jobs of another year's codes?"),
    ):
        if names:
            raise UnreadableFile(sentence.format(", ".join(map(repr, names[:5]))))
    counts = np.array([jobs[code] for code in table.codes])
    area = AreaJobs(counts[:, 0], counts[:, 1], method, tuple(deltas))
    slq(area.region, area.nation)
    return area
