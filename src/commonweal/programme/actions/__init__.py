"""What people do with the plan. A change of what was planned is kept with its reason."""

from __future__ import annotations

from .changes import changed, check_dates, complete, keep_history
from .decisions import decide
from .milestones import add_milestone, finish_milestone, move_milestone, reopen_milestone
from .planning import (
    WRITTEN,
    PlannedAction,
    accelerate,
    add,
    depend,
    free_code,
    needs,
    replan,
    stop,
)
from .priorities import CountedPriority, cite, take_up, uncite
from .risks import close_risk, raise_risk, score_again

__all__ = [
    "WRITTEN",
    "CountedPriority",
    "PlannedAction",
    "accelerate",
    "add",
    "add_milestone",
    "changed",
    "check_dates",
    "cite",
    "close_risk",
    "complete",
    "decide",
    "depend",
    "finish_milestone",
    "free_code",
    "keep_history",
    "move_milestone",
    "needs",
    "raise_risk",
    "reopen_milestone",
    "replan",
    "score_again",
    "stop",
    "take_up",
    "uncite",
]
