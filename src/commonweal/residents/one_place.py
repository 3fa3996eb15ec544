"""Where somebody lives is one fact: house, postcode and number of the house go together.

Where two records of one person say different places, one of the two is right as a whole: the house
of one with the postcode of the other would be a place that is nowhere.
"""

from __future__ import annotations

from . import keys
from .models import Resident

PLACE = ("address", "postcode", "uprn")
REFUGE = Resident.Lives.REFUGE


def fits(survivor: Resident, gone: Resident) -> bool:
    """Whether both may say one place: each part is said by one alone, or one goes on where the
    other ends ("14 Mill Lane", "14 Mill Lane, Brackenford")."""
    return all(
        _goes_on(getattr(survivor, name), getattr(gone, name)) for name in ("address", "postcode")
    )


def _goes_on(ours: str, theirs: str) -> bool:
    one, two = keys.joined(ours), keys.joined(theirs)
    return one.startswith(two) or two.startswith(one)


def lives_at(right: Resident, survivor: Resident, gone: Resident) -> str:
    """How they live, where the place of ``right`` is taken; whoever is in a refuge stays hidden."""
    either = (survivor.lives, gone.lives)
    return str(REFUGE if REFUGE in either else right.lives)
