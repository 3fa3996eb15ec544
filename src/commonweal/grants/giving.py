"""Grants to individuals as 360Giving's standard wants them, as far as they may be published.

The standard (1.4, https://github.com/ThreeSixtyGiving/standard) asks of each grant: id, title,
description, currency, amount, day, who gives, who gets. Its identifiers are given by others: the
publisher's prefix by 360Giving, the council's by https://org-id.guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.places.models import Town, the_town

from .entries import State
from .models import Award, Fund

VERSION = "1.4"
FEWEST = 5
# Which kind of area an ONS code names, in the standard's list of kinds (geoCodeType.csv).
AREAS = {
    "E06": "UA",
    "E07": "NMD",
    "E08": "MD",
    "E09": "LONB",
    "E10": "CTY",
    "S12": "CA",
    "W06": "UA",
}
LOCAL_AUTHORITY = "GLS050"


def package(*, prefix: str, funder: str) -> dict[str, Any]:
    """The whole file: who publishes, on which day, and every grant that may be published.

    ``prefix``: the publisher's, from 360Giving; ``funder``: the council's identifier.

    Raises
    ------
    Refused
        The town has no council or no ONS code; one of the two is missing; nothing may be published.
    """
    town = the_town()
    _refuse_what_is_not_known(town, prefix, funder)
    rows = giving_360(prefix=prefix, funder=funder)
    if not rows:
        raise Refused("No grant may be published: of no kind were there five people.")
    return {
        "version": VERSION,
        "title": f"Grants to individuals by {town.council_name}",
        "issued": timezone.localdate().isoformat(),
        "publisher": {"identifier": funder, "name": town.council_name},
        "grants": rows,
    }


def _refuse_what_is_not_known(town: Town, prefix: str, funder: str) -> None:
    if not prefix.startswith("360G-"):
        raise Refused("Say which prefix 360Giving gave you: --prefix 360G-yours.")
    if "-" not in funder:
        raise Refused("Say who gives, by https://org-id.guide: --funder GB-LAE-XYZ.")
    for name in ("council_name", "ons_code"):
        if not getattr(town, name):
            raise Refused(f"The town's file lacks {name}, which every grant names.")


def giving_360(
    funds: Sequence[Fund] | None = None, *, prefix: str = "", funder: str = ""
) -> list[dict[str, Any]]:
    """Grants to individuals in 360Giving's shape, as far as they may be published: no name, no
    area smaller than the town, the month instead of the day, and no kind of grant that fewer than
    five people got.
    """
    town = the_town()
    prefix = prefix or f"360G-{slugify(town.name) or 'town'}"
    giver = {"id": funder or f"{prefix}-council", "name": town.council_name or town.name}
    awards = Award.objects.filter(state=State.PAID, amount__gt=0).select_related("fund")
    if funds is not None:
        awards = awards.filter(fund__in=funds)
    rows = list(awards.order_by("decided_at", "id"))
    counted: dict[tuple[int, str, str], set[int]] = {}
    for award in rows:
        counted.setdefault(_kind(award), set()).add(award.resident_id)
    place = _place(town)
    return [
        _grant(award, prefix) | {"fundingOrganization": [giver], "beneficiaryLocation": [place]}
        for award in rows
        if len(counted[_kind(award)]) >= FEWEST
    ]


def _kind(award: Award) -> tuple[int, str, str]:
    return (award.fund_id, award.reason, award.purpose)


def _grant(award: Award, prefix: str) -> dict[str, Any]:
    number = _public_id(award)
    return {
        "id": f"{prefix}-{number}",
        "title": award.get_purpose_display(),
        "description": f"Hardship grant: {award.get_reason_display().lower()}",
        "currency": "GBP",
        "amountAwarded": float(award.amount or 0),
        "awardDate": _month_of(award.decided_at, award.asked_on),
        "grantProgramme": [{"code": award.fund.code, "title": award.fund.name}],
        "toIndividualsDetails": {
            "primaryGrantReason": award.reason,
            "grantPurpose": [award.purpose],
        },
        "recipientIndividual": {
            "id": f"{prefix}-individual-{number}",
            "name": "Individual Recipient",
        },
        "locationScope": LOCAL_AUTHORITY,
    }


def _place(town: Town) -> dict[str, str]:
    place = {"name": town.name, "countryCode": "GB"}
    if town.ons_code:
        place["geoCode"] = town.ons_code
    if town.ons_code[:3] in AREAS:
        place["geoCodeType"] = AREAS[town.ons_code[:3]]
    return place


def _month_of(moment: datetime | None, otherwise: date) -> str:
    """The month of a moment, in the town's own time, as its first day."""
    return f"{timezone.localdate(moment) if moment else otherwise:%Y-%m}-01"


def _public_id(award: Award) -> str:
    """Not the award's own code, which stands in a letter that somebody may hold."""
    return keyed_hash(f"360:{award.code}")[:12]
