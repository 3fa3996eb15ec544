"""Lists of people as desks receive them: read, shown, carried out in steps, told back, undone.

A list's layout is known by its columns, or by what somebody says that they mean (`meanings`); dates
are read in the order that the whole column fits. Each row is *new* (a request is made), *known*
(its list id, or this very person and kind of help, is here already; a change becomes a note),
*dead* (all contact stops), *perhaps* (somebody alike is here: the request is made and waits for a
person to decide), or *rejected* with its reason. What can't be read of a person rejects nobody: the
row is taken and *marked*. Carrying out goes row by row and can be taken up again: what is done is
done once. A list is undone as a whole.
"""

from __future__ import annotations

from .carrying import begin, carry_out
from .pace import STEP
from .plans import ListPlan, plan
from .reading import Choices, Preview, preview
from .remembering import remembered
from .results import TEMPLATE, results, results_csv
from .rows import NamedRow
from .running import carry_on, carry_out_held, is_long, undo_held
from .undoing import Undoing, begin_undoing, plan_undo
from .waiting import KEPT_WAITING, PLACE, forget

__all__ = [
    "KEPT_WAITING",
    "PLACE",
    "STEP",
    "TEMPLATE",
    "Choices",
    "ListPlan",
    "NamedRow",
    "Preview",
    "Undoing",
    "begin",
    "begin_undoing",
    "carry_on",
    "carry_out",
    "carry_out_held",
    "forget",
    "is_long",
    "plan",
    "plan_undo",
    "preview",
    "remembered",
    "results",
    "results_csv",
    "undo_held",
]
