"""Reading actions in bulk: our own CSV or XLSX, or recommendations with their responses.

The same file twice changes nothing. A later file of the same source updates what it names and
keeps the history of what changed; what it no longer names stays.
"""

from __future__ import annotations

from .carrying import OVERTAKEN, Ready, Result, carry_out
from .layout import COLUMNS, read
from .recommendations import read_recommendations
from .wanted import Bad, Step, Wanted

__all__ = [
    "COLUMNS",
    "OVERTAKEN",
    "Bad",
    "Ready",
    "Result",
    "Step",
    "Wanted",
    "carry_out",
    "read",
    "read_recommendations",
]
