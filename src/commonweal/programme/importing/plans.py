"""What bringing a file of actions in would do, as it was worked out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from commonweal.bringing import plans
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused

from ..models import Action, ImportRun, Workstream
from .comparing import Replanned
from .growing import Growing
from .wanted import WantedAction

OWN = "actions"


@dataclass(kw_only=True)
class ActionPlan(plans.Plan):
    """What bringing a file in would do."""

    THING = "action"
    DOUBT = "Nothing is stopped while it isn't known which action row {} is."

    source: str
    layout: str = OWN
    # How its columns are headed, by what they mean, where they were told.
    called: dict[str, str] = field(default_factory=dict)
    new: list[tuple[WantedAction, Workstream | None]] = field(default_factory=list)
    changed: list[Replanned] = field(default_factory=list)
    growing: Growing = field(init=False)
    state: tuple[Any, ...] = ()

    # What its sender no longer lists, what of it is to be stopped and by what decision.
    unlisted: list[Action] = field(default_factory=list)
    removed: list[Action] = field(default_factory=list)
    stopped_by: Decision | None = None
    refused_keys: dict[int, str] = field(default_factory=dict)
    earlier: ImportRun | None = None

    @property
    def fingerprint(self) -> str:
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

    def remove(self, count: int, decision: Decision | None) -> None:
        """Stop the actions that are no longer listed, as somebody asked.

        Raises
        ------
        Refused
            No decision stops them, they are not as many as was said, or a refused row may be about
            one of them.
        """
        self.check_removal(count)
        if decision is None and count:
            raise Refused("Choose the decision by which these actions are stopped.")
        self.removed, self.stopped_by = list(self.unlisted), decision
