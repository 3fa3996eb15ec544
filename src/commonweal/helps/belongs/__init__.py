"""What each noun of the desk says of its rows; one file a noun, as they will be rooms one day.

Reading this package registers them (see `helps.belongings`).
"""

from . import cases, grants, people, protection, referrals, volunteers

__all__ = ["cases", "grants", "people", "protection", "referrals", "volunteers"]
