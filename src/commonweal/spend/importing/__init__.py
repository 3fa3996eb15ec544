"""From a file of payments to a release: kept, read, looked at, taken, undone."""

from __future__ import annotations

from .lines import difference, left_out, sample_of
from .reading import read, say
from .taking import may_replace, take, undo
from .uploading import MOST_MB, State, begun, throw_away, upload

__all__ = [
    "MOST_MB",
    "State",
    "begun",
    "difference",
    "left_out",
    "may_replace",
    "read",
    "sample_of",
    "say",
    "take",
    "throw_away",
    "undo",
    "upload",
]
