"""What handlers do with a case: take it in, share it out, call, note, decide, close.

One file a noun; every verb can be imported from here.
"""

from .calls import (
    GIVE_UP_AFTER,
    cancel_call,
    plan_call,
    planned_for_later,
    record_call,
    try_again,
)
from .deciding import break_glass, decide_urgency, recalculate, recalculate_all
from .ending import close, reopen, settle
from .papers import attach, box, note, read_file
from .sharing import begin_shift, end_shift, hand_over, on_shift, share_evenly, take
from .taking import open_case

__all__ = [
    "GIVE_UP_AFTER",
    "attach",
    "begin_shift",
    "box",
    "break_glass",
    "cancel_call",
    "close",
    "decide_urgency",
    "end_shift",
    "hand_over",
    "note",
    "on_shift",
    "open_case",
    "plan_call",
    "planned_for_later",
    "read_file",
    "recalculate",
    "recalculate_all",
    "record_call",
    "reopen",
    "settle",
    "share_evenly",
    "take",
    "try_again",
]
