"""Projects that a rule sheet lets be funded in part: in full, or by one of the sums it names.

Each lesser sum is a project of its own, named by the same ballots. Of one project's sums one alone
is ever in the race: the fullest that can be paid. `Election.fuller` says which sum comes before
which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from localwealth.errors import UnreadableFile

from .elections import BallotProject, Election, Numbers
from .rules import PHRAGMEN, Rule


def _check(election: Election, rule: Rule) -> None:
    if rule.lesser and rule.kind == PHRAGMEN:
        raise UnreadableFile(
            "Phragmén's rule funds a project in full or not: it takes no --lesser."
        )
    costs = {project.code: project.cost for project in election.projects}
    for code, sums in rule.lesser:
        if code not in costs:
            raise UnreadableFile(
                f"the file has no project {code}, or its lesser sums are named twice."
            )
        falling = [costs.pop(code), *sums]
        pairs = pairwise(falling)
        if falling[-1] <= 0 or any(after >= before for before, after in pairs):
            raise UnreadableFile(
                f"the lesser sums of project {code} must fall from one to the next, all of them "
                "below its cost and above nothing."
            )


def spread(election: Election, rule: Rule) -> Election:
    """The election with a project more for each lesser sum, after those of the file.

    Raises
    ------
    UnreadableFile
        Phragmén's rule has no such sums; a project is not in the file, or is named twice; its sums
        do not fall from below its cost to above nothing.
    """
    if not rule.lesser:
        return election
    _check(election, rule)
    places = {project.code: place for place, project in enumerate(election.projects)}
    projects, fuller = list(election.projects), {}
    added: list[tuple[int, int]] = []
    for code, sums in rule.lesser:
        before = full = places[code]
        for amount in sums:
            at = len(projects)
            projects.append(BallotProject(f"{code}/{amount:f}", amount, projects[full].name))
            fuller[at] = before
            added.append((at, full))
            before = at
    voter, project, points = (
        np.concatenate([array, *appended])
        for array, appended in zip(
            (election.voter, election.project, election.points),
            zip(*_named(election, added), strict=True),
            strict=True,
        )
    )
    return replace(
        election,
        projects=projects,
        voter=voter,
        project=project,
        points=points,
        # What a place in a ranking is worth hangs on the longest ballot, as it was filled in.
        meta=election.meta | {"max_length": str(election.length)},
        fuller=fuller,
    )


def _named(
    election: Election, added: list[tuple[int, int]]
) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """What ballots say of each new project: what they say of the whole one."""
    order, starts = election.by_project
    for at, project in added:
        rows = order[starts[project] : starts[project + 1]]
        yield election.voter[rows], np.full(len(rows), at), election.points[rows]
