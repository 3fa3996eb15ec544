"""Bringing actions in from files: tables of any layout, or recommendations with their responses.

The same file twice changes nothing. A later file of the same source updates what it names and
keeps the history of what changed; what it no longer names stays, unless somebody decides otherwise
(decision 0040).
"""

from __future__ import annotations

from .carrying import OVERTAKEN, carry_out
from .meanings import COLUMNS, MEANINGS
from .planning import RECOMMENDATIONS, STOPPED_BY, plan, plan_held
from .plans import OWN, ActionPlan
from .recommendations import read_recommendations
from .undoing import Undoing, actions_of, meaning_of, plan_undo, undo
from .wanted import BadAction, WantedAction, WantedMilestone

__all__ = [
    "COLUMNS",
    "MEANINGS",
    "OVERTAKEN",
    "OWN",
    "RECOMMENDATIONS",
    "STOPPED_BY",
    "ActionPlan",
    "BadAction",
    "Undoing",
    "WantedAction",
    "WantedMilestone",
    "actions_of",
    "carry_out",
    "meaning_of",
    "plan",
    "plan_held",
    "plan_undo",
    "read_recommendations",
    "undo",
]
