"""Which areas are the town, its wards, and the places beside which it is shown."""

from __future__ import annotations

from commonweal.office.errors import Refused
from commonweal.places.models import Area, the_town
from localwealth.sources.statistics import areas

# The code of a town that has none, as a fictional one.
TOWN = "town"


def town_code() -> str:
    """The town's code among the areas of series."""
    return the_town().ons_code or TOWN


class Places:
    """Names and codes of a file as the town knows them; read once for a whole file."""

    def __init__(self) -> None:
        town = the_town()
        self.town_code, self.town_name = town_code(), town.name
        wards = list(Area.objects.all())
        self.wards = {ward.ons_code or ward.code: ward.name for ward in wards}
        self.years = {ward.boundaries_year for ward in wards if ward.boundaries_year}
        self.by_name = {ward.name.casefold(): ward.ons_code or ward.code for ward in wards}
        self.by_name |= {ward.code: ward.ons_code or ward.code for ward in wards}

    def known_as(self, code: str, name: str) -> tuple[str, str]:
        """The code and name under which an area's figures stand.

        A council that got another code is the same; a part of a later council stays itself.
        """
        if code.casefold() in (TOWN, self.town_name.casefold(), self.town_code.casefold()):
            return self.town_code, self.town_name
        after = areas.successor(code)
        if after and after[2]:
            return after[0], name or after[1]
        ward = self.by_name.get(code.casefold(), code)
        return ward, self.wards.get(ward, name or code)

    def check_wards(self, codes: set[str]) -> None:
        """Refuse a file of wards of which none is the town's: they are of another year.

        Raises
        ------
        Refused
            It names wards, and not one that this town has.
        """
        of_wards = {code for code in codes if areas.level(code) == "ward"}
        coded = {code for code in self.wards if areas.level(code) == "ward"}
        if not of_wards or not coded or of_wards & coded or codes - of_wards:
            return
        years = " and ".join(map(str, sorted(self.years))) or "a year that is not stated"
        raise Refused(
            f"{min(of_wards)} is no ward of this town. Its wards are those of the boundaries of "
            f"{years}, such as {min(coded)}. Is the file of another year?"
        )
