"""What each noun of residents says of its rows; reading this package registers them."""

from . import erasing, naming, people
from .people import FREE, STAFF

__all__ = ["FREE", "STAFF", "erasing", "naming", "people"]
