"""Elections in Pabulib's format, of all its ages: three parts under META, PROJECTS and VOTES.

Source: the format of the Participatory Budgeting Library, pabulib.org, as of April 2026. Older
files have CRLF, ``target`` for ``beneficiaries``, no ``selected``, a project twice on a ballot.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.words import many

from .elections import KINDS, POINTS, RANKING, SCORES, BallotProject, Election

PARTS = ("META", "PROJECTS", "VOTES")
# Columns that the format knows and that are kept by name elsewhere.
OWN = {"project_id", "cost", "votes", "score", "name", "selected"}


@dataclass
class Part:
    """One of the three parts: its headings, and its rows with their lines in the file."""

    headings: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def dicts(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row by its headings, with its line."""
        for line, cells in self.rows:
            yield line, dict(zip(self.headings, cells, strict=False))


def read(content: bytes, name: str = "the file") -> Election:
    """An election from the bytes of a file.

    Raises
    ------
    UnreadableFile
        A part is missing, a cost or the budget is no number, a project is there twice, a ballot
        names one that is not there. The message names the line.
    """
    parts = _parts(content, name)
    meta = {cells[0].strip(): cells[1].strip() for _, cells in parts["META"].rows if len(cells) > 1}
    meta.pop("key", None)
    kind = meta.get("vote_type", "")
    if kind not in KINDS:
        raise UnreadableFile(
            f"{name}: vote_type is {kind!r}; it is one of {', '.join(KINDS)} in this format."
        )
    projects = _projects(parts["PROJECTS"], name)
    budget = _amount(meta.get("budget", ""), f"{name}: the budget")
    return _with_ballots(projects, budget, kind, meta, parts["VOTES"], name)


def read_file(path: Path) -> Election:
    """An election from a file."""
    return read(path.read_bytes(), path.name)


def _parts(content: bytes, name: str) -> dict[str, Part]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{name} is not UTF-8, which this format is in: {error}.") from None
    parts: dict[str, Part] = {}
    part: Part | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if line.strip().upper() in PARTS:
            title = line.strip().upper()
            if title in parts:
                raise UnreadableFile(f"{name}, line {number}: there are two parts {title}.")
            part = parts[title] = Part()
        elif part is None:
            raise UnreadableFile(
                f"{name}: the first line is {line[:40]!r}; this format begins with META."
            )
        elif not part.headings:
            part.headings = [heading.strip().lower() for heading in _cells(line, 0)]
        else:
            part.rows.append((number, _cells(line, len(part.headings))))
    for title in PARTS:
        if title not in parts:
            raise UnreadableFile(f"{name} has no part {title}.")
    return parts


def _cells(line: str, columns: int) -> list[str]:
    """The cells of a line. Quotation marks enclose a cell where the line closes them again and
    has its columns then; in old files they also stand loose in names."""
    if '"' not in line:
        return line.split(";")
    try:
        cells = next(csv.reader([line], delimiter=";", strict=True))
    except csv.Error:
        return line.split(";")
    plain = line.split(";")
    return plain if columns and len(cells) != columns and len(plain) == columns else cells


def _projects(part: Part, name: str) -> list[BallotProject]:
    for column in ("project_id", "cost"):
        if column not in part.headings:
            raise UnreadableFile(f"{name}: PROJECTS has no column {column}.")
    projects: dict[str, BallotProject] = {}
    for line, row in part.dicts():
        code = row["project_id"].strip()
        where = f"{name}, line {line}"
        if not code:
            raise UnreadableFile(f"{where}: a project has no project_id.")
        if code in projects:
            raise UnreadableFile(f"{where}: project {code} is there twice.")
        projects[code] = BallotProject(
            code=code,
            cost=_amount(row.get("cost", ""), f"{where}: the cost of project {code}"),
            name=row.get("name", "").strip(),
            selected=_selected(row.get("selected", "").strip(), where),
            extra={key: text for key, text in row.items() if key not in OWN},
        )
    if not projects:
        raise UnreadableFile(f"{name} has no project.")
    return list(projects.values())


def _selected(text: str, where: str) -> int | None:
    if not text:
        return None
    if text not in {"0", "1", "2", "3"}:
        raise UnreadableFile(f"{where}: selected is {text!r}; it is 0, 1, 2 or 3 in this format.")
    return int(text)


def _amount(text: str, called: str) -> Decimal:
    written = text.strip().replace(" ", "")
    if "." not in written:
        written = written.replace(",", ".")
    try:
        amount = Decimal(written)
    except InvalidOperation:
        raise UnreadableFile(f"{called} is {text.strip()!r}, which is no amount.") from None
    if not amount.is_finite() or amount <= 0:
        raise UnreadableFile(f"{called} is {text.strip()}; it must be more than nothing.")
    return amount


def _with_ballots(
    projects: list[BallotProject],
    budget: Decimal,
    kind: str,
    meta: dict[str, str],
    part: Part,
    name: str,
) -> Election:
    if "vote" not in part.headings:
        raise UnreadableFile(f"{name}: VOTES has no column vote.")
    at = part.headings.index("vote")
    at_points = part.headings.index("points") if "points" in part.headings else None
    if kind in (POINTS, SCORES) and at_points is None:
        raise UnreadableFile(f"{name}: ballots are {kind}, but VOTES has no column points.")
    places = {project.code: place for place, project in enumerate(projects)}
    ballots = _Ballots(places, kind, name)
    for line, cells in part.rows:
        points = cells[at_points] if at_points is not None and at_points < len(cells) else ""
        ballots.add(line, cells[at] if at < len(cells) else "", points)
    return ballots.election(projects, budget, meta)


class _Ballots:
    """Ballots as they are read, into arrays."""

    def __init__(self, places: dict[str, int], kind: str, name: str) -> None:
        self.places, self.kind, self.name = places, kind, name
        self.count = self.doubled = 0
        self.voter: list[int] = []
        self.project: list[int] = []
        self.points: list[int] = []

    def add(self, line: int, vote: str, points: str) -> None:
        """One more ballot: the projects it names, and what it gives each."""
        named = [code.strip() for code in vote.split(",") if code.strip()]
        allotted = self._allotted(line, points, len(named))
        seen: set[int] = set()
        for rank, code in enumerate(named):
            place = self.places.get(code)
            if place is None:
                raise UnreadableFile(
                    f"{self.name}, line {line}: a ballot names project {code}, "
                    "which is not among the projects."
                )
            if place in seen:
                # Named twice is wanted once; of points the first are taken.
                self.doubled += 1
                continue
            seen.add(place)
            self.voter.append(self.count)
            self.project.append(place)
            self.points.append(allotted[rank] if allotted else rank if self.kind == RANKING else 1)
        self.count += 1

    def _allotted(self, line: int, points: str, named: int) -> list[int]:
        if self.kind not in (POINTS, SCORES):
            return []
        try:
            allotted = [int(Decimal(part)) for part in points.split(",") if part.strip()]
        except InvalidOperation:
            allotted = []
        if len(allotted) != named:
            raise UnreadableFile(
                f"{self.name}, line {line}: a ballot names {many(named, 'project')} and gives "
                f"{points.strip()!r} as points."
            )
        return allotted

    def election(
        self, projects: list[BallotProject], budget: Decimal, meta: dict[str, str]
    ) -> Election:
        """All that was read, as an election."""
        notes = []
        if self.doubled:
            notes.append(f"projects named again on the same ballot, counted once: {self.doubled}")
        stated = meta.get("num_votes", "")
        if stated.isdecimal() and int(stated) != self.count:
            notes.append(f"num_votes is {stated}, and the file holds {many(self.count, 'ballot')}")
        return Election(
            projects=projects,
            budget=budget,
            kind=self.kind,
            voters=self.count,
            voter=np.asarray(self.voter, dtype=np.int64),
            project=np.asarray(self.project, dtype=np.int64),
            points=np.asarray(self.points, dtype=np.int64),
            meta=meta,
            notes=tuple(notes),
        )
