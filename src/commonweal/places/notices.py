"""What the law wants said: who answers for people's data, and how accessible the site is.

The UK GDPR (articles 13 and 14) asks for controller, officer, contact and time; the Public Sector
Bodies Accessibility Regulations 2018 for status, gaps, contact and day.
"""

from __future__ import annotations

from commonweal.office.errors import Refused

from .models import Compliance, Town
from .opening import is_open

# What must be said, and what is missing while it is not.
NEEDED = {
    "controller": "who answers for people's data (the controller)",
    "data_protection_officer": "the data protection officer",
    "privacy_contact": "where one asks what is kept about oneself",
    "retention_words": "how long what is kept about people is kept",
    "accessibility_status": "how accessible the site is",
    "accessibility_contact": "where one says that something is not accessible",
    "accessibility_checked_on": "the day of the accessibility statement",
}
GAPS = "what is not accessible, and why"
HELP = "what the help desk keeps about people"


def gaps(town: Town, closed: frozenset[str]) -> list[str]:
    """What the notices of a town do not say yet; ``closed``: the rooms that are off."""
    missing = [lacked for name, lacked in NEEDED.items() if not getattr(town, name)]
    has_gaps = town.accessibility_status not in ("", Compliance.FULL)
    if has_gaps and not town.accessibility_gaps:
        missing.append(GAPS)
    if "help" not in closed and not town.help_desk_words:
        missing.append(HELP)
    return missing


def refuse_to_lose(town: Town, before: list[str], closed: frozenset[str]) -> None:
    """Hold a town that is open to what its notices say.

    Raises
    ------
    Refused
        Something that they said before is gone.
    """
    if not is_open(closed):
        return
    lost = [gap for gap in gaps(town, closed) if gap not in before]
    if lost:
        raise Refused(
            f"The town is open, so its notices must go on saying {', '.join(lost)}. Change the "
            "words, but do not take them out."
        )
