"""The directory of services: reading others' files, giving ours, keeping it fresh.

Read: Open Referral (HSDS 3 and its UK profile) as JSON or a line a record, its tables as a ZIP of
CSV, plain CSV or XLSX of any maker whose column names can be recognised, GeoJSON. Each record is
taken or refused by itself, with its reason and its place; the same file twice changes nothing. A
file adds and changes, and never takes away: what its source no longer lists is named, and ended
only by somebody who says so. What a file did is kept service by service, and undone as a whole.
"""

from __future__ import annotations

from .carrying import bring_in, carry_out
from .keeping import assure, keep
from .outcome import DirectoryOutcome, Found, Refusal, Remark
from .planning import plan
from .plans import DirectoryPlan
from .reading import is_table, read
from .reminding import remind_owners
from .tables import MEANINGS, OF_AN_EMPTY_FILE
from .undoing import Undoing, plan_undo, undo
from .unlisted import Unlisted, bring_back, end, sources, unlisted

__all__ = [
    "MEANINGS",
    "OF_AN_EMPTY_FILE",
    "DirectoryOutcome",
    "DirectoryPlan",
    "Found",
    "Refusal",
    "Remark",
    "Undoing",
    "Unlisted",
    "assure",
    "bring_back",
    "bring_in",
    "carry_out",
    "end",
    "is_table",
    "keep",
    "plan",
    "plan_undo",
    "read",
    "remind_owners",
    "sources",
    "undo",
    "unlisted",
]
