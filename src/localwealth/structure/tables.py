"""Tables of jobs by area, year and industry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from localwealth.errors import UnreadableFile
from localwealth.sources.statistics.reading import Told, read

ALL_AREAS = "all"


@dataclass(frozen=True)
class JobsTable:
    """Jobs by area, year and industry. ``unknown`` are cells without a figure: (area, year,
    industry): they are in no sum, and nothing is said of them."""

    jobs: dict[tuple[str, int], dict[str, float]]
    unknown: set[tuple[str, int, str]]

    @property
    def years(self) -> list[int]:
        """The years of the file, the first one first."""
        return sorted({year for _, year in self.jobs})

    def of(self, area: str, year: int) -> dict[str, float]:
        """The jobs of an area; of all areas of the file together where it is called "all".

        Raises
        ------
        UnreadableFile
            The file has no such area in that year.
        """
        if area == ALL_AREAS:
            return self._together(year)
        if (area, year) not in self.jobs:
            known = sorted({name for name, of in self.jobs if of == year})
            if not known:
                has = ", ".join(map(str, self.years))
                raise UnreadableFile(f"The file has no jobs of {year}; it has {has}.")
            raise UnreadableFile(
                f"The file has no jobs of {area!r} in {year}. It has, for example, {known[0]!r}."
            )
        return self.jobs[area, year]

    def unknown_in(self, area: str, years: Collection[int]) -> set[str]:
        """The industries without a figure of an area in one of these years; of all areas together
        those without one in any of them."""
        return {
            industry
            for name, year, industry in self.unknown
            if year in years and area in (name, ALL_AREAS)
        }

    def _together(self, year: int) -> dict[str, float]:
        together: dict[str, float] = defaultdict(float)
        for (_, of), industries in self.jobs.items():
            if of == year:
                for industry, jobs in industries.items():
                    together[industry] += jobs
        return dict(together)


def jobs_of(content: bytes, name: str) -> JobsTable:
    """Read jobs by industry: of the Business Register and Employment Survey, or a CSV with the
    columns area, year, industry, count.

    Raises
    ------
    UnreadableFile
        It can't be read, or names no industry.
    """
    jobs: dict[tuple[str, int], dict[str, float]] = {}
    unknown = set()
    for figure in read(content, name, Told("jobs-by-industry")).figures:
        if not figure.group:
            raise UnreadableFile(
                "The file names no industry. Expected is a column such as industry, INDUSTRY_NAME "
                "or SIC_SECTION_NAME."
            )
        of_area = jobs.setdefault((figure.area_name, figure.last.year), {})
        if figure.group in of_area:
            raise UnreadableFile(
                f"Line {figure.line}: {figure.group!r} of {figure.area_name!r} in "
                f"{figure.last.year} stands there twice."
            )
        of_area[figure.group] = float(figure.number or 0)
        if figure.number is None:
            unknown.add((figure.area_name, figure.last.year, figure.group))
    return JobsTable(jobs, unknown)
