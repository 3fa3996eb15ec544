"""Wards, as they can be looked for on the whole site: each leads to its profile."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from commonweal.places.models import Area
from commonweal.places.searching import Match, Matches, SearchKind, first_of, holding, register


def wards(terms: Sequence[str]) -> Matches:
    rows = holding(Area.objects.all(), terms, "name", "ons_code")
    return first_of(
        rows,
        lambda area: Match(
            area.name, reverse("economy-ward", args=[area.ons_code or area.code]), area.ons_code
        ),
    )


register(SearchKind("wards", "Wards", "economy", wards, lambda: reverse("economy-wards")))
