"""In which ward a postcode lies, by the lookup of postcodes that the town loaded.

What is typed is written down nowhere: it is in no address, no log and no row.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils import timezone

from commonweal.office.errors import Refused
from commonweal.places.models import the_town
from commonweal.pledges.reads import kept
from commonweal.spend import files

from .ward_reads import Ward, wards


def can_be_told() -> bool:
    """Whether there is a lookup that says of postcodes in which ward they lie."""
    return files.knows_wards()


def example() -> str:
    """A postcode of the town, to show how one is written; "" where no lookup has one."""
    if not files.knows_wards():
        return ""
    place = files.folder("postcodes.parquet")
    state = place.stat().st_mtime_ns
    return kept(
        f"postcode {state}", timezone.localdate(), lambda: _postcode_in(place, _codes(), state)
    )


def _codes() -> frozenset[str]:
    return frozenset(ward.code for ward in wards())


@lru_cache(maxsize=4)
def _postcode_in(place: Path, codes: frozenset[str], _: int) -> str:
    """The first postcode in one of some wards; looked for once for each state of the lookup."""
    lookup = pq.ParquetFile(place)
    for number in range(lookup.num_row_groups):
        group = lookup.read_row_group(number, columns=["postcode", "ward"])
        postcodes = group.filter(pc.is_in(group["ward"], pa.array(sorted(codes), pa.string())))
        if len(postcodes):
            squeezed = str(postcodes["postcode"][0].as_py())
            return f"{squeezed[:-3]} {squeezed[-3:]}"
    return ""


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
