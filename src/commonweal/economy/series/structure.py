"""What the town lives by: its jobs by industry beside those of a larger area."""

from __future__ import annotations

from dataclasses import dataclass

from localwealth.errors import UnreadableFile
from localwealth.structure.measures import (
    FEWEST,
    Diversity,
    Quotient,
    ShiftShare,
    diversity,
    location_quotients,
    shift_share,
)

from .lines import Line, jobs_of, sizes_of
from .places import town_code

# Beside which of these the town is shown: the first of which jobs by industry are here.
LARGER = ("K03000001", "K02000001", "E92000001", "W92000004", "S92000003", "The country")


@dataclass
class IndustryStructure:
    """What the page says; ``why`` where it can say nothing. Industries without a figure in the
    town are in ``unknown`` and in no sum."""

    larger: str = ""
    year: int = 0
    since: int = 0
    spread: Diversity | None = None
    quotients: list[Quotient] | None = None
    shifts: list[ShiftShare] | None = None
    # Not known in one of the two years, here or there
    unsplit: list[str] | None = None
    unknown: list[str] | None = None
    source: str = ""
    why: str = ""
    fewest: int = FEWEST


def structure() -> IndustryStructure:
    """The newest year that the town and a larger area share, and the change since the first."""
    local = jobs_of(town_code())
    if not local:
        return IndustryStructure(why="No jobs by industry are here yet.")
    wide = next((lines for code in LARGER if (lines := jobs_of(code))), [])
    if not wide:
        return IndustryStructure(
            why="No jobs by industry of the country are here to hold them against."
        )
    years = sorted(_years(local) & _years(wide))
    if not years:
        return IndustryStructure(why="The town's jobs and the country's are of different years.")
    try:
        return _worked_out(local, wide, years)
    except UnreadableFile as error:
        return IndustryStructure(why=str(error))


def _worked_out(local: list[Line], wide: list[Line], years: list[int]) -> IndustryStructure:
    year, since = years[-1], years[0]
    local_jobs, wide_jobs = _jobs(local, year), _jobs(wide, year)
    structure = IndustryStructure(
        larger=wide[0].series.area_name,
        year=year,
        spread=diversity(local_jobs, wide_jobs),
        quotients=sorted(location_quotients(local_jobs, wide_jobs), key=lambda q: -q.local),
        unknown=sorted(set(wide_jobs) - set(local_jobs)),
        source=local[0].series.source,
    )
    if since != year:
        local_before, wide_before = _jobs(local, since), _jobs(wide, since)
        unknown_there = _unknown(wide, year) | _unknown(wide, since)
        here = {*wide_before, *wide_jobs} - (set(local_before) & set(local_jobs))
        try:
            structure.shifts = shift_share(
                local_before,
                local_jobs,
                wide_before,
                wide_jobs,
                unknown=here,
                unknown_there=unknown_there,
            )
            structure.since, structure.unsplit = since, sorted(here | unknown_there)
        except UnreadableFile:
            # The first year is of other industries: there is nothing to split.
            structure.shifts = None
    return structure


def _years(lines: list[Line]) -> set[int]:
    return {point.last.year for line in lines for point in line.numbered}


def _jobs(lines: list[Line], year: int) -> dict[str, float]:
    return {
        line.series.group: float(point.number)
        for line in lines
        for point in line.numbered
        if point.last.year == year and point.number is not None
    }


def _unknown(lines: list[Line], year: int) -> set[str]:
    """The industries that have a row for a year and no figure in it."""
    published = {line.series.group for line in lines for p in line.points if p.last.year == year}
    return published - set(_jobs(lines, year))


def sizes() -> list[Line]:
    """The town's businesses by how many they employ."""
    return sizes_of(town_code())
