"""Lists of people as desks receive them: read, shown, carried out in steps, told back.

A list's layout is known by its columns; dates are read in the order that the whole file fits.
Each row is *new* (a request is made), *known* (its list id, or this very person and kind of help,
is here already; a change becomes a note), *dead* (all contact stops), *perhaps* (somebody alike
is here: the request is made and waits for a person to decide), or *rejected* with its reason.
Carrying out goes row by row and can be taken up again: what is done is done once.
"""

from __future__ import annotations

from .carrying import STEP, begin, carry_out
from .dates import order_of, read_date
from .reading import preview
from .results import results, results_csv
from .waiting import drop, put_by, take_out

__all__ = [
    "STEP",
    "begin",
    "carry_out",
    "drop",
    "order_of",
    "preview",
    "put_by",
    "read_date",
    "results",
    "results_csv",
    "take_out",
]
