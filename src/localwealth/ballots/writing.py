"""An election written in Pabulib's format of April 2026."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping

from .elections import APPROVAL, CHOOSE_ONE, RANKING, Election

# The order in which the format has what it knows of an election, and of a project after its name;
# anything else follows.
META = (
    "description",
    "country",
    "unit",
    "district",
    "subunit",
    "instance",
    "num_projects",
    "num_votes",
    "budget",
    "vote_type",
    "rule",
    "date_begin",
    "date_end",
    "min_length",
    "max_length",
    "min_sum_cost",
    "max_sum_cost",
    "scoring_fn",
    "min_points",
    "max_points",
    "min_sum_points",
    "max_sum_points",
    "default_score",
    "min_project_cost",
    "max_project_cost",
    "min_project_score_threshold",
    "neighborhoods",
    "subdistricts",
    "categories",
    "edition",
    "language",
    "currency",
    "fully_funded",
    "experimental",
    "comment",
    "acknowledgments",
    "leftover_budget",
    "budget_per_category",
    "budget_per_neighborhood",
    "min_length_per_category",
    "max_length_per_category",
    "min_sum_cost_per_category",
    "max_sum_cost_per_category",
)
OF_A_PROJECT = (
    "category",
    "beneficiaries",
    "selected",
    "neighborhood",
    "subunit",
    "district",
    "description",
    "proposer",
    "public_id",
    "latitude",
    "longitude",
)
# What a column was called before.
RENAMED = {"target": "beneficiaries"}


def write(election: Election, winners: Collection[int] | None = None) -> bytes:
    """The bytes of a file: projects by their score, ballots numbered in their order.

    Parameters
    ----------
    winners
        Places of the projects that were funded; None to leave what the election says itself.
    """
    text = io.StringIO()
    out = csv.writer(text, delimiter=";", lineterminator="\n")
    out.writerows([["META"], ["key", "value"], *_meta(election)])
    out.writerows([["PROJECTS"], *_projects(election, winners)])
    out.writerows([["VOTES"], *_votes(election)])
    return text.getvalue().encode()


def _meta(election: Election) -> Iterator[list[str]]:
    meta = election.meta | {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": f"{election.budget:f}",
        "vote_type": election.kind,
    }
    longest = meta.get("max_length", "")
    if longest.isdecimal():
        meta["max_length"] = str(min(int(longest), len(election.projects)))
    for key in [*META, *sorted(meta.keys() - set(META))]:
        if key in meta:
            yield [key, meta[key]]


def _columns_of(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """What projects say beside what all have, in the order of the format."""
    known = {key for row in rows for key in row}
    return [key for key in OF_A_PROJECT if key in known] + sorted(known - set(OF_A_PROJECT))


def _projects(election: Election, winners: Collection[int] | None) -> Iterator[list[str]]:
    is_scored = election.kind not in (APPROVAL, CHOOSE_ONE)
    rows = [_row(election, place, winners) for place in range(len(election.projects))]
    columns = _columns_of(rows)
    scores = election.scores
    yield ["project_id", "cost", "votes", *(["score"] if is_scored else []), "name", *columns]
    for place in sorted(range(len(scores)), key=lambda place: -scores[place]):
        project = election.projects[place]
        yield [
            project.code,
            f"{project.cost:f}",
            str(election.votes[place]),
            *([str(scores[place])] if is_scored else []),
            project.name or project.code,
            *(rows[place].get(key, "") for key in columns),
        ]


def _row(election: Election, place: int, winners: Collection[int] | None) -> dict[str, str]:
    """What stands after a project's name, by column."""
    project = election.projects[place]
    row = {RENAMED.get(key, key): cell.strip() for key, cell in project.extra.items()}
    selected = project.selected if winners is None else int(place in winners)
    return row if selected is None else row | {"selected": str(selected)}


def _votes(election: Election) -> Iterator[list[str]]:
    is_pointed = election.kind not in (APPROVAL, CHOOSE_ONE, RANKING)
    yield ["voter_id", "vote", *(["points"] if is_pointed else [])]
    named: list[list[str]] = [[] for _ in range(election.voters)]
    points: list[list[str]] = [[] for _ in range(election.voters)]
    for voter, place, given_points in zip(
        election.voter.tolist(), election.project.tolist(), election.points.tolist(), strict=True
    ):
        named[voter].append(election.projects[place].code)
        points[voter].append(str(given_points))
    for voter in range(election.voters):
        row = [str(voter + 1), ",".join(named[voter])]
        yield [*row, ",".join(points[voter])] if is_pointed else row
