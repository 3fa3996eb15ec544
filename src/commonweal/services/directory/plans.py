"""What bringing a file of services in would do, as it was worked out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from commonweal.bringing import plans

from ..models import Service
from .comparing import Changed
from .outcome import DirectoryOutcome, Found


@dataclass(kw_only=True)
class DirectoryPlan(plans.Plan):
    """What bringing a file in would do. ``outcome`` is the same in words; ``marks`` say of each
    service since when it is not listed, where that changes."""

    THING = "service"

    source: str
    outcome: DirectoryOutcome
    new: list[Found] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unlisted: list[Service] = field(default_factory=list)
    removed: list[Service] = field(default_factory=list)
    marks: list[tuple[Service, date | None]] = field(default_factory=list)

    @property
    def does_nothing(self) -> bool:
        return super().does_nothing and not self.marks

    @property
    def fingerprint(self) -> str:
        parts = [
            [astuple(listed) for listed in self.new],
            [(change.service.code, change.differences) for change in self.changed],
            [service.code for service in self.unlisted],
            self.rejected,
        ]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    @property
    def rejected_sentences(self) -> list[str]:
        """A record is no row: each is called as its file calls it."""
        return [str(refusal) for refusal in self.outcome.refused]

    @property
    def rejected_rows(self) -> list[dict[str, Any]]:
        rows = zip(super().rejected_rows, self.rejected_sentences, strict=True)
        return [row | {"said": sentence} for row, sentence in rows]

    def remove(self, count: int) -> None:
        """End what is no longer listed, as somebody asked.

        Raises
        ------
        Refused
            They are not as many as was said.
        """
        self.check_removal(count)
        self.removed = list(self.unlisted)

    def written(self) -> Iterator[Found]:
        """What is written, in the order of the file: what is new, and what is otherwise."""
        yield from self.new
        yield from (change.found for change in self.changed)


def planned(
    outcome: DirectoryOutcome, *, source: str, file_name: str, **compared: Any
) -> DirectoryPlan:
    """The beginning of a plan: what was read, with what was refused."""
    refused = [(refusal.row, refusal.why) for refusal in outcome.refused]
    cells = {row: outcome.cells.get(row, []) for row, _ in refused} if outcome.header else {}
    return DirectoryPlan(
        source=source,
        outcome=outcome,
        file_name=file_name,
        as_at=timezone.localdate(),
        rows=outcome.records,
        blank=outcome.blank,
        rejected=refused,
        header=outcome.header,
        cells=cells,
        sheet=outcome.sheet,
        **compared,
    )
