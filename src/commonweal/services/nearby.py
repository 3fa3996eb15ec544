"""How far services are from a postcode: by the middles of postcodes where a lookup was loaded that
has them, else by whether both lie in one ward. Straight lines, not ways to go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt, tan
from typing import Any

from commonweal.design.words import many
from commonweal.places.models import Area
from commonweal.spend import files

from .models import Place, Service

MILE_M = 1609.344
LEAST_M = 0.2 * MILE_M
SAME_WARD, ELSEWHERE, ANYWHERE = -1.0, 1e9, 2e9
Point = tuple[float, float]


@dataclass(frozen=True)
class Start:
    """A postcode from which it is counted: its point on the British grid and its ward, each where
    a lookup has it."""

    postcode: str
    point: Point | None
    ward: str | None
    area: Area | None

    @property
    def is_known(self) -> bool:
        return self.point is not None or self.ward is not None


def squeezed(postcode: str) -> str:
    return "".join(postcode.upper().split())


def start_of(postcode: str) -> Start:
    code = squeezed(postcode)
    ward = files.wards_of([code]).get(code)
    area = Area.objects.filter(ons_code=ward).first() if ward else None
    return Start(postcode, files.points_of([code]).get(code), ward, area)


def by_distance(services: Any, start: Start) -> list[tuple[int, float]]:
    """(key, metres away) of each service, the nearest first, by name where they are as near.

    Without a point the least is `SAME_WARD`; what lies elsewhere comes after it, and then what
    says nothing of where it is.
    """
    names: dict[int, str] = dict(services.order_by().values_list("pk", "name"))
    away = _nearest(Place.objects.filter(service__in=names), start)
    if start.area is not None:
        served = Service.objects.filter(pk__in=names, areas=start.area).values_list("pk", flat=True)
        for key in served:
            away.setdefault(key, SAME_WARD)
    pairs = [(key, away.get(key, ANYWHERE)) for key in names]
    return sorted(pairs, key=lambda pair: (pair[1], names[pair[0]].casefold(), pair[0]))


def rows_of(services: Any, start: Start | None) -> list[tuple[Service, str]]:
    """Services, each with how far it is in words: the nearest first where one begins somewhere,
    else by name."""
    entries = services.select_related("organisation__partner")
    entries = entries.prefetch_related("places", "schedules").order_by("name", "pk")
    if start is None:
        return [(service, "") for service in entries]
    by_key = {service.pk: service for service in entries}
    return [(by_key[key], in_miles(away)) for key, away in by_distance(services, start)]


def in_miles(away: float) -> str:
    """A distance in words; "" where it is not known."""
    if away == SAME_WARD:
        return "In your ward"
    if away >= ELSEWHERE:
        return ""
    if away < LEAST_M:
        return "Less than 0.2 miles away"
    return f"About {many(f'{away / MILE_M:.1f}', 'mile')} away"


def _nearest(places: Iterable[Place], start: Start) -> dict[int, float]:
    """How far the nearest place of each service is that has any."""
    rows = list(places)
    codes = {squeezed(place.postcode) for place in rows} - {""}
    points = files.points_of(codes) if start.point else {}
    wards = files.wards_of(codes) if start.ward else {}
    away: dict[int, float] = {}
    for place in rows:
        code = squeezed(place.postcode)
        metres = _away(start, points.get(code) or _of_map(place), wards.get(code))
        if metres is not None:
            away[place.service_id] = min(metres, away.get(place.service_id, ANYWHERE))
    return away


def _away(start: Start, point: Point | None, ward: str | None) -> float | None:
    """How far a place is by its point, else by its ward; None where neither says it."""
    if start.point is not None and point is not None:
        return hypot(point[0] - start.point[0], point[1] - start.point[1])
    if start.ward is None or ward is None:
        return None
    return SAME_WARD if ward == start.ward else ELSEWHERE


def _of_map(place: Place) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return on_grid(place.latitude, place.longitude)


def on_grid(latitude: float, longitude: float) -> Point:
    """Easting and northing of a point of a map, some hundred metres right: the two systems' shapes
    of the earth are taken for one.

    Examples
    --------
    >>> [round(part, -3) for part in on_grid(51.9023, -0.2022)]
    [524000.0, 224000.0]
    """
    a, b, scale = 6377563.396, 6356256.909, 0.9996012717
    first, east = radians(49), radians(longitude + 2)
    e2, n, at = 1 - (b / a) ** 2, (a - b) / (a + b), radians(latitude)
    nu = a * scale / sqrt(1 - e2 * sin(at) ** 2)
    eta2 = (1 - e2 * sin(at) ** 2) / (1 - e2) - 1
    difference, together = at - first, at + first
    meridian = (
        b
        * scale
        * (
            (1 + n + 1.25 * n**2) * difference
            - 3 * (n + n**2) * sin(difference) * cos(together)
            + 1.875 * n**2 * sin(2 * difference) * cos(2 * together)
        )
    )
    northing = meridian - 100000 + nu / 2 * sin(at) * cos(at) * east**2
    easting = (
        400000 + nu * cos(at) * east + nu / 6 * cos(at) ** 3 * (1 + eta2 - tan(at) ** 2) * east**3
    )
    return easting, northing
