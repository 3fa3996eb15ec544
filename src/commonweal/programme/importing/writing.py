"""What is ready to be written into the programme, written at one stroke (decision 0032)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from commonweal.charter.models import Decision
from commonweal.jobs.rows import Laid, Rows, change, changes_of, rows_of

from ..actions import WRITTEN
from ..models import Action, Change, Milestone, Pillar, Workstream
from .states import STEP

OF_ACTIONS = (*WRITTEN, "stopped_on", "off_list_on")
OF_STEPS = (*STEP, "taken_back_on")
# What may be written in the same moment, and is named by its code.
BY_CODE = ("workstream", "decision")
LINK = Action.pillars.through


@dataclass
class Ready:
    """All that is written of the plan, worked out while others write.

    ``actions`` are new, with their ``steps`` and ``pillars``; ``known`` actions and ``known_steps``
    stand with what they are to be; ``added`` milestones come to known actions; ``linked`` known
    actions get other pillars. ``changes`` are complete; those of ``added`` hang on them.
    """

    streams: list[Workstream] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    pillars: list[tuple[Action, Pillar]] = field(default_factory=list)
    steps: list[Milestone] = field(default_factory=list)
    known: list[Action] = field(default_factory=list)
    known_steps: list[Milestone] = field(default_factory=list)
    added: list[Milestone] = field(default_factory=list)
    linked: list[tuple[Action, list[Pillar]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    laid: list[Laid] = field(init=False, default_factory=list)
    moved: list[Action] = field(init=False, default_factory=list)
    step_rows: Rows = field(init=False, default_factory=list)
    action_rows: Rows = field(init=False, default_factory=list)

    def lay(self) -> None:
        """Make every row ready, and lay the new ones beside their tables."""
        links = [LINK(action=action, pillar=pillar) for action, pillar in self.pillars]
        of_known = [row for row in self.changes if row.milestone is None or row.milestone.pk]
        self.laid = [
            _laid(Action, self.actions, BY_CODE),
            _laid(LINK, links, ("action", "pillar")),
            _laid(Milestone, self.steps, ("action",)),
            _laid(Change, of_known, ()),
        ]
        self.step_rows = changes_of(Milestone, self.known_steps, OF_STEPS)
        self.moved = [action for action in self.known if not _hangs_on_known(action)]
        settled = filter(_hangs_on_known, self.known)
        self.action_rows = changes_of(Action, settled, OF_ACTIONS)

    def write(self) -> None:
        """Store everything, in the transaction of who calls."""
        Decision.objects.bulk_create(self.decisions)
        Workstream.objects.bulk_create(self.streams)
        for laid in self.laid:
            laid.insert()
        change(Action, self.action_rows, OF_ACTIONS)
        change(Milestone, self.step_rows, OF_STEPS)
        self._write_what_hangs_on_new()
        links = [
            LINK(action=action, pillar=pillar) for action, some in self.linked for pillar in some
        ]
        LINK.objects.filter(action__in=[action for action, _ in self.linked]).delete()
        LINK.objects.bulk_create(links, batch_size=500)

    def _write_what_hangs_on_new(self) -> None:
        """Few: actions that move to a new workstream, milestones that come to known actions."""
        for action in self.moved:
            action.workstream, action.decision = action.workstream, action.decision
        change(Action, changes_of(Action, self.moved, OF_ACTIONS), OF_ACTIONS)
        late = [
            step_change
            for step_change in self.changes
            if step_change.milestone is not None and not step_change.milestone.pk
        ]
        Milestone.objects.bulk_create(self.added, batch_size=500)
        for step_change in late:
            step_change.milestone = step_change.milestone
        Change.objects.bulk_create(late, batch_size=500)

    def clear(self) -> None:
        """Let go of what was laid ready."""
        for laid in self.laid:
            laid.clear()


def _hangs_on_known(action: Action) -> bool:
    """Whether all that an action belongs to has its number already."""
    above = (action.workstream, action.decision)
    return all(row is None or row.pk for row in above)


def _laid(model: Any, things: Iterable[Any], by_code: tuple[str, ...]) -> Laid:
    return Laid(model, rows_of(model, things, by_code=by_code), by_code=by_code)
