"""What people asked for first, beside what the plan does about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from ..models import Action, Citation, Priority
from ..status import Status
from .plan import ActionLine


@dataclass(frozen=True)
class PriorityLine:
    """A priority with the actions that answer it and are not stopped."""

    priority: Priority
    actions: list[Action]


@dataclass(frozen=True)
class Answering:
    """Each priority of the plan, and the actions that answer none."""

    lines: list[PriorityLine]
    answer_none: list[Action]

    @property
    def unanswered(self) -> int:
        return sum(not line.actions for line in self.lines)


def answering(plan: Sequence[ActionLine]) -> Answering:
    """Which priorities some listed actions answer. Stopped ones answer nothing, and are no action
    without a priority either."""
    going = Citation.objects.filter(action__stopped_on=None).select_related("action")
    priorities = Priority.objects.prefetch_related(Prefetch("citations", going))
    lines = [
        PriorityLine(priority, [citation.action for citation in priority.citations.all()])
        for priority in priorities
    ]
    answer_some = {action.pk for line in lines for action in line.actions}
    return Answering(
        lines,
        [
            line.action
            for line in plan
            if line.status != Status.STOPPED and line.action.pk not in answer_some
        ],
    )


def citations_of(action: Action) -> list[Citation]:
    return list(action.citations.select_related("priority"))
