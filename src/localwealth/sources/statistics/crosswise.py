"""Nomis's workbook of jobs with industries down and areas across, each beside its flags."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

from localwealth.errors import UnreadableFile
from localwealth.sources.statistics import cells
from localwealth.sources.statistics.columns import columns_of
from localwealth.sources.statistics.figures import Figure, Published
from localwealth.tables.grids import Grid, Grids

SURVEY = "business register and employment survey"
MEASURE = "jobs-by-industry"
FLAGS, NUMBER = "flags", "number"
# The workbook names areas and gives no codes; by these a town is held against a nation.
NATIONS = {
    "Great Britain": "K03000001",
    "United Kingdom": "K02000001",
    "England": "E92000001",
    "Wales": "W92000004",
    "Scotland": "S92000003",
}


def crosswise(file: Grids, sheet: str | None = None) -> Published | None:
    """The figures of such a workbook; None where the file is another.

    Raises
    ------
    UnreadableFile
        Its figures are shares, or it names no day.
    """
    grid = next((one for one in file.sheets if sheet in (None, one.name)), None)
    at = _headings(grid.lines) if grid else None
    if grid is None or at is None:
        return None
    above = {line[0].strip().casefold(): line[1].strip() for line in grid.lines[:at] if line[1:]}
    if above.get("measure", "count").casefold() != "count":
        raise UnreadableFile("Its figures are shares. Take the workbook of counts.")
    period = cells.period(above.get("date", ""))
    if period is None:
        raise UnreadableFile("The file doesn't say which year its jobs are of.")
    return _published(grid, at, period)


def _headings(lines: Sequence[Sequence[str]]) -> int | None:
    """Which line names the industries' column and the areas: under the survey's name, over a line
    that says *number* beside *Flags*."""
    if not lines or SURVEY not in " ".join(lines[0]).casefold():
        return None
    for at, (line, under) in enumerate(itertools.pairwise(lines)):
        is_heading = bool(line) and "group" in columns_of(line[:1]).roles
        if is_heading and {NUMBER, FLAGS} <= {cell.strip().casefold() for cell in under}:
            return at
    return None


def _published(grid: Grid, at: int, period: tuple[date, date]) -> Published:
    areas = [
        (column, name.strip())
        for column, name in enumerate(grid.lines[at])
        if grid.lines[at + 1][column : column + 1] == [NUMBER] and name.strip()
    ]
    published = Published(title=" ".join(" ".join(grid.lines[0]).split()))
    for number, line in enumerate(grid.lines[at + 2 :], start=at + 3):
        filled = [text for text in line if text.strip()]
        if len(filled) == 1:
            published.footnotes.append(filled[0])
        elif filled:
            _take(published, line, number, areas, period)
    return published


def _take(
    published: Published,
    line: Sequence[str],
    number: int,
    areas: Sequence[tuple[int, str]],
    period: tuple[date, date],
) -> None:
    """Each area's figure of one industry, or why there is none."""
    for column, area in areas:
        text = line[column] if column < len(line) else ""
        flag = line[column + 1] if column + 1 < len(line) else ""
        cell = cells.cell(text, flag)
        if cell is None or (cell.number is not None and cell.number < 0):
            published.left_out.append((number, f"{text!r} of {area} is no figure"))
            continue
        code = NATIONS.get(area, area)
        published.figures.append(
            Figure(MEASURE, code, area, *period, cell.number, cell.mark, line[0].strip(), number)
        )
