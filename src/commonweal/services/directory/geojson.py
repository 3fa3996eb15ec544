"""A service as a feature of GeoJSON: its facts, and the point where it stands."""

from __future__ import annotations

import re
from typing import Any

from commonweal.design.lengths import key

from ..hours import OpeningHours
from . import nodes, values
from .outcome import BadRecord, Found

POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}")
SHAPES = {
    *("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    "GeometryCollection",
}


def service_of(place: str, feature: nodes.Node, say: values.Say) -> Found:
    """A service of one feature.

    Raises
    ------
    Bad
        It has no name, or stands at no point of these islands.
    """
    facts = nodes.thing(feature.get("properties"), "properties")
    name = nodes.text(facts.get("title") or facts.get("name"), "name", 200)
    if not name:
        raise BadRecord("it has no name")
    lat, lon = _point(nodes.thing(feature.get("geometry"), "geometry"), say)
    address = nodes.text(facts.get("address"), "address")
    postcode = POSTCODE.search(address.upper())
    opening = _hours(facts.get("hours"))
    stands_at = {
        "address": address,
        "postcode": postcode[0] if postcode else "",
        "latitude": lat,
        "longitude": lon,
        "name": "",
        "accessibility": nodes.text(facts.get("accessibility"), "accessibility"),
    }
    return Found(
        place,
        key(f"{name}|{address}|{lat}|{lon}", 200),
        name,
        name,
        name,
        {"description": nodes.text(facts.get("description"), "description"), "status": "active"},
        [stands_at] if address or lat is not None else [],
        [OpeningHours(words=opening)] if opening else [],
    )


def _point(geometry: nodes.Node, say: values.Say) -> tuple[float | None, float | None]:
    if not geometry:
        return None, None
    shape = nodes.text(geometry.get("type"), "shape")
    if shape != "Point":
        raise BadRecord(f"its shape is {shape or 'of no kind'}, and a service stands at a Point")
    coordinates = geometry.get("coordinates")
    if coordinates in (None, []):
        return None, None
    latitude, longitude = _figures(coordinates)
    lat, lon = values.point(latitude, longitude, say)
    if lat is None:
        raise BadRecord("its place lies outside these islands")
    return lat, lon


def _figures(coordinates: Any) -> tuple[float, float]:
    """Latitude and longitude, which GeoJSON writes the other way round."""
    pair = coordinates[:2] if isinstance(coordinates, list) else []
    figures = [values.number(figure) for figure in pair]
    match figures:
        case [float() | int() as longitude, float() | int() as latitude]:
            return latitude, longitude
    raise BadRecord("its coordinates are no longitude and latitude")


def _hours(node: Any) -> str:
    return nodes.text(node.get("_text") if isinstance(node, dict) else node, "hours")
