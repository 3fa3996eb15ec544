"""From a resident's postcode the fictional town says how far each service is."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal.residents.models import Resident
from commonweal.spend import files


def test_the_lookup_has_the_place_of_every_residents_postcode(whole_village: Any) -> None:
    homes = {one.postcode.replace(" ", "") for one in Resident.objects.exclude(postcode="")}
    assert homes
    assert homes == set(files.points_of(homes))


def test_services_say_how_many_miles_away_they_are(whole_village: Any, client: Any) -> None:
    page = client.post(reverse("services-near"), {"postcode": "BF1 2AG"}).content.decode()
    assert "does not know the place" not in page
    assert " away" in page
    assert "mile" in page
