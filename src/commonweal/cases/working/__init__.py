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
from .ending import before_closing, close, reopen, settle
from .moving import can_go_back, give_back, hand_many, held_by, take_back
from .papers import attach, box, note, read_file
from .sharing import begin_shift, end_shift, hand_over, on_shift, take
from .sharing_out import Part, Share, plan_share, share_out
from .taking import open_case

__all__ = [
    "GIVE_UP_AFTER",
    "Part",
    "Share",
    "attach",
    "before_closing",
    "begin_shift",
    "box",
    "break_glass",
    "can_go_back",
    "cancel_call",
    "close",
    "decide_urgency",
    "end_shift",
    "give_back",
    "hand_many",
    "hand_over",
    "held_by",
    "note",
    "on_shift",
    "open_case",
    "plan_call",
    "plan_share",
    "planned_for_later",
    "read_file",
    "recalculate",
    "recalculate_all",
    "record_call",
    "reopen",
    "settle",
    "share_out",
    "take",
    "take_back",
    "try_again",
]
