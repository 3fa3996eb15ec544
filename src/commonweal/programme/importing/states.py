"""How an action stands, in a form that can be kept: what a file changed is put back from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model

from commonweal.charter.models import Decision
from commonweal.partners.models import Partner

from ..actions import WRITTEN
from ..models import Action, Metric, Milestone, Workstream

DATES = ("starts_on", "due_on", "stopped_on", "off_list_on")
# What is kept by its code.
NAMED: dict[str, type[Model]] = {
    "workstream": Workstream,
    "partner": Partner,
    "metric": Metric,
    "decision": Decision,
}
STEP = ("due_on", "is_done", "done_on")


def as_kept(planned: Any) -> Any:
    """What was planned, as JSON has it: a day as text, what has a code by that."""
    if isinstance(planned, Model):
        return planned.code  # type: ignore[attr-defined]
    return planned.isoformat() if isinstance(planned, date) else planned


def as_planned(name: str, as_json: Any) -> Any:
    """What was planned, from how it is kept. What has no row any more is nothing."""
    if name in NAMED and as_json:
        return NAMED[name]._default_manager.filter(code=as_json).first()
    return date.fromisoformat(as_json) if name in DATES and as_json else as_json


def step_as_kept(step: Milestone) -> list[Any]:
    return [as_kept(getattr(step, name)) for name in STEP]


def put_step_back(step: Milestone, as_json: list[Any]) -> None:
    due, step.is_done, done = as_json
    step.due_on, step.done_on = (date.fromisoformat(day) if day else None for day in (due, done))


def digest(
    action: Action, pillars: Iterable[str], steps: Iterable[Milestone], needs: Iterable[str]
) -> str:
    """By what it is known whether somebody has changed an action since: all that people change of
    it, with its milestones and, by their codes, its pillars and what it needs."""
    parts = [
        [as_kept(getattr(action, name)) for name in (*WRITTEN, "stopped_on")],
        sorted(pillars),
        sorted([step.title, *step_as_kept(step), step.done_words] for step in steps),
        sorted(needs),
    ]
    text = json.dumps(parts, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
