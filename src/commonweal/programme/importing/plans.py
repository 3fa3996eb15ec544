"""What bringing a file of actions in would do, as it was worked out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from commonweal.bringing.models import HeldFile
from commonweal.bringing.questions import Questions
from commonweal.charter.models import Decision
from commonweal.design.words import many
from commonweal.office.errors import Refused

from ..models import Action, ImportRun, Workstream
from .comparing import Replanned
from .growing import Growing
from .wanted import Wanted

OWN = "actions"


@dataclass
class Plan:
    """What bringing a file in would do. ``rejected`` is (row, because)."""

    source: str
    file_name: str
    sha256: str
    as_at: date
    layout: str = OWN
    rows: int = 0
    blank: int = 0
    new: list[tuple[Wanted, Workstream | None]] = field(default_factory=list)
    changed: list[Replanned] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    growing: Growing = field(init=False)
    state: tuple[Any, ...] = ()

    # What its sender no longer lists, what of it is to be stopped and by what decision; rows of
    # which nobody can say what they are about.
    unlisted: list[Action] = field(default_factory=list)
    removed: list[Action] = field(default_factory=list)
    stopped_by: Decision | None = None
    doubtful: list[int] = field(default_factory=list)
    refused_keys: dict[int, str] = field(default_factory=dict)
    listed_count: int = 0

    # What was read: the headings, the cells of each refused row, what was passed over.
    header: list[str] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    sheet: str = ""
    notes: list[str] = field(default_factory=list)
    questions: Questions = field(default_factory=Questions)
    earlier: ImportRun | None = None
    held: HeldFile | None = None
    # By what its mapping is remembered; "" where its columns are called as ours.
    signature: str = ""

    @property
    def does_nothing(self) -> bool:
        return not (self.new or self.changed or self.removed)

    @property
    def counts(self) -> dict[str, int]:
        """Rows in = new + changed + unchanged + rejected; removed actions are not rows."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
            "blank": self.blank,
            "removed": len(self.removed),
        }

    @property
    def fingerprint(self) -> str:
        """By what a plan that is made again is known to be the one that was looked at."""
        changes = [
            (c.action_id, c.milestone_id, c.field, c.old, c.new)
            for difference in self.changed
            for c in difference.changes
        ]
        wanted = [vars(row) | {"told": sorted(row.told)} for row, _ in self.new]
        unlisted = [action.code for action in self.unlisted]
        parts = [self.counts | {"removed": 0}, wanted, changes, unlisted, self.rejected]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    def refuse(self, row: int, because: str, key: str) -> None:
        """Take a row out, with its reason. What the programme has of it stays as it is."""
        self.rejected.append((row, because))
        self.refused_keys[row] = key

    def must_be_answered(self) -> None:
        """Raise while something is open that only a person can say."""
        if still := self.questions.open:
            raise Refused(
                f"Before it is brought in, {many(len(still), 'question')} must be answered: "
                f"{still[0].label}"
            )

    def remove(self, count: int, decision: Decision | None) -> None:
        """Stop the actions that are no longer listed, as somebody asked.

        Raises
        ------
        Refused
            No decision stops them, they are not as many as was said, or a refused row may be about
            one of them.
        """
        if self.doubtful:
            rows = ", ".join(map(str, islice(self.doubtful, 10)))
            raise Refused(
                f"Nothing is stopped while it isn't known which action row {rows} is. Correct or "
                "delete what was refused, and choose the file again."
            )
        if count != len(self.unlisted):
            raise Refused(
                f"The file no longer lists {many(len(self.unlisted), 'action')}, and {count:,} was "
                "said. Look at their names, then say the number."
            )
        if decision is None and count:
            raise Refused("Choose the decision by which these actions are stopped.")
        self.removed, self.stopped_by = list(self.unlisted), decision
