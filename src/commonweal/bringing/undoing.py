"""What taking a file back would do, as far as that is the same in every room."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, ClassVar

from commonweal.design.words import day
from commonweal.office.errors import Refused


@dataclass(kw_only=True)
class TakingBack:
    """What undoing a file would do: what came with it and goes, what is put back as it was, and
    what is left as it is since others changed it. A room says in ``GONE`` what happens to the
    first, in one word."""

    GONE: ClassVar[str] = "taken out"

    gone: list[Any] = field(default_factory=list)
    back: list[Any] = field(default_factory=list)
    left: list[Any] = field(default_factory=list)

    @property
    def shown(self) -> list[list[str]]:
        """All that somebody sees who looks at it before."""
        return [[str(row.pk) for row in part] for part in (self.gone, self.back, self.left)]

    @property
    def fingerprint(self) -> str:
        """By what an undoing that is planned again is known to be the one that was looked at."""
        text = "|".join(",".join(part) for part in self.shown)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        return {self.GONE: len(self.gone), "put back": len(self.back), "left": len(self.left)}


def check_newest(run: Any) -> None:
    """Look whether a file is the newest of its source that stands: a later one stands upon it.

    Raises
    ------
    Refused
        It was undone, or the newest is another.
    """
    if run.undone_at is not None:
        raise Refused("This file was undone already.")
    files = type(run)._default_manager
    newest = files.filter(source=run.source, undone_at=None).order_by("pk").last()
    if newest is not None and newest.pk > run.pk:
        raise Refused(
            f"“{newest.file_name}” as at {day(newest.as_at)} was brought in after it, upon what it "
            "says. Undo that one first."
        )
