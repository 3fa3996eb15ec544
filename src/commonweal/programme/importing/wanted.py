"""What a file wants, whatever its layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from commonweal.charter.models import Decision
from commonweal.partners.models import Partner

from ..models import Metric, Pillar


@dataclass(frozen=True)
class WantedMilestone:
    """A milestone as a file has it; ``is_done`` is None where the file says nothing of it."""

    title: str
    due_on: date | None = None
    is_done: bool | None = None
    done_on: date | None = None


@dataclass
class WantedAction:
    """An action as a file has it. ``told`` names what the file speaks of: only that is compared,
    as a column that is not there says nothing."""

    row: int
    key: str
    title: str
    description: str = ""
    workstream: str = ""
    workstream_description: str = ""
    pillars: list[Pillar] = field(default_factory=list)
    partner: Partner | None = None
    owner_title: str = ""
    metric: Metric | None = None
    decision: Decision | None = None
    decided: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    weight: int | None = None
    steps: list[WantedMilestone] = field(default_factory=list)
    told: frozenset[str] = frozenset()


class BadAction(Exception):
    """Why a row can't be taken."""
