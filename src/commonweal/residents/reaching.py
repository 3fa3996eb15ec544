"""How somebody may be reached: one guarded object, one hand that writes it, one question to ask.

Every outlet asks `may` (or `of`, which asks it for a page) before it gives out a number or an
address, rings, writes, or promises to. `write` alone changes what is so: each change is a version
with its author and moment; where two rules meet the strictest holds (`strictest`); only a
deliberate act with a reason opens what was closed. Decision 0014.

The questions stand in `reach_answers`, the writing in `reach_versions`, the rules in `ways`.
"""

from __future__ import annotations

from . import ways
from .reach_answers import (
    Reach,
    ReachAnswer,
    at_risk,
    at_risk_among,
    instruction,
    may,
    of,
    place_of,
    rule_from,
    rule_in,
    rule_of,
    split,
    way_for,
    within_hours,
)
from .reach_versions import (
    LISTENERS,
    NotAsked,
    Source,
    Stale,
    carry,
    joined,
    parted,
    said_since,
    say,
    write,
)
from .ways import Rule, Way, answered, strictest

__all__ = [
    "LISTENERS",
    "NotAsked",
    "Reach",
    "ReachAnswer",
    "Rule",
    "Source",
    "Stale",
    "Way",
    "answered",
    "at_risk",
    "at_risk_among",
    "carry",
    "instruction",
    "joined",
    "may",
    "of",
    "parted",
    "place_of",
    "rule_from",
    "rule_in",
    "rule_of",
    "said_since",
    "say",
    "split",
    "strictest",
    "way_for",
    "ways",
    "within_hours",
    "write",
]
