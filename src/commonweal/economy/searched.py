"""Wards, as they can be looked for on the whole site: each leads to its profile, or to what a town
has of it where that room is off."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from commonweal.places import rooms
from commonweal.places.models import Area
from commonweal.places.search_words import Findable, Match
from commonweal.places.searching import Reading, SearchKind, register


def page_of(area: Area) -> str:
    """The page of a ward: its profile, else its letter, else the promises made for it."""
    if rooms.is_on("economy"):
        return reverse("economy-ward", args=[area.ons_code or area.code])
    if rooms.is_on("voice"):
        return reverse("ward-letter", args=[area.code])
    return f"{reverse('register')}?{urlencode({'area': area.code})}"


def all_of_them() -> str:
    """The list of all wards; "" where no room that has one is on."""
    for room, name in (("economy", "economy-wards"), ("voice", "ward-letters")):
        if rooms.is_on(room):
            return reverse(name)
    return ""


def wards(_: Any) -> Reading:
    return Reading(
        Findable(
            area.pk,
            (area.name, area.ons_code),
            Match(area.name, page_of(area), area.ons_code),
            (place,),
        )
        for place, area in enumerate(Area.objects.all())
    )


register(SearchKind("wards", "Wards", rooms.ALWAYS, wards, all_of_them))
