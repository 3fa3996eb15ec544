"""How a service stands, whole: kept before a file changes it, known again after, put back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from ..models import OPENING, Place, Schedule, Service

# What says who it is and when it was written, not how it stands.
NOT_OF_IT = {"id", "code", "source", "source_key", "organisation", "changed_at", "not_listed_since"}
TERMS = tuple(one for one in Service._meta.concrete_fields if one.name not in NOT_OF_IT)
PLACE = ("name", "address", "postcode", "latitude", "longitude", "accessibility")
# So many are put back in one statement.
PIECE = 50
Standing = dict[str, Any]


def standing_of(service: Service) -> Standing:
    """All that is said of a service, with its places, its hours and its kinds of help."""
    return {
        "terms": {column.name: getattr(service, column.attname) for column in TERMS},
        "places": [_cells(place, PLACE) for place in rows(service.places)],
        "schedules": [_cells(line, OPENING) for line in rows(service.schedules)],
        "help_types": sorted(kind.code for kind in service.help_types.all()),
    }


def rows(manager: Any) -> list[Any]:
    """The parts of a service in the order in which they were written."""
    return sorted(manager.all(), key=lambda row: row.pk)


def _cells(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def digest(service: Service) -> str:
    """By what a service is known to stand as it did."""
    text = json.dumps(standing_of(service), cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def put_back(services: list[Service], standings: dict[int, Standing]) -> None:
    """Write services as they stood, each with its places and its hours; in few statements, so that
    others wait shortly."""
    now = timezone.now()
    for service in services:
        for column in TERMS:
            setattr(
                service, column.name, column.to_python(standings[service.pk]["terms"][column.name])
            )
        service.changed_at = now
    for start in range(0, len(services), PIECE):
        piece = services[start : start + PIECE]
        Service.objects.bulk_update(piece, [*(column.name for column in TERMS), "changed_at"])
        put_parts(
            piece,
            [Place(service=s, **place) for s in piece for place in standings[s.pk]["places"]],
            [Schedule(service=s, **line) for s in piece for line in standings[s.pk]["schedules"]],
        )


def put_parts(
    services: list[Service], places: Iterable[Place], schedules: Iterable[Schedule]
) -> None:
    """Write places and hours in the stead of those that services had."""
    Place.objects.filter(service__in=services).delete()
    Schedule.objects.filter(service__in=services).delete()
    Place.objects.bulk_create(places)
    Schedule.objects.bulk_create(schedules)
