"""What each noun of the desk says of its rows; one file a noun, as they will be rooms one day.

Reading this package registers them (see `helps.belongings`).
"""

from . import cases, grants, naming, people, protection, referrals, staff, volunteers

__all__ = [
    "cases",
    "grants",
    "naming",
    "people",
    "protection",
    "referrals",
    "staff",
    "volunteers",
]
