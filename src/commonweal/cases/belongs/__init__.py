"""What each noun of the cases says of its rows; reading this package registers them."""

from . import cases, changes, consents, moves, protection, referrals, staff

__all__ = ["cases", "changes", "consents", "moves", "protection", "referrals", "staff"]
