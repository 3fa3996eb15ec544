"""Wards, as they can be looked for on the whole site: each leads to its profile."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal.places.models import Area
from commonweal.places.search_words import Findable, Match
from commonweal.places.searching import Reading, SearchKind, register


def wards(_: Any) -> Reading:
    return Reading(
        Findable(
            area.pk,
            (area.name, area.ons_code),
            Match(
                area.name, reverse("economy-ward", args=[area.ons_code or area.code]), area.ons_code
            ),
            (place,),
        )
        for place, area in enumerate(Area.objects.all())
    )


register(SearchKind("wards", "Wards", "economy", wards, lambda: reverse("economy-wards")))
