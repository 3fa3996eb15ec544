"""The outlines of wards, from the boundary file that the town loads."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from commonweal.places.models import Area
from localwealth.errors import UnreadableFile
from localwealth.tables.bounds import unpacked

from ..models import WardShape

MOST_MB = 20
# Points closer than this many metres are one point on a map of a town.
CLOSE_M = 12
_CODE = re.compile(r"(?:WD|WARD)(\d\d)CD", re.IGNORECASE)
Ring = list[list[float]]


@transaction.atomic
def load(*, content: bytes, name: str, source: str, by: Person | None) -> int:
    """Take the outlines of the town's wards from a GeoJSON file, in place of those before.

    Returns how many wards. Wards of other towns in the file are passed over.

    Raises
    ------
    Refused
        It is no GeoJSON of wards in longitude and latitude, or of none of the town's wards: it
        says which were expected.
    """
    features = _features(content, name)
    try:
        shapes = [shape for feature in features if (shape := _shape(feature, source))]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise Refused("The file is no GeoJSON: the outline of a ward can't be read.") from None
    if not shapes:
        raise Refused(
            "The file names no wards. Expected is a GeoJSON file of the Office for National "
            "Statistics, in which each ward has a property such as WD25CD."
        )
    mine = _of_the_town(_each_once(shapes))
    WardShape.objects.all().delete()
    WardShape.objects.bulk_create(mine)
    record(
        "ward boundaries loaded",
        about=mine[0],
        by=by,
        as_role="analyst" if by else "import",
        count=len(mine),
    )
    return len(mine)


def _features(content: bytes, name: str) -> list[Any]:
    try:
        content, _ = unpacked(content, name)
        parsed = json.loads(content)
    except (ValueError, UnreadableFile):
        raise Refused("The file is no GeoJSON: it can't be read.") from None
    if len(content) > MOST_MB * 1024 * 1024:
        raise Refused(f"The file is larger than {MOST_MB} MB. Take the wards of the town alone.")
    features = parsed.get("features") if isinstance(parsed, dict) else None
    if not isinstance(features, list):
        raise Refused("The file is no GeoJSON: it has no features.")
    return features


def _shape(feature: Any, source: str) -> WardShape | None:
    properties = feature.get("properties") or {}
    keyed = [(key, coded) for key in properties if (coded := _CODE.fullmatch(key))]
    if not keyed:
        return None
    key, coded = keyed[0]
    rings = list(_rings(feature.get("geometry") or {}))
    if not rings:
        raise Refused(f"The ward {properties[key]} has no outline in the file.")
    return WardShape(
        code=kept_whole(str(properties[key]), 60, "code", Refused),
        name=kept_whole(
            str(properties.get(f"{key[:-2]}NM", properties[key])), 120, "ward's name", Refused
        ),
        year=2000 + int(coded[1]),
        rings=rings,
        source=source,
    )


def _each_once(shapes: list[WardShape]) -> list[WardShape]:
    """A ward in several parts may be as many features: it has the rings of all."""
    by_code: dict[str, WardShape] = {}
    for shape in shapes:
        ward = by_code.setdefault(shape.code, shape)
        if ward is not shape:
            ward.rings = [*ward.rings, *shape.rings]
    return list(by_code.values())


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    kind, places = geometry.get("type"), geometry.get("coordinates") or []
    polygons = {"Polygon": [places], "MultiPolygon": places}.get(str(kind), [])
    for polygon in polygons:
        for ring in polygon:
            yield _thinned(ring)


def _thinned(ring: Sequence[Sequence[float]]) -> Ring:
    """A ring with fewer points: what can't be told apart on the map is left out."""
    thinned: Ring = []
    for place in ring:
        longitude, latitude = float(place[0]), float(place[1])
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise Refused(
                "The file's places are no longitudes and latitudes. Choose the file in WGS84 "
                "(GeoJSON), not in metres of the National Grid."
            )
        if not thinned or _metres(thinned[-1], [longitude, latitude]) > CLOSE_M:
            thinned.append([round(longitude, 5), round(latitude, 5)])
    return thinned


def _metres(start: Sequence[float], end: Sequence[float]) -> float:
    across = (start[0] - end[0]) * 111_320 * math.cos(math.radians(start[1]))
    return math.hypot(across, (start[1] - end[1]) * 110_540)


def _of_the_town(shapes: list[WardShape]) -> list[WardShape]:
    """Those that are the town's wards, by code, or by name where the town's have no codes."""
    wards = list(Area.objects.all())
    codes = {ward.ons_code for ward in wards if ward.ons_code}
    names = {ward.name.casefold(): ward.code for ward in wards if not ward.ons_code}
    mine = []
    for shape in shapes:
        if shape.code in codes:
            mine.append(shape)
        elif shape.name.casefold() in names:
            shape.code = names[shape.name.casefold()]
            mine.append(shape)
    if not mine:
        raise Refused(_none_of_the_town(shapes[0], wards))
    return mine


def _none_of_the_town(shape: WardShape, wards: list[Area]) -> str:
    codes = [ward.ons_code for ward in wards if ward.ons_code]
    expected = min(codes) if codes else ", ".join(ward.name for ward in wards[:3])
    years = {ward.boundaries_year for ward in wards if ward.boundaries_year}
    of = f" of {' and '.join(map(str, sorted(years)))}" if years else ""
    return (
        f"The file has wards of {shape.year}, such as {shape.code} ({shape.name}), and none of "
        f"this town{of}. Expected is, for example, {expected}."
    )
