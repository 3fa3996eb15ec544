"""In which ward a postcode lies, by the lookup of postcodes that the town loaded.

What is typed is written down nowhere: it is in no address, no log and no row.
"""

from __future__ import annotations

from commonweal.office.errors import Refused
from commonweal.places.models import the_town
from commonweal.spend import files

from .ward_reads import Ward, wards


def can_be_told() -> bool:
    """Whether there is a lookup that says of postcodes in which ward they lie."""
    return files.knows_wards()


def ward_of(postcode: str) -> Ward:
    """The ward of the town in which a postcode, as it is usually written, lies.

    Raises
    ------
    Refused
        No lookup has the postcode; or it lies in none of the town's wards.
    """
    place = files.place_of(postcode)
    if place is None:
        raise Refused(
            f"{postcode} is not in our list of postcodes, so it is hardly in {the_town().name}. "
            "Look whether it is right. A very new one may be missing: choose your ward from the "
            "list."
        )
    code = place.get("ward")
    ward = next((ward for ward in wards() if ward.code == code), None)
    if ward is None:
        raise Refused(_of_no_ward(postcode, place["district"]))
    return ward


def _of_no_ward(postcode: str, district: str | None) -> str:
    town = the_town()
    if district and district == town.ons_code:
        return (
            f"{postcode} is in {town.name}, but our list of postcodes names wards of another year. "
            "Choose your ward from the list."
        )
    return f"{postcode} is in none of the wards of {town.name}."
