"""In which area somebody lives, by their postcode, where the town has loaded a lookup of them."""

from __future__ import annotations

from collections.abc import Iterable

from commonweal.places.models import Area
from commonweal.spend import lookups

from . import keys


def areas_of(postcodes: Iterable[str]) -> dict[str, Area]:
    """(postcode without spaces: its area) of those that are known, in one reading of the lookup;
    none where no area of the town has the ward's code."""
    wanted = {keys.postcode(postcode) for postcode in postcodes} - {""}
    if not (wanted and lookups.is_loaded()):
        return {}
    # What reads the lookup is read in with it, and not when the product starts.
    from commonweal.spend import files

    wards = files.wards_of(wanted)
    areas = {area.ons_code: area for area in Area.objects.filter(ons_code__in=set(wards.values()))}
    return {postcode: areas[ward] for postcode, ward in wards.items() if ward and ward in areas}


def area_of(postcode: str) -> Area | None:
    return areas_of([postcode]).get(keys.postcode(postcode))
