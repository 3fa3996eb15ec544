"""What a row of a file would change of the action that it names, changing nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from commonweal.design.words import day
from commonweal.office.errors import Refused

from ..actions import WRITTEN, changed, check_dates
from ..models import Action, Change, Milestone, Pillar, Workstream
from .states import STEP
from .wanted import BadAction, WantedAction, WantedMilestone


@dataclass
class Replanned:
    """An action that is there, and what a file changes of it.

    ``terms`` are its own columns that differ, as they are to be; ``steps`` its milestones that
    differ; ``added`` those that come to it; ``pillars`` is None where they stay.
    """

    action: Action
    row: int
    terms: dict[str, Any] = field(default_factory=dict)
    steps: list[tuple[Milestone, dict[str, Any]]] = field(default_factory=list)
    added: list[Milestone] = field(default_factory=list)
    pillars: list[Pillar] | None = None
    changes: list[Change] = field(default_factory=list)


def check_row(wanted: WantedAction, action: Action | None = None) -> None:
    """Refuse what the page of an action refuses.

    Raises
    ------
    Bad
        With the reason, as the page would say it.
    """
    starts_on, due_on = wanted.starts_on, wanted.due_on
    if action is not None:
        starts_on = starts_on if "starts_on" in wanted.told else action.starts_on
        due_on = due_on if "due_on" in wanted.told else action.due_on
    try:
        check_dates(starts_on, due_on, [step.due_on for step in wanted.steps if not step.is_done])
    except Refused as refused:
        reason = str(refused).rstrip(".")
        raise BadAction(f"{reason[0].lower()}{reason[1:]}") from None
    today = timezone.localdate()
    for step in wanted.steps:
        if step.done_on and step.done_on > today:
            raise BadAction(f"“{step.title}” can't be done on {day(step.done_on)}, a day to come")


def terms_of(wanted: WantedAction, stream: Workstream | None) -> dict[str, Any]:
    """An action's own columns as a file has them, as far as it speaks of them."""
    return {
        name: stream if name == "workstream" else getattr(wanted, name)
        for name in WRITTEN
        if name in wanted.told
    }


def replanned(action: Action, wanted: WantedAction, stream: Workstream | None) -> Replanned:
    """What a row changes of its action; ``changes`` is empty where that is nothing.

    Raises
    ------
    Bad
        It would change it to what can't be.
    """
    difference = Replanned(action, wanted.row)
    for name, new in terms_of(wanted, stream).items():
        old = getattr(action, name)
        if old != new:
            difference.terms[name] = new
            difference.changes.append(changed(action, None, name, old, new))
    if action.off_list_on is not None:
        difference.terms |= {"stopped_on": None, "off_list_on": None}
        difference.changes.append(changed(action, None, "stopped_on", action.stopped_on, None))
    _compare_pillars(difference, wanted)
    _compare_steps(difference, wanted.steps)
    if difference.changes:
        check_row(wanted, action)
    return difference


def _compare_pillars(difference: Replanned, wanted: WantedAction) -> None:
    had = list(difference.action.pillars.all())
    if "pillars" in wanted.told and {p.pk for p in had} != {p.pk for p in wanted.pillars}:
        difference.pillars = wanted.pillars
        before = ", ".join(pillar.name for pillar in had)
        after = ", ".join(pillar.name for pillar in wanted.pillars)
        difference.changes.append(changed(difference.action, None, "pillars", before, after))


def _compare_steps(difference: Replanned, wanted: list[WantedMilestone]) -> None:
    """Milestones are known by their title; one that the file drops stays."""
    action = difference.action
    had = {known.title: known for known in action.milestones.all()}
    last = max((known.order for known in had.values()), default=0)
    for step in wanted:
        old = had.get(step.title)
        if old is None:
            last += 1
            milestone = new_step(action, step, last)
            difference.added.append(milestone)
            difference.changes.append(changed(action, milestone, "added", "", step.title))
        elif terms := dict(_of_step(old, step)):
            difference.steps.append((old, terms))
            difference.changes += [
                changed(action, old, name, getattr(old, name), terms[name])
                for name in ("due_on", "is_done")
                if name in terms
            ] or [changed(action, old, "done_on", old.done_on, terms["done_on"])]


def _of_step(old: Milestone, step: WantedMilestone) -> Iterator[tuple[str, Any]]:
    """What is different of a milestone. A file that is silent about whether it is done leaves it
    done or open, as it is."""
    is_done = old.is_done if step.is_done is None else step.is_done
    done_on: date | None = step.done_on or (old.done_on if is_done else None)
    new = {"due_on": step.due_on, "is_done": is_done, "done_on": done_on}
    for name in STEP:
        if getattr(old, name) != new[name]:
            yield name, new[name]


def new_step(action: Action, step: WantedMilestone, order: int) -> Milestone:
    return Milestone(
        action=action,
        order=order,
        title=step.title,
        due_on=step.due_on,
        is_done=bool(step.is_done),
        done_on=step.done_on,
    )
