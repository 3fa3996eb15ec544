"""Who may read whose case, by which link, and the row that says that they did.

Need to know: a handler opens the cases of their own caseload, those that they took, those of which
a next action is theirs, and open ones that nobody has. Anything else means breaking the glass: a
reason, for a day, looked at afterwards. Restricted kinds of help open only to the people named for
them and to desk managers (`named` says what is kept from whom); who wrote in such a case keeps a
page of what they wrote. A link opens a case, never the other cases of its person.
The administrator sees no case; the data protection officer sees who read, and reads a record
only to review it before it is given to whoever asked what is held about them.
"""

from __future__ import annotations

from .getting import (
    get_case_for,
    get_case_with_person_for,
    get_resident_for,
    get_written_for,
    nearest_case,
    refuse_if_closed,
)
from .links import (
    HANDLERS,
    LINKS,
    TAKERS,
    VOLUNTEER,
    NeedsGlass,
    WroteHere,
    is_named,
    link_to,
    planned_for,
)
from .partners import (
    INSTRUCTION,
    SHARED,
    THROUGH_THE_DESK,
    fields_of,
    get_partner_for_referrals,
    get_referral_for,
    shown_to_partner,
)
from .readings import note_draft, note_read, note_reads, was_offered

__all__ = [
    "HANDLERS",
    "INSTRUCTION",
    "LINKS",
    "SHARED",
    "TAKERS",
    "THROUGH_THE_DESK",
    "VOLUNTEER",
    "NeedsGlass",
    "WroteHere",
    "fields_of",
    "get_case_for",
    "get_case_with_person_for",
    "get_partner_for_referrals",
    "get_referral_for",
    "get_resident_for",
    "get_written_for",
    "is_named",
    "link_to",
    "nearest_case",
    "note_draft",
    "note_read",
    "note_reads",
    "planned_for",
    "refuse_if_closed",
    "shown_to_partner",
    "was_offered",
]
