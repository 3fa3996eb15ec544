"""Residents: who is who, and how they may safely be reached. One file a noun; everything can be
imported from here."""

from .changes import ResidentChange
from .deaths import DeathReport
from .erasing import Erasure
from .lookalikes import Lookalike
from .naming import Excused
from .pairs import PerhapsSame
from .people import Different, Household, Merge, Resident, ResidentKey
from .reaching import SafeContact

__all__ = [
    "DeathReport",
    "Different",
    "Erasure",
    "Excused",
    "Household",
    "Lookalike",
    "Merge",
    "PerhapsSame",
    "Resident",
    "ResidentChange",
    "ResidentKey",
    "SafeContact",
]
