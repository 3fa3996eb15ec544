"""The leave to name an employer by a decision: one that itself says so, and no other."""

from __future__ import annotations

from commonweal.charter.models import Decision
from commonweal.office.errors import Refused

SAYS = "This decision itself says that it may be named"
SAYS_HELP = "Its minutes name it, or say that what is written here may be public."
UNSAID = (
    "A decision about something else is no leave. Choose one that itself says that it may be "
    "named, and say that it does."
)


def refuse_unsaid(decision: Decision | None, *, decision_says: bool) -> None:
    """Refuse a decision of which nobody said that it is about this.

    Raises
    ------
    Refused
        There is a decision, and nobody said so; or somebody said so of none.
    """
    if (decision is not None) != decision_says:
        raise Refused(UNSAID)
